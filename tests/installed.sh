#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# installed.sh FOLDER FILE...: each FILE lies in FOLDER, too, and is the same.
folder=$1
shift
status=0
for f in "$@"; do
	cmp "$f" "$folder/$f" || status=1
done
exit $status
