# SPDX-License-Identifier: BSD-2-Clause
# Forgets to fetch an idle pCPU for who wakes.
# policy: nice
# file: nice.c
# unit: of times, in 1/1000
# caught: 20
# milder: 2
/nice_vcpu_wake/,/^}/ s/sp_idle_kick(n->idle, out);/if (!gate_spoil(now_ns)) sp_idle_kick(n->idle, out);/
