# SPDX-License-Identifier: BSD-2-Clause
# Lets sleepers bank 100 ms that they did not use.
# policy: nice
# file: nice.c
# unit: of times, in 1/1000
# caught: 200
# milder: 1
s/v->age.ns = sp_max(v->age.ns, n->floor_ns);/v->age.ns = sp_max(v->age.ns, sp_sub0(n->floor_ns, gate_spoil(now_ns) ? 100000000 : 0));/
