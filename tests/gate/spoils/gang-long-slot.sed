# SPDX-License-Identifier: BSD-2-Clause
# Slots are too long.
# policy: gang
# file: gang/slots.c
# unit: of a slot, in 1/1000
# caught: 200
# milder: 10
s/now_ns + sp_max(len_ns, g->min_slot_ns);/now_ns + sp_max(len_ns, g->min_slot_ns) * (1000 + gate_severity) \/ 1000;/
