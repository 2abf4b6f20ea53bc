#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# check.sh LOG CSV CASES POLICIES CLANGS: what the guest's log must show.  Writes the
# figures to CSV, a line a VM:
#	case,vm,run_cpus,corun,corun_all,steal,ops_per_s,cpu_share
# The margins are ratios and come from the prototypes, not from a run of this code.
set -u
log=$1 csv=$2 cases=$3 policies=$4 clangs=$5

tr -d '\r' <"$log" | awk -v cases="$cases" -v policies="$policies" -v clangs="$clangs" -v csv="$csv" '
function check(what, is_fine) {
	nr_checks++
	printf "%s: %s\n", is_fine ? "ok" : "not ok", what
	if (!is_fine)
		failed = 1
}
function within(a, b, share) { return a > 0 && b > 0 && a / b <= 1 + share && b / a <= 1 + share }

function report(  i, n, name, vm) {
	print "case,vm,run_cpus,corun,corun_all,steal,ops_per_s,cpu_share" >csv
	for (i = 1; i <= nr_cases; i++) {
		name = order[i]
		for (vm = 0; vm < 2; vm++)
			if ((name, vm) in corun_all)
				print name ",vm" vm "," run[name, vm] "," corun[name, vm] "," \
					corun_all[name, vm] "," steal[name, vm] "," ops[name, vm] \
					"," cpu[name, vm] >csv
	}
}

# A case ran to its end, took place, and left nothing behind.
function clean(name, wanted) {
	check(name ": status " status[name] " (" wanted " wanted), sched_ext " state[name] " after",
	      status[name] == wanted && state[name] == "disabled")
}

function both(name, what, a, b) { return sprintf("%s: %s %s and %s", name, what, a, b) }

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

function sum(name) { return ops[name, 0] + ops[name, 1] }

function against_pinned(kind,  gang, pinned) {
	gang = kind "-gang"
	pinned = kind "-pinned"
	coruns(gang, 0.85)
	check(both(pinned, "all-N co-run below 0.5:", corun_all[pinned, 0], corun_all[pinned, 1]),
	      (pinned, 0) in corun_all && corun_all[pinned, 0] < 0.5 && corun_all[pinned, 1] < 0.5)
	check(sprintf("%s: %.0f operations/s, pinned EEVDF %.0f (at least 1.5 times)", gang,
		      sum(gang), sum(pinned)), sum(pinned) > 0 && sum(gang) >= 1.5 * sum(pinned))
	shares(gang, 1)
	check(sprintf("%s-relaxed: %.0f operations/s, pinned EEVDF %.0f (more)", kind,
		      sum(kind "-relaxed"), sum(pinned)), sum(kind "-relaxed") > sum(pinned))
}

/@case /	{ sub(/.*@case /, ""); name = $1; order[++nr_cases] = name; next }
/@end /		{ for (i = 1; i <= NF; i++) {
			if ($i ~ /^status=/) status[name] = substr($i, 8)
			if ($i ~ /^state=/) state[name] = substr($i, 7)
		  } next }
/@trouble /	{ trouble = $NF }
/@done/		{ is_done = 1 }
/thrown out by the kernel/ { thrown[name] = $0 }
{ split($0, f, ",") }
/(^|[^#])vm,vm[01],/ { vm = substr(f[2], 3) + 0; run[name, vm] = f[5] + 0; corun[name, vm] = f[6] + 0
		  corun_all[name, vm] = f[7] + 0; steal[name, vm] = f[8] + 0 }
/ops,vm[01],/	{ vm = substr(f[2], 3) + 0; ops[name, vm] = f[3] + 0; cpu[name, vm] = f[4] + 0 }

END {
	report()
	while ((getline line <cases) > 0) {
		split(line, word, " ")
		nr_wanted++
		clean(word[1], word[1] == "hang-bad" ? 4 : 0)
	}
	check("every case began: " nr_cases + 0 " of " nr_wanted + 0, nr_wanted && nr_cases == nr_wanted)
	against_pinned("barrier")
	against_pinned("lock")
	coruns("weights-gang", 0.85)
	shares("weights-gang", 2)
	nr = split(policies, policy, " ")
	nr_clangs = split(clangs, clang, " ")
	for (i = 1; i <= nr; i++)
		for (k = 1; k <= nr_clangs; k++) {
			name = "load-" policy[i] "-" clang[k]
			check(sprintf("%s: %.2f of 4 CPUs used, %.0f operations/s", name,
				      run[name, 0] + run[name, 1], sum(name)),
			      run[name, 0] + run[name, 1] > 2 && sum(name) > 0)
		}
	check("a policy that hangs is thrown out: " thrown["hang-bad"], thrown["hang-bad"] ~ /stall/)
	coruns("after-hang", 0.85)
	check("WARN, BUG, Oops and the like in the kernel log: " trouble, trouble == "0")
	check("the guest came to its end", is_done)
	if (!failed)
		printf "ok sched_ext guest: %d checks\n", nr_checks
	exit failed
}'
status=$?
[ $status = 0 ] || { echo "# last lines of $log:"; tail -n 25 "$log"; }
exit $status
