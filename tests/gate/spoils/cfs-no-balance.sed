# SPDX-License-Identifier: BSD-2-Clause
# Does not pull from busier pCPUs, when idle or by the timer.
# policy: cfs
# file: cfs/balance.c
# unit: of times, in 1/1000
# caught: 300
# milder: 50
s/if (from == SP_NONE/if (gate_spoil(now_ns) || from == SP_NONE/
