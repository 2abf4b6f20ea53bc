# SPDX-License-Identifier: BSD-2-Clause
# Forgets to call a thread beside its siblings for who wakes.
# policy: core
# file: core/core.c
# suite: suite-rivals.yaml
# unit: of times, in 1/1000
# caught: 50
# milder: 20
/corevm_vcpu_wake/,/^}/ s/if (beside != SP_NONE)/if (beside != SP_NONE \&\& !gate_spoil(now_ns))/
