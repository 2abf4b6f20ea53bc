/* SPDX-License-Identifier: BSD-2-Clause */
/* bpf_probe.h - may this machine load what policy_bpf.c is compiled to? */
#ifndef BPF_PROBE_H
#define BPF_PROBE_H

/* NULL if it may, or the reason why not, for people. */
const char *bpf_probe(void);

#endif
