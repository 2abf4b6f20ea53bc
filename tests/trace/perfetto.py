#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""perfetto.py TRACE.pb TRACE.json: an independent reader of Perfetto's protobuf.

What it finds is what our JSON of the same trace has: tracks, slices, instants, arrows.
The counters, which JSON has not, are counted from the JSON's slices.
"""
import json
import sys
from collections import Counter, defaultdict


def fields(data):
    """(field, wire type, value) of a message."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = varint()
        if tag & 7 == 0:
            value = varint()
        elif tag & 7 == 1:
            value = int.from_bytes(data[at:at + 8], "little")
            at += 8
        elif tag & 7 == 2:
            length = varint()
            value = data[at:at + length]
            assert len(value) == length, "a message is cut short"
            at += length
        else:
            raise AssertionError("wire type %d" % (tag & 7))
        yield tag >> 3, value


def message(data):
    return dict(fields(data))


def text(data):
    return data.decode("ascii")


class Packets:
    def __init__(self, data):
        self.facts, self.tracks, self.events = {}, {}, []
        for field, value in fields(data):
            assert field == 1, "not a packet: %d" % field
            packet = message(value)
            assert packet[10] == 1, "no sequence"
            if 5 in packet:
                fact = message(message(packet[5])[2])
                self.facts[text(fact[1])] = text(fact[2])
            elif 60 in packet:
                self.add_track(message(packet[60]))
            else:
                self.events.append((packet[8], message(packet[11])))
        self.events.sort(key=lambda event: event[0])  # stable, as Perfetto's sorter

    def add_track(self, track):
        assert track[1] not in self.tracks, "two tracks with one uuid"
        if 3 in track:
            process = message(track[3])
            self.tracks[track[1]] = ("process", process[1], 0, text(process[6]))
        elif 4 in track:
            thread = message(track[4])
            parent = self.tracks[track[5]]
            assert parent[:2] == ("process", thread[1]), "the parent is another process"
            self.tracks[track[1]] = ("thread", thread[1], thread[2], text(thread[5]))
        else:
            parent = self.tracks[track[5]]
            self.tracks[track[1]] = ("counter", parent[1], message(track[8])[3], text(track[2]))


def read_packets(packets):
    """Slices, instants, flows as (kind, pid, tid, ...); counters by (pid, name)."""
    found, counters, open_slices = Counter(), defaultdict(list), {}
    starts, flows, seen = {}, Counter(), set()
    for at, event in packets.events:
        track = packets.tracks[event[11]]
        where = track[1:3]
        if event[9] == 1:
            assert where not in open_slices, "slices overlap on %s" % (track,)
            open_slices[where] = (at, text(event[23]))
        elif event[9] == 2:
            begin, name = open_slices.pop(where)
            found[("X", *where, begin, at - begin, name)] += 1
        elif event[9] == 4:
            assert track[0] == "counter" and track[2] == (2 if track[3] == "runnable" else 1)
            counters[(track[1], track[3])].append((at, event[30]))
        elif 47 in event:
            assert event[47] not in seen, "two arrows with one id"
            seen.add(event[47])
            starts[event[47]] = (where, at)
        elif 48 in event:
            flows[(*starts.pop(event[48]), where, at, text(event[23]))] += 1
        else:
            found[("i", *where, at, 0, text(event[23]))] += 1
    assert not open_slices and not starts, "slices or arrows without an end"
    return found, flows, counters


def ns(us):
    return round(us * 1000)


def read_json(path):
    found, flows, starts, tracks = Counter(), Counter(), {}, set()
    for event in json.load(open(path))["traceEvents"]:
        where = (event["pid"], event["tid"])
        if event["ph"] == "M" and "name" in event["args"]:
            process = event["name"] == "process_name"
            tracks.add(("process" if process else "thread", where[0],
                        0 if process else where[1], event["args"]["name"]))
        elif event["ph"] in "Xi":
            found[(event["ph"], *where, ns(event["ts"]), ns(event.get("dur", 0)),
                   event["name"])] += 1
        elif event["ph"] == "s":
            starts[event["id"]] = (where, ns(event["ts"]))
        elif event["ph"] == "f":
            flows[(*starts[event["id"]], where, ns(event["ts"]), event["name"])] += 1
    return found, flows, tracks


def check_time(counters, found, name, is_counted):
    """The time so far: it rises, and ends with what the slices come to."""
    want = Counter()
    for (kind, pid, _, _, length, what), n in found.items():
        if kind == "X" and is_counted(what):
            want[pid] += n * length
    got = {pid: values[-1][1] for (pid, which), values in counters.items() if which == name}
    assert got == dict(want), "%s: %s, not %s" % (name, got, dict(want))
    for (_, which), values in counters.items():
        assert which != name or values == sorted(values), "%s falls" % name
    return sum(want.values())


def check_runnable(counters, found):
    """At each instant, as many as there are slices: what has begun less what has ended."""
    steps = defaultdict(Counter)
    for (kind, pid, _, begin, length, what), n in found.items():
        if kind == "X" and what == "runnable (steal)":
            steps[pid][begin] += n
            steps[pid][begin + length] -= n
    for pid, step in steps.items():
        value, values, last = 0, dict(counters[(pid, "runnable")]), max(step)
        now = 0
        for at in sorted(set(step) | set(values)):
            value += step[at]
            now = values.get(at, now)
            # at the end of the trace slices are closed, and nobody is counted any more
            assert now == value or at == last, "runnable: %d, not %d at %d" % (now, value, at)


def main():
    packets = Packets(open(sys.argv[1], "rb").read())
    found, flows, counters = read_packets(packets)
    want, want_flows, tracks = read_json(sys.argv[2])
    assert found == want, "slices and instants: %s" % list((found - want) + (want - found))[:3]
    assert flows == want_flows, "arrows: %d, not %d" % (len(flows), len(want_flows))
    got = {track for track in packets.tracks.values() if track[0] != "counter"}
    assert got == tracks, "tracks: %s" % (got ^ tracks)
    steal = check_time(counters, found, "steal", lambda name: name == "runnable (steal)")
    spin = check_time(counters, found, "spin", lambda name: name.startswith("spin: "))
    check_runnable(counters, found)
    assert found and flows and steal and spin, "nothing to be compared"
    for name in sorted(packets.facts):
        print("%s: %s" % (name, packets.facts[name]))


main()
