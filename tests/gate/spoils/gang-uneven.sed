# SPDX-License-Identifier: BSD-2-Clause
# Rotates unevenly: the first row pays for a part of its time only.
# policy: gang
# file: gang_slots.h
# unit: of its time, in 1/1000
# caught: 20
# milder: 2
s/(\*charged - before) \/ gang_folds(m), r->weight/(*charged - before) \/ gang_folds(m) * (m->row ? 1000 : 1000 - gate_severity) \/ 1000, r->weight/
