# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: BSD-2-Clause
# expect.sh: sourced by tests of commands.  A test ends with `exit $failed`.
failed=0
# Where a command's output goes.
said=said

fail() {
	echo "FAILED: $*"
	failed=1
}

# expect STATUS WORDS COMMAND...: its exit status, and a line that matches WORDS, if any are
# given, among what it says, which stays in the file $said
expect() {
	want=$1 words=$2
	shift 2
	"$@" >"$said" 2>&1
	got=$?
	if [ $got != "$want" ] || { [ -n "$words" ] && ! grep -q -e "$words" "$said"; }; then
		fail "$*: status $got, expected $want and '$words'; it said:"
		head -n 10 "$said" | sed 's/^/  | /'
	fi
}
