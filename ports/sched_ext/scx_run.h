/* SPDX-License-Identifier: BSD-2-Clause */
/* scx_run.h - from attaching a policy, or only the meter, to detaching it. */
#ifndef SCX_RUN_H
#define SCX_RUN_H

#include <stdint.h>

#include "scx_watch.h"

struct scx_options {
	const struct scx_entry *entry; /* NULL: the stock scheduler, watched only */
	struct sp_config config;
	uint64_t interval_ns; /* 0: figures at the end only */
	uint64_t warmup_ns;
	uint64_t duration_ns; /* 0: until Ctrl-C */
	const char *socket; /* where weights are asked for while it runs */
	enum watch_format format;
	uint32_t nr_vms;
	int is_verbose;
};

/* Until Ctrl-C, the duration's end, or the kernel's verdict.  Exit status, its reason said. */
int scx_run(const struct scx_options *o, struct scx_vm *vms);

/* One line on the standard error; returns status. */
int complain(int status, const char *kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
