/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_perfetto.h - what Perfetto's two formats have in common. */
#ifndef CORUN_TRACE_PERFETTO_H
#define CORUN_TRACE_PERFETTO_H

#include <stdint.h>

#include "trace_read.h"

/* Process 1 is the host, then one a VM; thread ids are unique in the whole file. */
#define PERFETTO_HOST_PID 1u
#define PERFETTO_VM_PID 20000u /* the first: above all vCPUs, below all pCPUs */
#define PERFETTO_VCPU_TID 1000u
#define PERFETTO_PCPU_TID 40000u

/* What the record says at one instant, for the vCPU's track; NULL: nothing. */
const char *perfetto_instant(const struct trace_rec *rec, char name[32]);

#endif
