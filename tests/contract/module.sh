#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# module.sh CORUN DIR: `corun test ./mine.so`: a policy that keeps the contract, some that break
# it, each with the command that shows where, and some that crash, hang or leave.
# shellcheck disable=SC2016
corun=$(realpath "$1") dir=$2 top=$PWD
export CORUN_SHARE="$top"
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
mk=$("$corun" policies --makefile) || exit 1
test=$(dirname "$corun")/libexec/corun/corun-test

# -- one that keeps it, at both sizes ----------------------------------------------------------
cp "$top/docs/example/lottery.c" .
MAKEFLAGS='' make -s -f "$mk" lottery.so || exit 1
expect 0 '^lottery, 16 pCPUs and 64 vCPUs: [0-9]* calls in [0-9]* runs$' "$corun" test ./lottery.so --events 100000
grep -q '^lottery, 128 pCPUs and 1024 vCPUs: [0-9]* calls' said || fail "not at 128 pCPUs"
[ "$(grep -c '^ok       ' said)" -gt 50 ] || fail "$(grep -c '^ok' said) checks"
grep -q 'starvation' said || fail "no check of starvation"
expect 0 '^lottery, 128' "$corun" test ./lottery.so --events 10000 --pcpus 128
grep -q '16 pCPUs' said && fail "--pcpus 128 is another size, too"
cp said once
"$corun" test ./lottery.so --events 10000 --pcpus 128 | cmp -s - once || fail "twice the same says something else"

# -- mistakes, each seen by the check that is about it --------------------------------------------
# breaks CHECK SED
breaks() {
	sed "$2" lottery.c >mine.c
	cmp -s lottery.c mine.c && fail "$1: nothing to plant the bug in"
	rm -f mine.so
	MAKEFLAGS='' make -s -f "$mk" mine.so SP_CFLAGS='-O2 -w' || fail "$1 does not build"
	expect 1 "^FAILED   $1 " "$corun" test ./mine.so --events 100000 --pcpus 16
	again=$(sed -n "/^FAILED   $1 /,/see it/s/^ *see it: corun //p" said)
	[ -n "$again" ] || return
	# shellcheck disable=SC2086
	expect 1 "^FAILED   $1: .* (call [0-9]*)" "$corun" $again --lines 3
	[ "$(grep -c '^ *[0-9]* [0-9]* [a-z_]* .* ->' said)" = 4 ] || fail "$1: not that call and three before: $(tail -n 5 said)"
}
breaks answer 's/out->next = \(.*\);/out->next = SP_NR_VCPUS - 1;/'
breaks run_until 's/now_ns + l->slice_ns/now_ns/'
breaks kicks 's/^\tout->next = \(.*\);/&\n\tsp_kick(out, (pcpu + 1) % 2);/'

# -- hostile ones: which policy, callback and instant ---------------------------------------------
# hostile NAME CALLBACK BODY STATUS PATTERN [OPTION]
hostile() {
	gcc -std=gnu11 -O1 -w -fPIC -shared -nostartfiles -Wl,-z,relro,-z,now -I "$top/policies" \
		-I "$top/policies/module" -DSP_OUT_PCPUS=4096 -DSP_NR_PCPUS=16 -DSP_NR_VCPUS=64 \
		"-DLOTTERY=\"$top/docs/example/lottery.c\"" "-DAT_$2" "-DBODY=$3" -o "$1.so" \
		"$top/tests/hostile/hostile.c" || fail "$1 does not build"
	# shellcheck disable=SC2086
	expect "$4" "$5" "$corun" test ./$1.so --events 100000 --patience 300ms $6
}
at='16 pCPUs and 64 vCPUs:'
hostile crash pick_next 'if (LATE) *(volatile int *)16 = 1' 4 \
	"^corun: error.crash.: policy hostile, $at pick_next at [0-9]* ns crashed (Segmentation fault)"
hostile init init '*(volatile int *)16 = 1' 4 "error.crash.: policy hostile, $at init at 0 ns crashed"
hostile hang vcpu_wake 'if (LATE) for (;;) __asm__ volatile("")' 4 \
	"^corun: error.hang.: policy hostile, $at vcpu_wake at [0-9]* ns did not return"
hostile leaves tick 'if (LATE) _exit(0)' 4 "error.exit.: policy hostile, $at tick at [0-9]* ns ended its process" --own-process
hostile writes vcpu_stopped 'if (LATE) ((char *)st)[STATE_BYTES + 8] = 1' 1 '^FAILED   bounds '
expect 2 'expected' "$corun" test ./leaves.so # it calls others
[ -z "$(pgrep -f "$test ./hang.so")" ] || fail "a process is left"

# -- usage --------------------------------------------------------------------------------------------
expect 2 "found 'gang', expected a shared object" "$corun" test gang
expect 2 'found 0 policies' "$corun" test
expect 2 'nothing to read' "$corun" test ./nix.so
expect 2 "unknown option '--sead', did you mean '--seed'?" "$corun" test ./lottery.so --sead 1
expect 2 "found 17, expected 16 or 128" "$corun" test ./lottery.so --pcpus 17
expect 2 "found 'x', expected an integer" "$corun" test ./lottery.so --events x
expect 0 '^ *--stop-at N ' "$corun" help test
expect 0 'bounds\|promise' "$corun" help
grep -q '^  test ' said || fail "help does not list it"
[ $failed = 0 ] && echo "ok corun test: what keeps the contract, breaks it, and worse"
exit $failed
