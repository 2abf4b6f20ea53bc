#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ends.sh CORUN DIR: whatever a verb waits for without an end (a constructor, an init, a pipe,
# gnuplot), one signal ends it with that signal's status, and leaves no process behind.
# shellcheck disable=SC2016
corun=$(realpath "$1") dir=$2 top=$PWD
failed=0 nr=0
rm -rf "$dir"
mkdir -p "$dir/bin"
cd "$dir" || exit 1
export CORUN_PLOTS="$top/plots"
world=$top/tests/hostile/world.yaml

fail() {
	echo "FAILED: $*"
	failed=1
}

# object NAME CALLBACK BODY [OUTSIDE]
object() {
	{
		echo "#define AT_$2"
		echo "#define BODY $3"
		echo "#define OUTSIDE $4"
	} >"$1.h"
	gcc -std=gnu11 -O1 -w -fPIC -shared -nostartfiles -Wl,-z,relro,-z,now -I "$top/policies" \
		-I "$top/policies/module" -DSP_OUT_PCPUS=4096 -DSP_NR_PCPUS=16 -DSP_NR_VCPUS=64 \
		"-DLOTTERY=\"$top/docs/example/lottery.c\"" -include "$1.h" -o "$1.so" \
		"$top/tests/hostile/hostile.c" || exit 1
}
# each says where it is, and stays there
forever='close(creat("begun", 0600)); for (;;) __asm__ volatile("");'
object begins tick '' "__attribute__((constructor)) static void begin(void) { $forever }"
object naps tick '' '__attribute__((constructor)) static void begin(void) { close(creat("begun", 0600)); for (;;) pause(); }'
object inits init "$forever"
object picks pick_next "if (LATE) { $forever }"
for o in begins naps inits picks; do
	sed "s|^policies:.*|policies: {rr: {}, x: {policy: ./$o.so, own_process: yes}}|" "$world" >$o.yaml
	cat >$o-suite.yaml <<EOS
suite: 1
scenarios: {s: $o.yaml}
checks: {one: {scenario: s, policy: x, metric: throughput, margin: {relative: 50%}}}
EOS
done
"$corun" compare "$world" --reps 2 --quiet -o r >/dev/null || exit 1
printf '#!/bin/sh\ntrap "" TERM INT HUP\n: >begun\nwhile :; do :; done\n' >bin/gnuplot
chmod +x bin/gnuplot
mkfifo pipe

# ended COMMAND...: once it has begun
ended() {
	for signal in INT:130 TERM:143 HUP:129; do
		rm -f begun
		env --default-signal=INT,HUP PATH="$PWD/bin:$PATH" "$@" >said 2>&1 &
		pid=$!
		while kill -0 $pid 2>/dev/null && [ ! -e begun ]; do sleep 0.01; done
		kill -"${signal%:*}" $pid
		wait $pid
		got=$?
		nr=$((nr + 1))
		[ $got = "${signal#*:}" ] || fail "SIG${signal%:*} $*: status $got: $(head -n 1 said)"
		[ -z "$(find . -name '*.tmp')" ] || fail "SIG${signal%:*} $*: left $(find . -name '*.tmp')"
	done
}
for o in begins naps; do
	ended "$corun" policies ./$o.so --own-process
	ended "$corun" validate $o.yaml
	ended "$corun" show $o.yaml
	ended "$corun" run "$world" --policy x=./$o.so --own-process --patience 5s
done
for o in begins inits picks; do
	ended "$corun" run $o.yaml --policy x --quiet --patience 5s --trace t.bin
	ended "$corun" compare $o.yaml --quiet --patience 5s -o out --force
	ended "$corun" sweep $o.yaml --over run.seed=1,2 --quiet --patience 5s -o swept --force
	ended "$corun" check $o-suite.yaml --quiet --patience 5s --bless
done
ended "$corun" validate inits.yaml
ended "$corun" plot r --only time
# what reads from a pipe that nobody fills
sleep 1000 >pipe &
holder=$!
for verb in 'import pipe' 'import -' 'trace -'; do
	# shellcheck disable=SC2086
	ended sh -c ': >begun; exec "$@" <pipe' sh "$corun" $verb
done
kill $holder
for process in /proc/[0-9]*; do
	[ "$(readlink "$process/cwd")" = "$PWD" ] || continue
	case $(cat "$process/comm") in corun | gnuplot) fail "left: $(tr '\0' ' ' <"$process/cmdline")" ;; esac
done 2>/dev/null
[ $failed = 0 ] && echo "ok: $nr signals to what would never end, each the end of it"
exit $failed
