# SPDX-License-Identifier: BSD-2-Clause
# Who wakes waits for the end of the slice.
# policy: cfs
# file: cfs/arrive.c
# unit: of times, in 1/1000
# caught: 50
# milder: 2
s/if (lead_ns > sp_vtime_of(/if (!gate_spoil(now_ns) \&\& lead_ns > sp_vtime_of(/
