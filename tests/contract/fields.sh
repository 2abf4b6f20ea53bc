#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fields.sh LOGS: which field of sp_out was set by which policy.  That a policy sets
# what its text uses is checked one policy at a time; here one sees the whole.
awk '
/^# .*: set in sp_out:/ {
	policy = $2
	sub(":", "", policy)
	for (i = 6; i < NF; i += 2)
		if ($(i + 1) > 0)
			by[$i] = by[$i] " " policy
		else if (!($i in by))
			by[$i] = ""
}
END {
	for (field in by)
		print "# sp_out." field ": " (by[field] ? "set by" by[field] : "no policy uses it")
}' "$@" | sort
