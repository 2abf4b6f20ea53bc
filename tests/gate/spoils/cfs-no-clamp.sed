# SPDX-License-Identifier: BSD-2-Clause
# Does not clamp what a sleeper may be behind: its bonus is larger by this much.
# policy: cfs
# file: cfs/arrive.c
# unit: ms
# caught: 5
# milder: 2
s/sp_sub0(clock_ns, c->latency_ns \/ 2)/sp_sub0(clock_ns, c->latency_ns \/ 2 + (sp_u64)gate_severity * 1000000)/
