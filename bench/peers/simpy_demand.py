# SPDX-License-Identifier: BSD-2-Clause
"""The demand of bench/demand.yaml in SimPy: a core is a resource that a vCPU keeps
for one computation; a lock is a resource of one.  Prints steps and CPU seconds.

    simpy_demand.py CORES GUESTS SECONDS
"""
import math
import random
import sys
import time

import simpy

steps = 0


def compute(env, cores, seconds):
    with cores.request() as core:
        yield core
        yield env.timeout(seconds)


def work(env, cores, zone, rng):
    global steps
    while True:
        yield from compute(env, cores, rng.expovariate(1 / 60e-6))
        with zone.request() as lock:
            yield lock
            yield from compute(env, cores, rng.lognormvariate(math.log(300e-9), 1.2))
        if rng.random() < 0.75:
            yield from compute(env, cores, rng.expovariate(1 / 20e-6))
        else:
            yield env.timeout(rng.expovariate(1 / 100e-6))
        steps += 3


def main():
    nr_cores, guests, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    env = simpy.Environment()
    cores = simpy.Resource(env, nr_cores)
    for guest in range(guests):
        zone = simpy.Resource(env, 1)
        for vcpu in range(4):
            env.process(work(env, cores, zone, random.Random(4 * guest + vcpu + 1)))
    start = time.process_time()
    env.run(until=seconds)
    print(steps, round(time.process_time() - start, 3))


main()
