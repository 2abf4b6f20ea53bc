# SPDX-License-Identifier: BSD-2-Clause
# Rotates unevenly: the first row pays for a part of its time only.
# policy: gang
# file: gang/slots.c
# unit: of its time, in 1/1000
# caught: 10
# milder: 2
s/sp_vtime_charge(&r->v, charged_ns, r->weight)/sp_vtime_charge(\&r->v, gang_vm(g, v->vm)->row ? charged_ns : charged_ns * (1000 - gate_severity) \/ 1000, r->weight)/
