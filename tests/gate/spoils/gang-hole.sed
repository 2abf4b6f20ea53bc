# SPDX-License-Identifier: BSD-2-Clause
# Leaves the column of pCPU 3 empty for a slot.
# policy: gang
# file: gang/gang.c
# unit: of times, in 1/1000
# caught: 10
# milder: 2
s/vcpu = gang_owner(g, col);/vcpu = pcpu == 3 \&\& gate_spoil(now_ns) ? SP_NONE : gang_owner(g, col);/
