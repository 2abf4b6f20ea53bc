#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""xen.py OUT [lost]: a recording as xentrace writes it, by hand (Xen 4.17, public/trace.h).

At 2 GHz, from cycle 10^9 on.  A window a CPU and millisecond: the file is not in the order
of time.  With "lost", CPU 0 says at 2.5 ms that it had no room for 7 records.
"""
import struct
import sys

RUNNING, RUNNABLE, BLOCKED, OFFLINE = range(4)
CYCLES = 2000  # a microsecond

# microsecond, CPU, domain, vCPU, old state, new state
CHANGES = [
    (0, 0, 1, 0, BLOCKED, RUNNABLE),
    (10, 0, 1, 0, RUNNABLE, RUNNING),
    (20, 1, 1, 1, BLOCKED, RUNNABLE),
    (20, 1, 1, 1, RUNNABLE, RUNNING),
    (210, 0, 1, 0, RUNNING, RUNNABLE),
    (210, 0, 0, 0, BLOCKED, RUNNING),  # dom0, woken and run in one
    (260, 0, 0, 0, RUNNING, BLOCKED),
    (260, 0, 1, 0, RUNNABLE, RUNNING),
    (360, 0, 1, 0, RUNNING, BLOCKED),
    (520, 1, 1, 1, RUNNING, BLOCKED),
    (1360, 1, 1, 0, BLOCKED, RUNNABLE),  # by a neighbour, on its CPU
    (1365, 0, 1, 0, RUNNABLE, RUNNING),
    (1465, 0, 1, 0, RUNNING, BLOCKED),
    (1520, 1, 1, 1, BLOCKED, RUNNABLE),
    (1530, 1, 1, 1, RUNNABLE, RUNNING),
    (1630, 1, 1, 1, RUNNING, OFFLINE),  # paused
    (2210, 0, 0, 0, BLOCKED, RUNNABLE),
    (2215, 0, 0, 0, RUNNABLE, RUNNING),
    (2245, 0, 0, 0, RUNNING, BLOCKED),
    (2465, 0, 1, 0, BLOCKED, RUNNABLE),
    (2630, 1, 1, 1, OFFLINE, RUNNABLE),
    (2635, 1, 1, 1, RUNNABLE, RUNNING),
    (2655, 1, 1, 1, RUNNING, BLOCKED),
    (2700, 1, 1, 1, BLOCKED, RUNNABLE),
    (3210, 0, 0, 0, BLOCKED, RUNNABLE),
]


def record(event, us, *words):
    head = event | len(words) << 28
    if us is None:
        return struct.pack("<I%dI" % len(words), head, *words)
    cycles = 10**9 + us * CYCLES
    return struct.pack("<III%dI" % len(words), head | 1 << 31, cycles & 0xFFFFFFFF,
                       cycles >> 32, *words)


def main():
    records = [(us, cpu, record(0x21001 | old << 8 | new << 4, us, domain << 16 | vcpu))
               for us, cpu, domain, vcpu, old, new in CHANGES]
    records.append((100, 0, record(0x21002, 100, 1 << 16)))  # goes on running
    records.append((520, 1, record(0x2800A, 520, 1 << 16 | 1, 0x7FFF << 16)))  # a switch
    records.append((30, 0, record(0x21001 | RUNNING << 8 | RUNNABLE << 4, 30, 0x7FFF << 16)))
    if "lost" in sys.argv:
        records.append((2500, 0, record(0x1F001, 2500, 7, 1, 0, 0)))
    records.sort(key=lambda r: r[0])
    out = open(sys.argv[1], "wb")
    for ms in range(4):
        for cpu in (1, 0):
            window = b"".join(r[2] for r in records if r[0] // 1000 == ms and r[1] == cpu)
            if window or not ms:
                out.write(record(0x1F003, None, cpu, len(window)) + window)


main()
