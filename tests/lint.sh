#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lint.sh FILE...: formatted as .clang-format says, SPDX line in every tracked file.
status=0
format=clang-format
command -v clang-format-14 >/dev/null 2>&1 && format=clang-format-14
for f in "$@"; do
	if ! $format --dry-run -Werror "$f" >/dev/null 2>&1; then
		echo "$f: not formatted ($format -i $f)"
		status=1
	fi
done
for f in $(git ls-files); do
	case $f in
	LICENSE | .gitignore | *.png | *.svg | *.gz | *.pdf | *.xz | *.bin) continue ;;
	tests/formats/[0-9]*/* | */broken/* | */hostile/* | */corpus/* | */golden/* | */logs/* | *.expect) continue ;;
	traces/*.bursts | .ci/allowed-skips) continue ;;
	tests/trace/recordings/cases/* | tests/trace/recordings/real/*) continue ;; # as the tools print it
	esac
	if [ -s "$f" ] && ! head -n 5 "$f" | grep -q 'SPDX-License-Identifier:'; then
		echo "$f: no SPDX-License-Identifier in its first lines"
		status=1
	fi
done
exit $status
