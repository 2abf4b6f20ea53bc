# SPDX-License-Identifier: BSD-2-Clause
# reader.awk: a second reader of recordings, which shares nothing with corun's: it takes lines
# whose fields have names, finds each field by its name, and prints "PID RUN_NS SLEEP_NS" for
# each burst of a thread called "CPU N/KVM" that was seen from its wake-up to the next one.

# The value of a field, up to the next blank.
function field(name,  rest) {
	rest = substr($0, index($0, " " name "=") + length(name) + 2)
	sub(/ .*/, "", rest)
	return rest
}

# "SECONDS.FRACTION:", the first word of the line that looks like it, in ns.
function instant(  i, part) {
	for (i = 1; i <= NF; i++)
		if ($i ~ /^[0-9]+\.[0-9]+:$/) {
			split($i, part, /[.:]/)
			return part[1] * 1e9 + substr(part[2] "000", 1, 9)
		}
}

function close_sleep(pid, sleep) {
	if (pid in pending)
		printf "%d %d %d\n", pid, pending[pid], sleep
	delete pending[pid]
}

function begin(pid) {
	run[pid] = 0
	whole[pid] = 1
	early[pid] = 0
}

/sched_wak(ing|eup|eup_new): +comm=CPU / {
	pid = field("pid")
	if (state[pid] == "on")
		early[pid] = 1
	if (state[pid] == "on" || state[pid] == "ready")
		next
	close_sleep(pid, instant() - since[pid])
	begin(pid)
	state[pid] = "ready"
}

/sched_switch: +prev_comm=/ {
	now = instant()
	pid = field("prev_pid")
	if ($0 ~ / prev_comm=CPU /) {
		if (state[pid] == "on")
			run[pid] += now - since[pid]
		else
			whole[pid] = 0
		since[pid] = now
		how = field("prev_state")
		state[pid] = how ~ /^R/ ? "ready" : "asleep"
		if (how !~ /^R/ && whole[pid]) {
			pending[pid] = run[pid]
			if (how ~ /^[XZ]/)
				close_sleep(pid, 0)
		}
	}
	pid = field("next_pid")
	if ($0 ~ / next_comm=CPU /) {
		if (state[pid] == "asleep") {
			close_sleep(pid, early[pid] ? 0 : now - since[pid])
			begin(pid)
		}
		state[pid] = "on"
		since[pid] = now
	}
}
