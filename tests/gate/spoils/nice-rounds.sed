# SPDX-License-Identifier: BSD-2-Clause
# Drops remainders: the time run is rounded down.
# policy: nice
# file: nice.c
# unit: us
# caught: 5
# milder: 2
s/nice_charge(n, v, stint->ran_ns);/nice_charge(n, v, stint->ran_ns - stint->ran_ns % (1 + gate_severity * 1000));/
