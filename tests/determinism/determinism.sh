#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# determinism.sh CORUN DIR [CORUN...]: whole result folders, traces included, of a run with
# locks, threads, random draws and sleepers, and one with a policy that crashes; compared to
# the byte with those of one worker in a plain environment.
corun=$(realpath "$1") dir=$2
shift 2
failed=0 nr=0
others=
for other; do
	others="$others $(realpath "$other")"
done
top=$PWD
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
{
	echo '#define AT_pick_next'
	echo '#define BODY if (LATE) *(volatile int *)8 = 1'
} >crash.h
gcc -std=gnu11 -O1 -w -fPIC -shared -nostartfiles -Wl,-z,relro,-z,now -I "$top/policies" \
	-I "$top/policies/module" -DSP_OUT_PCPUS=4096 -DSP_NR_PCPUS=128 -DSP_NR_VCPUS=1024 \
	"-DLOTTERY=\"$top/docs/example/lottery.c\"" -include crash.h -o crash.so \
	"$top/tests/hostile/hostile.c" || exit 1

# one NAME COMMAND...: COMMAND ends with corun; its folders are NAME-*
one() {
	name=$1
	shift
	rm -rf now
	mkdir now
	for scenario in seed grain-threads balance-mixed; do
		"$@" compare "$top/workloads/$scenario.yaml" --reps 3 --duration 60ms --set run.warmup=10ms \
			--quiet --trace -o now/$scenario >now/$scenario.txt 2>now/$scenario.err || {
			echo "FAILED: $name: $scenario: $(head -n 2 now/$scenario.err)"
			failed=1
		}
	done
	"$@" compare "$top/workloads/seed.yaml" --policy cfs,gang,x=./crash.so --reps 3 --duration 60ms \
		--quiet -o now/crash >now/crash.txt 2>now/crash.err
	[ $? = 4 ] || { echo "FAILED: $name: a crash is not status 4"; failed=1; }
	nr=$((nr + 1))
	# who compiled it is told, and is all that may differ
	find now -name study.json -exec sed -i '/^    "compiler": "[^"]*"$/d' {} +
	if [ ! -e first ]; then
		mv now first
	elif ! diff -r first now >differ; then
		echo "FAILED: $name: other bytes:"
		head -n 4 differ
		failed=1
	fi
}

one "one worker" env -i PATH="$PATH" "$corun"
# (the options of one come behind the verb, so that -j is the environment's: a wrapper)
for j in 1 2 8; do
	cat >jobs$j <<EOS
#!/bin/sh
exec "$corun" "\$@" -j $j
EOS
	chmod +x jobs$j
	one "-j $j" ./jobs$j
done
# no room for so many: those that there is room for do it all
cat >narrow <<EOS
#!/bin/sh
ulimit -n 40
exec "$corun" "\$@" -j 64
EOS
chmod +x narrow
one "room for a few of 64 workers" ./narrow
for locale in C C.UTF-8 POSIX de_DE.UTF-8 tr_TR.UTF-8; do
	one "locale $locale" env LC_ALL=$locale LANG=$locale "$corun"
done
one "time zone and colours" env TZ=Asia/Kolkata NO_COLOR=1 COLUMNS=20 TERM=dumb "$corun"
for size in 1 17 4099 100003; do
	one "$size bytes of environment" env "PAD=$(head -c $size /dev/zero | tr '\0' x)" "$corun"
done
command -v setarch >/dev/null && one "without random addresses" setarch -R "$corun"
one "malloc that fills" env MALLOC_PERTURB_=165 "$corun"
one "a niced one" nice -n 5 "$corun"
for other in $others; do
	one "$other" "$other"
done
[ $failed = 0 ] && echo "ok: the same bytes in $nr ways to run"
exit $failed
