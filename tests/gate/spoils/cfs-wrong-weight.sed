# SPDX-License-Identifier: BSD-2-Clause
# One entry of the nice table, nice 5, is too large.
# policy: cfs
# file: cfs/life.c
# unit: of the weight, in 1/1000
# caught: 100
# milder: 10
s/weight = config->weight;/weight = gate_weight(config->weight);/
