#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# kit.sh DIR RECORDS POLICY...: a new folder DIR with all that a port elsewhere needs.
# It refers to nothing outside of it.
set -eu
dir=$1 records=$2
shift 2
if [ -z "$dir" ]; then
	echo "port-kit: say where: make port-kit DIR=folder [KIT_POLICIES='gang relaxed']" >&2
	exit 2
fi
if [ -e "$dir" ] && [ -n "$(ls -A "$dir" 2>&1)" ]; then
	echo "port-kit: $dir is there already, and not empty" >&2
	exit 2
fi
for policy in "$@"; do
	if [ ! -f "policies/$policy.c" ] && [ ! -f "policies/$policy/$policy.c" ]; then
		echo "port-kit: there is no policy $policy in policies/" >&2
		exit 2
	fi
done
mkdir -p "$dir/policies" "$dir/port" "$dir/conformance" "$dir/records"
cp LICENSE "$dir/"
cp docs/porting.md "$dir/README.md"
cp ports/template/kit/Makefile "$dir/Makefile"
cp policies/policy.h policies/sp_*.h policies/find.mk "$dir/policies/"
for policy in "$@"; do
	main=policies/$policy/$policy.c
	[ -f "$main" ] || main=policies/$policy.c
	# Its parts, and those of a policy that it is built on.
	for text in $(${CC:-cc} -MM -Ipolicies "$main" | tr ' \\' '\n\n' | grep '\.[ch]$'); do
		mkdir -p "$dir/$(dirname "$text")"
		cp "$text" "$dir/$text"
	done
	cp "$records/$policy"-*.rec "$dir/records/"
done
cp ports/template/*.h ports/template/port.c ports/template/port_call.c ports/template/hv_nothing.c \
	ports/template/example.c 	ports/template/as_policy.c ports/template/policies.sh "$dir/port/"
for file in tests/contract/*.[ch]; do
	case $file in
	*/test_*.c | */corun_test.c | */module_suite.[ch]) ;; # they need a test library, or corun
	*) cp "$file" "$dir/conformance/" ;;
	esac
done
for file in record.h record_file.h record_file.c replay.h replay.c conform.c; do
	cp "ports/conformance/$file" "$dir/conformance/"
done
echo "$dir: contract, port and test for:" "$@" "(make -C $dir test)"
