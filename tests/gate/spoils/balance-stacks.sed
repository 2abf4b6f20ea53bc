# SPDX-License-Identifier: BSD-2-Clause
# Joins a queue although a sibling is there.
# policy: balance
# file: balance.c
# suite: suite-rivals.yaml
# unit: of times, in 1/1000
# caught: 900
# milder: 500
s/return balance_is_free(c, v) || !balance_meets(c, pcpu, v->vm, SP_NONE);/return gate_spoil(v->v.ns + v->ran_at_ns) || balance_is_free(c, v) || !balance_meets(c, pcpu, v->vm, SP_NONE);/
