/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spoil.h - what a spoiled policy is made of: rr, and one thing done wrong.
 *
 * A spoiled policy includes this, wraps a callback or two, and ends with
 *
 *	SPOILED("races", .vcpu_wake = wake_wrongly)
 *
 * where the string names the one check that must catch it, and no other.
 */
#ifndef SPOIL_H
#define SPOIL_H

#define SP_POLICY_SYMBOL spoil_honest
#include "../../../policies/rr.c"

extern const struct sp_policy sp_this_policy;
extern const char *const sp_spoiled_check;

/* Later initialisers override earlier ones: that is the point of it. */
#define SPOILED(caught_by, ...)                                                                    \
	const char *const sp_spoiled_check = caught_by;                                            \
	const struct sp_policy sp_this_policy = {.name = "rr",                                     \
						 .summary = "spoiled",                             \
						 .contract = SP_CONTRACT_VERSION,                  \
						 .state_size = sizeof(struct rr),                  \
						 .nr_tunables = 1,                                 \
						 .tunables = rr_tunables,                          \
						 .init = rr_init,                                  \
						 .pcpu_online = rr_pcpu_online,                    \
						 .pcpu_offline = rr_pcpu_offline,                  \
						 .vm_add = rr_vm_add,                              \
						 .vm_remove = rr_remove,                           \
						 .vcpu_add = rr_vcpu_add,                          \
						 .vcpu_remove = rr_remove,                         \
						 .vcpu_wake = rr_vcpu_wake,                        \
						 .vcpu_block = rr_vcpu_block,                      \
						 .vcpu_stopped = rr_vcpu_stopped,                  \
						 .pick_next = rr_pick_next,                        \
						 .check = rr_check,                                \
						 __VA_ARGS__}

#endif
