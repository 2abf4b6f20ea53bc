/* SPDX-License-Identifier: BSD-2-Clause */
/* record_file.h - a conformance record in memory, checked before it is used. */
#ifndef RECORD_FILE_H
#define RECORD_FILE_H

#include <stddef.h>

#include "call.h"
#include "record.h"

struct record_file {
	uint8_t *bytes;
	const uint8_t *first; /* frame */
	const uint8_t *end; /* of the frames */
	uint64_t nr_frames;
	uint32_t nr_pcpus, nr_vcpus; /* its ids are below these */
	uint32_t nr_instances;
	char policy[16];
};

/*
 * Reads PATH and checks all of it: header, every frame, number and digest.  0, or
 * -1 with a line on stdout that says what is wrong.
 */
int record_file_open(struct record_file *file, const char *path);
void record_file_close(struct record_file *file);

struct record_frame {
	const uint8_t *body;
	uint32_t size;
	struct record_call call;
	struct sp_out out; /* stamp is not part of a record */
};

/* The frame at `at`, which file->first begins; returns the place of the next. */
const uint8_t *record_frame_get(const struct record_file *file, const uint8_t *at,
				struct record_frame *frame);

/* Between the records' calls and those of the contract tests; config is for init. */
void record_of_call(struct record_call *r, const struct call *c, const struct sp_config *config);
void call_of_record(struct call *c, struct sp_config *config, const struct record_call *r);

#endif
