# SPDX-License-Identifier: BSD-2-Clause
#
# Renames every task of an ftrace log that is not of one process tree to "other".  awk -v root=PID -f anonymise.awk LOG LOG
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
	line = hide(hide_head($0), "prev_comm=", " prev_pid=", number($0, "prev_pid"))
	print hide(line, "next_comm=", " next_pid=", number($0, "next_pid"))
}

/: sched_(waking|wakeup_new): / {
	print hide(hide_head($0), ": comm=", " pid=", number($0, "pid"))
}
