/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf_probe.c - tells a machine that cannot from a policy that must not: two
 * programs of our own, one that does nothing and one with a may_goto.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "bpf_probe.h"

/* 0, or the errno of the attempt. */
static int try_program(const struct bpf_insn *insns, size_t nr)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = BPF_F_SLEEPABLE);
	int fd = bpf_prog_load(BPF_PROG_TYPE_SYSCALL, "probe", "GPL", insns, nr, &opts);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

const char *bpf_probe(void)
{
	static const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	static const struct bpf_insn may_goto[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = 0xe5}, /* BPF_JCOND, target: the next instruction */
		{.code = BPF_JMP | BPF_EXIT},
	};
	static char reason[160];
	int error = try_program(nothing, 2);

	if (error) {
		snprintf(reason, sizeof(reason), "this machine loads no BPF program: %s",
			 strerror(error));
		return reason;
	}
	if (try_program(may_goto, 3))
		return "this kernel has no may_goto (Linux 6.9)";
	return NULL;
}
