#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# record.sh CSV FILE...: the figures of boot runs, FILE..., take the place of those of
# the same targets in CSV; the lines of other targets stay.  All lines or none: a
# malformed one is named, and CSV stays as it was.  docs/measured.md tells the format.
set -u
csv=$1
shift
header=target,kernel,scheduler,cpus,load,vm,metric,value,unit

bad=$(awk -F, '
	/^#/ || $0 == "'$header'" { next }
	NF != 9 || $1 == "" || $2 == "" || $3 == "" || $4 !~ /^[1-9][0-9]*$/ || $5 == "" ||
	$7 == "" || $8 !~ /^-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?$/ {
		print FILENAME ":" FNR ": not a line of figures: " $0
	}
	seen[$1, $2, $3, $4, $5, $6, $7]++ { print FILENAME ":" FNR ": a second time: " $0 }
' "$@") || exit 1
[ -z "$bad" ] || {
	echo "$bad" | head -n 10 >&2
	exit 1
}
{
	echo '# SPDX-License-Identifier: BSD-2-Clause'
	echo '# Emulated: written by make ports-boot-data; docs/measured.md tells the format.'
	echo "$header"
	{
		[ ! -f "$csv" ] || awk -F, '
			/^#/ || $0 == "'$header'" { next }
			FILENAME != ARGV[ARGC - 1] { is_new[$1]; next }
			!($1 in is_new)' "$@" "$csv"
		cat "$@" | grep -v -e '^#' -e "^$header\$"
	} | LC_ALL=C sort
} >"$csv.new" && mv "$csv.new" "$csv"
