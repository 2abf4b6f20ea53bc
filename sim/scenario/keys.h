/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys.h - the one table of everything a scenario may say.
 *
 * It drives parsing, ranges, defaults, error messages, --set, the resolved
 * scenario, `corun keys` and docs/scenario.md.  A path names its parents:
 *
 *	host.costs.kick		a key of a key
 *	vms.*.vcpus		* is a name that the scenario chooses
 *	host.events[].at	[] is an item of a list
 *	STEP.compute		what a step of any program may be
 *	DIST.exponential	what a duration drawn at random may be
 */
#ifndef CORUN_KEYS_H
#define CORUN_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../../policies/policy.h"

enum key_type {
	KEY_MAP, /* a mapping with the keys below it */
	KEY_NAMES, /* a mapping of names that the scenario chooses; path.* below it */
	KEY_LIST, /* a list of min to max items; path[] below it */
	KEY_STEPS, /* a list of steps: see STEP */
	KEY_DIST, /* a duration, or a distribution: see DIST */
	KEY_INT,
	KEY_REAL,
	KEY_TIME,
	KEY_PERCENT,
	KEY_BOOL,
	KEY_WORD, /* one of a few words */
	KEY_TEXT,
	KEY_NAME, /* the name of something defined elsewhere in the scenario */
	KEY_FILES, /* one path or several, relative to this file */
	KEY_FILE,
	KEY_TIMES, /* a list of durations, or a file with one a line */
	KEY_INSTANTS, /* a word, or a list of durations */
	KEY_RANGE, /* pCPUs: "0-3", or "2" */
	KEY_POLICY, /* a mapping: `policy`, and that policy's tunables */
};

#define KEY_REQUIRED 1u /* must be there (of a group: exactly one of it) */
#define KEY_PROSE 2u /* preset is words for the reader, the loader computes it */

/*
 * A mechanism that came after the first recorded baselines, and is off by default:
 * while it (a mapping: all in it) has its default, it does not count for the hash.
 */
#define KEY_LATE 4u

/* Says where something is from, not what is run: it never counts for the hash. */
#define KEY_UNHASHED 8u

#define KEY_TIME_MAX 86400e9 /* as WORLD_MAX_NS */

/* The version of the format: what a scenario says with `corun:`.  Earlier ones are read, too. */
#define SCENARIO_VERSION 2

struct key {
	const char *path;
	enum key_type type;
	unsigned flags;
	/*
	 * KEY_INT, KEY_REAL, KEY_PERCENT: the range.  KEY_TIME, KEY_DIST (a plain duration):
	 * in ns.  KEY_LIST, KEY_TEXT: the number of items or bytes.
	 */
	double min, max;
	const char *preset; /* the default, as YAML; NULL: none, the key may just be absent */
	const char *words; /* KEY_WORD: "a|b|c"; KEY_INT, KEY_TIME: words instead of a number */
	const char *shorthand; /* KEY_MAP: what is no mapping stands for this key of it */
	/*
	 * Defaults in earlier versions of the format, oldest first: "1=regular|2=linux" is regular
	 * up to version 1, linux in version 2, and from then on preset.  A key in mappings that
	 * have fixed names only (host.noise.level, not vms.*.cap): `corun upgrade` writes it out.
	 */
	const char *earlier;
	const char *hints; /* defaults where `hints` has these words: "kvm=200us|oracle=200us" */
	const char *hosts; /* the same where `host.irregularity` has these words */
	const char *only; /* only where the key `kind` beside it is one of these: "a|b" */
	const char *group; /* of the keys of one mapping with the same group, only one */
	const char *source; /* of the default, or of the key's meaning */
	const char *help; /* one line */
};

/* What KEY_INT and KEY_TIME give where their word was written; one less a further word. */
#define KEY_WORD_VALUE UINT64_MAX

extern const struct key key_table[];
extern const uint32_t nr_key_table;

/* By path as in the table ("vms.*.vcpus"), or NULL.  "" is the scenario itself. */
const struct key *key_find(const char *path);
/* Of a mapping, by the name of the child: the key of vms.build is vms.*; NULL: unknown. */
const struct key *key_child(const struct key *parent, const char *name);
/* Of a list's items. */
const struct key *key_item(const struct key *list);
/* The direct children of a mapping one by one: *at starts at 0. */
const struct key *key_next_child(const struct key *parent, uint32_t *at);
/* The last segment of its path: "vcpus". */
const char *key_name(const struct key *key);

/* Does the default hang on the version, and is it another one than the newest in this? */
bool key_is_earlier(const struct key *key, unsigned version);
/*
 * The default where a scenario says this version, without hints: text of *length bytes (not
 * terminated), or NULL.
 */
const char *key_preset(const struct key *key, unsigned version, size_t *length);

/* What is expected, in words: "an integer from 1 to 64". */
#define KEY_EXPECTED_CHARS 240
void key_expected(const struct key *key, char text[KEY_EXPECTED_CHARS]);
/* Its kind and range for tables: "integer", "1 ... 64". */
const char *key_type_name(const struct key *key);
void key_range(const struct key *key, char text[KEY_EXPECTED_CHARS]);

/* A policy's tunable as a key of policies.*, filled in; path and text live in buffers. */
struct key_tunable {
	struct key key;
	char path[96];
	char preset[48];
};
void key_of_tunable(const struct sp_tunable *tunable, struct key_tunable *out);

/*
 * The table as documentation: what is at path and below ("" is everything; a name
 * may stand for *), or, if nothing is there, the keys whose last name it is.
 */
enum key_format { KEY_FORMAT_TABLE, KEY_FORMAT_MARKDOWN, KEY_FORMAT_JSON };
void keys_print(FILE *to, const char *path, enum key_format format);
/* Would that print any? */
bool keys_known(const char *path);

#endif
