#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# copy_tree.sh TO: a copy of this tree without what was built in it.
mkdir -p "$1" || exit 1
to=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 1
for f in * .ci .clang-format; do
	case $f in
	build | build-* | out) continue ;;
	esac
	cp -R "$f" "$to/" || exit 1
done
