#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# check.sh LOG CSV CASES: what the guest's log must show of the cases that were run.
# Writes the figures to CSV, in the format that docs/measured.md tells.  The margins are
# ratios and come from the prototypes, not from a run of this code.
set -u
log=$1 csv=$2 cases=$3

mkdir -p "$(dirname "$csv")"
tr -d '\r' <"$log" | awk -v cases="$cases" -v csv="$csv" '
function check(what, is_fine) {
	nr_checks++
	printf "%s: %s\n", is_fine ? "ok" : "not ok", what
	if (!is_fine)
		failed = 1
}
function within(a, b, share) { return a > 0 && b > 0 && a / b <= 1 + share && b / a <= 1 + share }
function sum(name) { return ops[name, 0] + ops[name, 1] }
function both(name, what, a, b) { return sprintf("%s: %s %s and %s", name, what, a, b) }

# -- figures ---------------------------------------------------------------------------
# A case is LOAD-SCHEDULER, or load-SCHEDULER-COMPILER: of those, one compiler counts.
function write(name, vm, metric, value, unit,  target, load, scheduler, part) {
	target = name ~ /^kvm-/ ? "sched_ext-kvm" : "sched_ext"
	sub(/^kvm-/, "", name)
	split(name, part, "-")
	load = part[1]
	scheduler = part[2] == "pinned" ? "eevdf-pinned" : part[2]
	if (load == "load")
		load = "barrier-2to1"
	else if (load != "barrier" && load != "lock")
		return
	print target, kernel, scheduler, cpus, load, vm, metric, value, unit >csv
}

function report(  i, k, name, vm) {
	OFS = ","
	printf "" >csv
	for (i = 1; i <= nr_cases; i++) {
		name = order[i]
		if (name in is_plain_load)
			continue
		for (vm = 0; vm < 2 && (name, vm) in ops; vm++) {
			write(name, "vm" vm, "ops", ops[name, vm], "1/s")
			write(name, "vm" vm, "cpu", run[name, vm], 1)
			write(name, "vm" vm, "corun", corun_all[name, vm], 1)
			write(name, "vm" vm, "steal", steal[name, vm], 1)
		}
		for (k = 1; k <= nr_steps[name]; k++)
			write_step(name, steps[name, k])
	}
	close(csv)
}

# What the lock and the clock cost by themselves is taken off.
function write_step(name, step) {
	if (step == "nothing")
		return
	write(name, "", step "_rate", rate[name, step], "1/s")
	write(name, "", step "_hold_median", median[name, step] - median[name, "nothing"], "ns")
	write(name, "", step "_hold_mean", mean[name, step] - mean[name, "nothing"], "ns")
}

# -- what must hold ----------------------------------------------------------------------
# A case ran to its end, took place, and left nothing behind.
function clean(name, wanted) {
	check(name ": status " status[name] " (" wanted " wanted), sched_ext " state[name] " after",
	      status[name] == wanted && state[name] == "disabled")
	check(both(name, "operations after the end,", after[name, 0], after[name, 1]) \
	      "; threads left in its class: " left[name, 0] + left[name, 1],
	      after[name, 0] > 0 && after[name, 1] > 0 && left[name, 0] + left[name, 1] == 0)
}

function coruns(name, least) {
	check(both(name, "all-N co-run (at least " least ")", corun_all[name, 0], corun_all[name, 1]),
	      corun_all[name, 0] >= least && corun_all[name, 1] >= least)
}

function shares(name, ratio) {
	check(both(name, "CPU time of the VMs, " ratio ":1 within 5 %,", run[name, 0], run[name, 1]),
	      within(run[name, 0], ratio * run[name, 1], 0.05))
	check(both(name, "the same by the kernel'"'"'s accounts,", cpu[name, 0], cpu[name, 1]),
	      within(cpu[name, 0], ratio * cpu[name, 1], 0.05))
}

function against_pinned(load,  gang, pinned) {
	gang = load "-gang"
	pinned = load "-pinned"
	coruns(gang, 0.85)
	check(both(pinned, "all-N co-run below 0.5:", corun_all[pinned, 0], corun_all[pinned, 1]),
	      (pinned, 0) in corun_all && corun_all[pinned, 0] < 0.5 && corun_all[pinned, 1] < 0.5)
	check(sprintf("%s: %.0f operations/s, pinned EEVDF %.0f (at least 1.5 times)", gang,
		      sum(gang), sum(pinned)), sum(pinned) > 0 && sum(gang) >= 1.5 * sum(pinned))
	shares(gang, 1)
	check(sprintf("%s-relaxed: %.0f operations/s, pinned EEVDF %.0f (more)", load,
		      sum(load "-relaxed"), sum(pinned)), sum(load "-relaxed") > sum(pinned))
	shares(load "-relaxed", 1)
}

# The bound is that of test-bpf; the kernel gives up at 1,000,000.
function is_cheap(name) {
	check(sprintf("%s: %d programs verified, the dearest, %s, in %d instructions (at most 200000)",
		      name, nr_programs[name], dearest[name], insns[name]),
	      nr_programs[name] > 0 && insns[name] > 0 && insns[name] <= 200000)
}

function loads(name) {
	check(sprintf("%s: %.2f of 4 CPUs used, %.0f operations/s", name,
		      run[name, 0] + run[name, 1], sum(name)),
	      run[name, 0] + run[name, 1] > 2 && sum(name) > 0)
}

/@boot /	{ sub(/.*@boot /, ""); kernel = $1; cpus = substr($2, 6) }
/@case /	{ sub(/.*@case /, ""); name = $1; order[++nr_cases] = name; next }
/@end /		{ for (i = 1; i <= NF; i++) {
			if ($i ~ /^status=/) status[name] = substr($i, 8)
			if ($i ~ /^state=/) state[name] = substr($i, 7)
		  } next }
/@trouble /	{ trouble = $NF }
/@done/		{ is_done = 1 }
/thrown out by the kernel/ { thrown[name] = $0 }
{ split($0, f, ",") }
/(^|[^#])vm,vm[01],/ { vm = substr(f[2], 3) + 0; weight[name, vm] = f[4]; run[name, vm] = f[5] + 0
		  corun[name, vm] = f[6] + 0; corun_all[name, vm] = f[7] + 0; steal[name, vm] = f[8] + 0 }
/ops,vm[01],/	{ vm = substr(f[2], 3) + 0; ops[name, vm] = f[3] + 0; cpu[name, vm] = f[4] + 0 }
/after,vm[01],/	{ vm = substr(f[2], 3) + 0; after[name, vm] = f[3] + 0; left[name, vm] = f[5] + 0 }
/(^|[^#])serial,/ { rate[name, f[2]] = f[3]; median[name, f[2]] = f[4]; mean[name, f[2]] = f[5]
		  steps[name, ++nr_steps[name]] = f[2] }
/live,/		{ live[name] = f[2] }
/(^|[^#])meter,/ { nr_meters++; if (f[2] != "0") nr_lossy++ }
/ verified instructions/ {
	split($0, word, " ")
	nr_programs[name]++
	if (word[3] + 0 > insns[name]) { insns[name] = word[3] + 0; dearest[name] = word[2] }
}

END {
	while ((getline line <cases) > 0) {
		split(line, word, " ")
		wanted[++nr_wanted] = word[1]
		command[word[1]] = line
		if (word[1] ~ /^load-/ && line !~ /--weights/)
			is_plain_load[word[1]]
	}
	report()
	for (i = 1; i <= nr_wanted; i++)
		clean(wanted[i], wanted[i] == "hang-bad" ? 4 : 0)
	check("every case began: " nr_cases + 0 " of " nr_wanted + 0, nr_wanted && nr_cases == nr_wanted)
	against_pinned("barrier")
	against_pinned("lock")
	against_pinned("kvm-barrier")
	against_pinned("kvm-lock")
	for (i = 1; i <= nr_wanted; i++) {
		name = wanted[i]
		if (name !~ /^load-/)
			continue
		loads(name)
		is_cheap(name)
		if (name in is_plain_load)
			continue
		shares(name, 2)
		nr_weighted++
	}
	check("weights, tagged by cgroup: " nr_weighted + 0 " policies (4 or more)", nr_weighted >= 4)
	check("live-gang: the command that asks for other weights: status " live["live-gang"] \
	      ", shown as " weight["live-gang", 0] " and " weight["live-gang", 1],
	      live["live-gang"] == "0" && weight["live-gang", 0] == 1024 &&
		      weight["live-gang", 1] == 2048)
	shares("live-gang", 0.5)
	coruns("live-gang", 0.85)
	check("a policy that hangs is thrown out: " thrown["hang-bad"], thrown["hang-bad"] ~ /stall/)
	coruns("after-hang", 0.85)
	check("switches that the meter had no room for: in " nr_lossy + 0 " of " nr_meters + 0 " reports",
	      nr_meters >= nr_wanted / 2 && !nr_lossy)
	check("WARN, BUG, Oops and the like in the kernel log: " trouble, trouble == "0")
	check("the guest came to its end", is_done)
	if (!failed)
		printf "ok sched_ext guest: %d checks\n", nr_checks
	exit failed
}'
status=$?
[ $status = 0 ] || { echo "# last lines of $log:"; tail -n 25 "$log"; }
exit $status
