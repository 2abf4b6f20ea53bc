# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: BSD-2-Clause
# begin.sh: sourced by tests that are called as NAME.sh CORUN SCRATCH: in an empty folder NAME of
# SCRATCH.  A test counts in nr, and ends with a look at failed.
name=$(basename "$0" .sh)
corun=$1
scratch=$2/$name
here=$(cd "$(dirname "$0")" && pwd)
nr=0
failed=0
rm -rf "$scratch"
mkdir -p "$scratch"
cd "$scratch" || exit 1

not_ok() {
	echo "not ok: $name: $*"
	failed=1
}

need_python() {
	if ! command -v python3 >/dev/null; then
		echo "SKIP $name.sh: no python3"
		exit 0
	fi
}
