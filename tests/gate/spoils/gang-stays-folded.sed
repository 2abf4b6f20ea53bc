# SPDX-License-Identifier: BSD-2-Clause
# Loses its place: VMs stay folded after a pCPU has returned.
# policy: gang
# file: gang/gang.c
# unit: of times, in 1/1000
# caught: 500
# milder: 200
/gang_pcpu_online/,/^}/ s/gang_settle_all(g);/if (!gate_spoil(now_ns)) gang_settle_all(g);/
