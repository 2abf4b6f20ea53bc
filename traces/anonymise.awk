# SPDX-License-Identifier: BSD-2-Clause
#
# Keeps the lines of an ftrace log that are about one process tree, and renames
# every other task in them to "other".  awk -v root=PID -f anonymise.awk LOG LOG
# (the log is read twice: first for its forks, then for its lines).
function number(line, key,    at)
{
	at = match(line, "[ =]" key "=[0-9]+")
	return at ? substr(line, at + length(key) + 2, RLENGTH - length(key) - 2) : ""
}

# Replaces what stands between key and after by "other" where pid is a stranger.
function hide(line, key, after, pid,    from, to)
{
	from = index(line, key)
	to = index(line, after)
	if (pid == 0 || pid in ours || !from || !to)
		return line
	return substr(line, 1, from + length(key) - 1) "other" substr(line, to)
}

# The task that the line begins with.
function hide_head(line,    part)
{
	if (!match(line, /-[0-9]+ +\[[0-9]+\]/))
		return line
	split(substr(line, RSTART + 1), part, " ")
	return part[1] == 0 || part[1] in ours ? line : sprintf("%16s", "other") substr(line, RSTART)
}

BEGIN { ours[root] = 1 }

NR == FNR {
	if (/: sched_process_fork: / && number($0, "pid") in ours)
		ours[number($0, "child_pid")] = 1
	next
}

/^#/ && !/entries/ { print }

/^CPU:/ { print }

/: sched_switch: / {
	prev = number($0, "prev_pid")
	next_pid = number($0, "next_pid")
	if (prev in ours || next_pid in ours) {
		line = hide(hide_head($0), "prev_comm=", " prev_pid=", prev)
		print hide(line, "next_comm=", " next_pid=", next_pid)
	}
}

/: sched_(waking|wakeup_new): / {
	if (number($0, "pid") in ours)
		print hide_head($0)
}
