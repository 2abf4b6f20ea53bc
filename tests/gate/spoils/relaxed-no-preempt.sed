# SPDX-License-Identifier: BSD-2-Clause
# Who wakes waits for the end of the period.
# policy: relaxed
# file: relaxed/relaxed.c
# unit: of times, in 1/1000
# caught: 20
# milder: 2
/relaxed_vcpu_wake/,/^}/ s/	else$/	else if (!gate_spoil(now_ns))/
