#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lock.sh B [COMMAND...]: runs COMMAND while no other run works in the build folder B; one
# that finds it taken says by whom and waits.  Without COMMAND it only waits.  What the
# holder starts does not wait for its parent: CORUN_LOCK names the lock that is held.
b=$1
shift
lock=$(realpath -m "$b")/lock
[ "${CORUN_LOCK:-}" = "$lock" ] && { [ $# = 0 ] || exec "$@"; exit 0; }
[ $# = 0 ] && [ ! -e "$lock" ] && exit 0
mkdir -p "$b" || exit 1
if ! flock -n "$lock" true; then
	echo "corun: $(head -n 1 "$lock") is at work in $b: waiting (B=OTHER works beside it)" >&2
fi
[ $# = 0 ] && exec flock "$lock" true
export CORUN_LOCK="$lock"
# -o: what a test leaves running does not keep the lock
exec flock -o "$lock" sh -c 'echo "process $$, $2," >"$1"; shift; exec "$@"' sh "$lock" "$@"
