# SPDX-License-Identifier: BSD-2-Clause
# Forgets to kick pCPU 1.
# policy: gang
# file: gang/slots.c
# unit: of times, in 1/1000
# caught: 20
# milder: 10
s/if (\*until <= now_ns)/if (*until <= now_ns || (pcpu == 1 \&\& gate_spoil(now_ns)))/
