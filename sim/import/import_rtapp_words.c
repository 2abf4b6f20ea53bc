/* SPDX-License-Identifier: BSD-2-Clause */
/* import_rtapp_words.c - the keys that rt-app has, and those of them that are not in the model. */
#include "import_rtapp.h"

#include <string.h>

#include "base/suggest.h"

enum word_kind { WORD_EVENT, WORD_PROPERTY, WORD_REFUSED };

struct word {
	const char *name;
	enum word_kind kind;
	enum rtapp_event event;
	const char *why; /* WORD_REFUSED */
};

/* Of a thread or a phase. */
static const struct word words[] = {
	{"run", WORD_EVENT, RTAPP_RUN, NULL},
	{"runtime", WORD_EVENT, RTAPP_RUNTIME, NULL},
	{"sleep", WORD_EVENT, RTAPP_SLEEP, NULL},
	{"timer", WORD_EVENT, RTAPP_TIMER, NULL},
	{"lock", WORD_EVENT, RTAPP_LOCK, NULL},
	{"unlock", WORD_EVENT, RTAPP_UNLOCK, NULL},
	{"barrier", WORD_EVENT, RTAPP_BARRIER, NULL},
	{"yield", WORD_EVENT, RTAPP_YIELD, NULL},
	{"loop", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"instance", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"delay", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"phases", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"policy", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"priority", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"cpus", WORD_PROPERTY, RTAPP_NONE, NULL},
	{"wait", WORD_EVENT, RTAPP_WAIT, NULL},
	{"signal", WORD_EVENT, RTAPP_SIGNAL, NULL},
	{"broad", WORD_EVENT, RTAPP_BROAD, NULL},
	{"sync", WORD_EVENT, RTAPP_SYNC, NULL},
	{"suspend", WORD_EVENT, RTAPP_SUSPEND, NULL},
	{"resume", WORD_EVENT, RTAPP_RESUME, NULL},
	{"fork", WORD_EVENT, RTAPP_FORK, NULL},
	{"mem", WORD_REFUSED, RTAPP_NONE, "an amount of memory traffic has no duration here"},
	{"iorun", WORD_REFUSED, RTAPP_NONE, "an amount of I/O has no duration here"},
	{"external_workload", WORD_REFUSED, RTAPP_NONE, "no code is run"},
	{"membind_nodes", WORD_REFUSED, RTAPP_NONE, "memory nodes are not in the model"},
	{"taskgroup", WORD_REFUSED, RTAPP_NONE, "task groups are not in the model"},
	{"util_min", WORD_REFUSED, RTAPP_NONE, "CPU frequencies are not in the model"},
	{"util_max", WORD_REFUSED, RTAPP_NONE, "CPU frequencies are not in the model"},
	{"dl-runtime", WORD_REFUSED, RTAPP_NONE, RTAPP_NO_CLASSES},
	{"dl-period", WORD_REFUSED, RTAPP_NONE, RTAPP_NO_CLASSES},
	{"dl-deadline", WORD_REFUSED, RTAPP_NONE, RTAPP_NO_CLASSES},
	{"period", WORD_REFUSED, RTAPP_NONE, RTAPP_NO_CLASSES},
	{"deadline", WORD_REFUSED, RTAPP_NONE, RTAPP_NO_CLASSES},
};

/* Of global: what is of no account here, or read in its place. */
static const char *const global_words[] = {
	"duration", "default_policy", "pi_enabled",	 "calibration",	     "lock_pages",
	"logdir",   "log_basename",   "log_size",	 "ftrace",	     "gnuplot",
	"frag",	    "io_device",      "mem_buffer_size", "cumulative_slack",
};

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* name is word, perhaps with a number behind (of an event). */
static bool is_word(const char *name, const struct word *word)
{
	size_t n = strlen(word->name);

	if (strncmp(name, word->name, n) != 0)
		return false;
	if (word->kind != WORD_PROPERTY)
		n += strspn(name + n, "0123456789");
	return name[n] == '\0';
}

int rtapp_read_word(struct rtapp *app, const struct node *node, const char *whose,
		    enum rtapp_event *event)
{
	struct suggest suggest;

	for (size_t i = 0; i < NR(words); i++) {
		if (!is_word(node->name, &words[i]))
			continue;
		*event = words[i].event;
		if (words[i].kind != WORD_REFUSED)
			return 0;
		return node_fail(app->loader, node->name_place, "found %s, expected none: %s",
				 node_quote(app->loader, node->name), words[i].why);
	}
	suggest_init(&suggest, node->name);
	for (size_t i = 0; i < NR(words); i++)
		suggest_offer(&suggest, words[i].name);
	return node_fail(app->loader, node->name_place,
			 "found the key '%s', expected one of %s%s%s%s",
			 node_quote(app->loader, node->name), whose,
			 suggest.best ? "; did you mean " : "", suggest.best ? suggest.best : "",
			 suggest.best ? "?" : "");
}

bool rtapp_knows_global(const char *name)
{
	for (size_t i = 0; i < NR(global_words); i++)
		if (!strcmp(name, global_words[i]))
			return true;
	return false;
}

enum rtapp_event rtapp_event_of(const char *name)
{
	for (size_t i = 0; i < NR(words); i++)
		if (words[i].kind == WORD_EVENT && is_word(name, &words[i]))
			return words[i].event;
	return RTAPP_NONE;
}
