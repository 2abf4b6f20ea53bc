#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# refusals.sh CORUN DIR: shared objects that are wrong in one thing each, and what the
# loader says of it.  Built from the guide's example, its headers and policy.mk, changed.
corun=$(realpath "$1") dir=$2/refused top=$PWD
failed=0
nr=0
export CORUN_SHARE="$top"
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1

refused() { # WORDS FILE
	"$corun" policies "./$2" >said 2>&1
	got=$?
	if [ $got != 2 ] || [ "$(wc -l <said)" != 1 ] ||
		! grep -q '^corun: error\[policy\]: ./' said || ! grep -qF -- "$1" said; then
		echo "FAILED: $2: status $got, expected 2 and '$1'; it said:"
		head -n 3 said
		failed=1
	fi
	nr=$((nr + 1))
}

# A tree of its own, in which FILE is changed by SED; FILE - changes nothing.
built() { # FILE SED
	rm -rf tree
	mkdir -p tree/module
	cp "$top"/policies/policy.h "$top"/policies/sp_*.h tree/
	cp "$top"/policies/module/* tree/module/
	cp "$top/docs/example/lottery.c" tree/
	if [ "$1" != - ]; then
		cp "tree/$1" before
		sed -i "$2" "tree/$1"
		if cmp -s before "tree/$1"; then
			echo "FAILED: '$2' changes nothing in $1"
			failed=1
		fi
	fi
	(cd tree && make -s -f module/policy.mk SP_CFLAGS=-w lottery.so)
}

wrong() { # WORDS FILE SED
	if built "$2" "$3" >log 2>&1; then
		refused "$1" tree/lottery.so
	else
		echo "FAILED: '$3' does not build:"
		head -n 3 log
		failed=1
	fi
}

policy=lottery.c
wrong "found version of the contract: 2, expected 3: build it again" policy.h \
	's/SP_CONTRACT_VERSION 3u/SP_CONTRACT_VERSION 2u/'
wrong "found contract 1, expected SP_CONTRACT_VERSION in its table" $policy \
	's/\.contract = SP_CONTRACT_VERSION/.contract = 1/'
wrong "found version of sp_module.h: 9, expected 1" module/sp_module.h \
	's/SP_MODULE_VERSION 1u/SP_MODULE_VERSION 9u/'
wrong "found a table (struct sp_policy) of bytes:" policy.h \
	's/^	const char \*summary;/	const char *motto; &/'
wrong "found an sp_out for pCPUs: 8192" module/policy.mk 's/SP_OUT_PCPUS=4096/SP_OUT_PCPUS=8192/'
wrong "found an sp_out for pCPUs: 4096" policy.h 's/SP_OUT_NOTES 64/SP_OUT_NOTES 32/'
wrong "found nr_classes 0, expected 1 to 3" module/export.c 's/= SP_MODULE_CLASSES/= 0/'
wrong "found nr_classes 7" module/export.c 's/= SP_MODULE_CLASSES/= 7/'
wrong "found no size number 1" module/export.c 's/&sp_class_small, &sp_class_medium,/\&sp_class_small, 0,/'
wrong "found a size smaller than the one before it" module/export.c \
	's/&sp_class_small, &sp_class_medium,/\&sp_class_medium, \&sp_class_small,/'
wrong "found a size with SP_NR_VCPUS 32768" module/policy.mk 's/SP_NR_VCPUS=16384/SP_NR_VCPUS=32768/'
wrong "found a size with SP_NR_VCPUS 64" module/policy.mk 's/-DSP_NR_VCPUS=64/& -DSP_NR_VMS=32/'
wrong "found a size without a policy" module/class.c 's/= &SP_POLICY_SYMBOL/= 0/'
wrong "found state_size 0" $policy 's/= sizeof(struct lottery)/= 0/'
wrong "found state_size 17, expected sizeof its state: a multiple of 8" $policy \
	's/= sizeof(struct lottery)/= 17/'
wrong "found for more vCPUs a smaller state_size" $policy \
	's/= sizeof(struct lottery)/= SP_NR_VCPUS > 64 ? 8 : sizeof(struct lottery)/'
wrong "found no pick_next, expected every mandatory callback" $policy '/\.pick_next =/d'
wrong "found no init, vcpu_wake, pick_next, expected" $policy \
	'/\.pick_next =/d; /\.init =/d; /\.vcpu_wake =/d'
wrong "found no name in its table" $policy '/^	\.name =/d'
wrong "found the name 'Lottery', expected at most 9 small letters" $policy 's/\.name = "l/.name = "L/'
wrong "found the name 'lotterylottery'" $policy 's/^	\.name = "/&lottery/'
wrong "found the name ''" $policy 's/\.name = "lottery"/.name = ""/'
wrong "found the name '2lottery'" $policy 's/^	\.name = "/&2/'
wrong "found no summary" $policy '/\.summary =/d'
wrong "found no summary" $policy 's/\.summary = "/&\\n/'
wrong "found no summary" $policy 's/\.summary = "/&\\007/'
wrong "found no summary" $policy 's/\.summary = "/&\\302\\233/'
wrong "found no summary" $policy 's/\.summary = "/&\\377/'
wrong "found the tunable 'slice' without help" $policy 's/"how long the winner runs"/"\\033[2J"/'
wrong "found sizes that differ in name, caps or tunables" $policy \
	's/\.name = "lottery"/.name = SP_NR_VCPUS > 64 ? "lott" : "lottery"/'
wrong "found caps with bits that mean nothing" $policy 's/\.caps = 0/.caps = 1u << 20/'
wrong "found nr_tunables 17, expected 16 at most" $policy 's/\.nr_tunables = .*/.nr_tunables = 17,/'
wrong "found nr_tunables without a table of them" $policy '/\.tunables =/d'
wrong "found no name for tunable 0" $policy 's/\.name = "slice"/.name = 0/'
wrong "found the tunable 'policy' so named" $policy 's/\.name = "slice"/.name = "policy"/'
wrong "found the tunable 'Slice' so named" $policy 's/\.name = "slice"/.name = "Slice"/'
wrong "found the tunable 'slice' without help" $policy 's/"how long the winner runs"/0/'
wrong "found the tunable 'slice' of an unknown unit" $policy 's/\.unit = SP_UNIT_NS/.unit = 9/'
wrong "found the tunable 'slice' with a default out of its range" $policy 's/\.preset = SP_MS(10)/.preset = 1/'
wrong "found writable data outside of the policy's state" $policy \
	's/^struct lottery {/static sp_u64 calls;\n&/; s/^	nr = lottery_nr_ready(l);/	l->draw += calls++;\n&/'

# what a policy may not call is refused when it is linked
if built $policy 's/^	l->slice_ns = config/	printf("%d", 1);\n&/' >log 2>&1 ||
	! grep -q 'it calls printf - a policy calls nobody' log; then
	echo "FAILED: a call of printf was linked"
	head -n 3 log
	failed=1
fi

# ... and when it is loaded, if something else has linked it; so is what a thread keeps
linked() { # WORDS FILE SED
	built "$2" "$3" >log 2>&1
	(cd tree && make -s -f module/policy.mk SP_CFLAGS=-w lottery.small.o lottery.medium.o \
		lottery.large.o lottery.module.o) >log 2>&1 || cat log
	gcc -shared -nostartfiles -Wl,-z,relro,-z,now -o linked.so tree/lottery.*.o || failed=1
	refused "$1" linked.so
	"$corun" policies ./linked.so --own-process >said 2>&1 ||
		{ echo "FAILED: '$3' is refused with --own-process: $(cat said)"; failed=1; }
}
linked "found a call of rand, expected none" $policy 's/^	nr = lottery_nr_ready(l);/	l->draw += rand();\n&/'
linked "found a call of pthread_create, expected none" $policy \
	's/^	nr = lottery_nr_ready(l);/	l->draw += pthread_create();\n&/'
linked "found a call of errno_of, expected none" $policy \
	's/^	nr = lottery_nr_ready(l);/	l->draw += *errno_of;\n&/; s/^struct lottery {/extern __attribute__((weak)) sp_u32 *errno_of;\n&/'
linked "found writable data outside of the policy's state" $policy \
	's/^struct lottery {/static __thread sp_u64 calls;\n&/; s/^	nr = lottery_nr_ready(l);/	l->draw += calls++;\n&/'

# -- files that are no such object -----------------------------------------------------------------
built - - >log 2>&1 || { echo "FAILED: the example does not build"; failed=1; }
"$corun" policies ./tree/lottery.so >said 2>&1 || { echo "FAILED: the example is refused"; failed=1; }
echo 'policy: lottery' >text.so
refused "found a file that is no shared object" text.so
: >empty.so
refused "found a file that is no shared object" empty.so
mkdir -p folder.so
refused "found a folder, expected a policy (a shared object) in a regular file" folder.so
refused "found nothing to read" nix.so
size=$(wc -c <tree/lottery.so)
for part in 1 2 3 5 7; do
	head -c $((size * part / 8)) tree/lottery.so >cut.so
	refused "found a file that was cut short" cut.so
done
head -c 100 tree/lottery.so >cut.so
refused "cut short" cut.so
# e_machine (bytes 18 and 19), and the class of the file (byte 4)
{ head -c 18 tree/lottery.so; printf '\363\363'; tail -c +21 tree/lottery.so; } >other.so
refused "found an object for another kind of machine" other.so
{ head -c 4 tree/lottery.so; printf '\003'; tail -c +6 tree/lottery.so; } >other.so
refused "found an object for another kind of machine" other.so
gcc -w -c -I tree -o plain.so tree/lottery.c
refused "found an object that is no shared one" plain.so
gcc -w -shared -nostartfiles -fPIC -Wl,-z,now -I tree -o bare.so tree/lottery.c
refused "found no symbol sp_module" bare.so
[ $failed = 0 ] && echo "ok: $nr shared objects refused, each with its reason"
exit $failed
