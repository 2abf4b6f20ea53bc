/* SPDX-License-Identifier: BSD-2-Clause */
/* scx_watch.h - the meter in the kernel, and its figures on the screen. */
#ifndef SCX_WATCH_H
#define SCX_WATCH_H

#include <stdio.h>

#include "scx_load.h"
#include "scx_meter.h"

struct ring_buffer;

struct scx_watch {
	struct meter meter;
	struct bpf_object *object;
	struct bpf_link *links[2];
	struct ring_buffer *ring;
	int tags_fd;
	int lost_fd; /* how many events the ring had no room for */
	uint64_t started_ns; /* of the present interval */
	struct scx_public before; /* the port's counts as it began */
	struct scx_held held[SCX_NR_STEPS];
};

enum watch_format { WATCH_TABLE, WATCH_CSV };

int watch_start(struct scx_watch *w, char *error, size_t error_size);
/* With no policy loaded, nobody else tags the threads. */
int watch_tag(struct scx_watch *w, uint32_t id, const struct scx_vm *vm);
void watch_add_vm(struct scx_watch *w, uint32_t id, const struct scx_vm *vm);
/* Makes every CPU switch once, so that no thread that never does is missed. */
void watch_visit_cpus(void);
/* Takes in what happened since. */
void watch_poll(struct scx_watch *w);
/* The figures count from now on; s: NULL if no policy is loaded. */
void watch_reset(struct scx_watch *w, const struct scx_loaded *s);
void watch_print(struct scx_watch *w, const struct scx_loaded *s, const struct scx_vm *vms,
		 uint32_t nr_vms, enum watch_format format);
void watch_stop(struct scx_watch *w);

uint64_t clock_ns(void);

#endif
