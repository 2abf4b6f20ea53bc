#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# build_spoils.sh CC CFLAGS DIR SPOIL.sed...: each policy with one text of spoils/ applied
# to it, compiled into DIR, and the table of them all, DIR/table.c.  A text that changes
# nothing, since the policy has been rewritten, is an error.
cc=$1 cflags=$2 dir=$3
shift 3
mkdir -p "$dir"
table=$dir/table.c
echo '#include "gate_spoils.h"' >"$table.tmp"
entries=
for sed in "$@"; do
	name=$(basename "$sed" .sed)
	policy=$(sed -n 's/^# policy: //p' "$sed")
	file=$(sed -n 's/^# file: //p' "$sed")
	symbol=gate_$(echo "$name" | tr - _)
	rm -rf "${dir:?}/$name"
	mkdir "$dir/$name"
	main=$policy.c
	[ ! -d "policies/$policy" ] || main=$policy/$policy.c
	cp -R "policies/${main%%/*}" "$dir/$name/"
	sed -f "$sed" "policies/$file" >"$dir/$name/$file"
	if cmp -s "policies/$file" "$dir/$name/$file"; then
		echo "spoil $name: its edit changes nothing in policies/$file" >&2
		exit 1
	fi
	# shellcheck disable=SC2086
	$cc $cflags -w -include tests/gate/spoil.h -I policies -DSP_NR_PCPUS=16 -DSP_NR_VCPUS=128 \
		"-DSP_POLICY_SYMBOL=$symbol" -c -o "$dir/$name.o" "$dir/$name/$main" || exit 1
	echo "extern const struct sp_policy $symbol;" >>"$table.tmp"
	entries="$entries{\"$name\", {\"$policy\", {{16, 128, &$symbol}, {0}, {0}}}},
"
done
{
	echo 'const struct gate_spoil gate_spoils[] = {'
	printf '%s' "$entries"
	echo '};'
	echo "const uint32_t nr_gate_spoils = $#;"
} >>"$table.tmp"
mv "$table.tmp" "$table"
