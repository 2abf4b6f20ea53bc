#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# figures.sh LOGS WINDOW_MS: what the boots LOGS/SCHEDULER-PCPUS.log measured, as lines of
# docs/measured.md's format.
set -u
echo target,kernel,scheduler,cpus,load,vm,metric,value,unit
for log in "$1"/*-[24].log; do
	name=$(basename "$log" .log)
	[ "${name%-*}" != life ] || continue
	tr -d '\r' <"$log" | awk -v scheduler="${name%-*}" -v cpus="${name##*-}" -v window="$2" '
	function put(load, vm, metric, value, unit) {
		printf "xen,%s,%s,%d,%s,%s,%s,%.6g,%s\n", version, scheduler, cpus, load, vm,
			metric, value, unit
	}
	# The words NAME=VALUE of a line.
	function read_words(   i, pair) {
		split("", word)
		for (i = 1; i <= NF; i++)
			if (split($i, pair, "=") == 2)
				word[pair[1]] = pair[2]
	}
	/Xen version / { split($0, part, "Xen version "); split(part[2], v, " "); version = v[1] }
	/^CORUN guest / {
		read_words()
		for (load in word)
			if (load == "barrier" || load == "lock")
				put($3 == "alone" ? load "-alone" : load, $4, "ops",
				    word[load] * 1000 / window, "1/s")
	}
	/^CORUN trace [a-z0-9-]+ domain=/ {
		read_words()
		nr = split(word["ran_pct"], ran, ",")
		for (cpu = 0; nr; nr--)
			cpu += ran[nr] / 100
		# Domains count from 1, and the first was the one alone if there was one.
		if (word["domain"] == 0) {
			put($3, "", "dom0_cpu", cpu, "1")
			next
		}
		vm = ++nr_guests[$3] == 1 ? "one" : "two"
		put($3, vm, "cpu", cpu, "1")
		put($3, vm, "corun", word["corun_pct"] / 100, "1")
	}
	/^CORUN counters / { label = $3 }
	/corun: calls=/ {
		read_words()
		if (label == "barrier-begin")
			for (w in word) before[w] = word[w]
		if (label == "barrier-end") {
			elapsed = word["now_ns"] - before["now_ns"]
			calls = word["calls"] - before["calls"]
			held = word["held_ns"] - before["held_ns"]
			put("barrier", "", "pick_rate", (word["picks"] - before["picks"]) * 1e9 / elapsed, "1/s")
			put("barrier", "", "call_rate", calls * 1e9 / elapsed, "1/s")
			put("barrier", "", "call_hold_mean", held / calls, "ns")
		}
	}'
done
