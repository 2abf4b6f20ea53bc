#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# valgrind.sh CORUN DIR: parent, workers and trials make no mistake with memory, and leak none.
corun=$(realpath "$1") dir=$2 top=$PWD
failed=0
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
world=$top/tests/hostile/world.yaml
cat >suite.yaml <<EOS
suite: 1
reps: {min: 5, max: 5}
scenarios: {w: $world}
checks: {one: {scenario: w, policy: rr, metric: throughput, at_least: 1/s}}
EOS
printf '#define AT_tick\n#define BODY\n' >fine.h
gcc -std=gnu11 -O1 -w -fPIC -shared -nostartfiles -Wl,-z,relro,-z,now -I "$top/policies" \
	-I "$top/policies/module" -DSP_OUT_PCPUS=4096 -DSP_NR_PCPUS=16 -DSP_NR_VCPUS=64 \
	"-DLOTTERY=\"$top/docs/example/lottery.c\"" -include fine.h -o fine.so \
	"$top/tests/hostile/hostile.c" || exit 1
for planted in 'malloc(77)' '((char *)malloc(8))[8] = 1'; do
	printf '#define AT_tick\n#define BODY void *volatile p; p = 0; (void)(%s)\n' "$planted" >planted.h
	gcc -std=gnu11 -O0 -w -fPIC -shared -nostartfiles -Wl,-z,relro,-z,now -I "$top/policies" \
		-I "$top/policies/module" -DSP_OUT_PCPUS=4096 -DSP_NR_PCPUS=16 -DSP_NR_VCPUS=64 \
		"-DLOTTERY=\"$top/docs/example/lottery.c\"" -include planted.h -o planted.so \
		"$top/tests/hostile/hostile.c" || exit 1
	valgrind -q --leak-check=full "$corun" run "$world" --policy x=./planted.so --own-process \
		--quiet >out 2>err
	grep -q 'definitely lost\|Invalid write' err || { echo "FAILED: $planted in a worker is not found"; failed=1; }
done

clean() {
	valgrind -q --leak-check=full --error-exitcode=9 "$corun" "$@" >out 2>err
	got=$?
	if [ $got != 0 ] || [ -s err ]; then
		echo "FAILED: $*: status $got"
		head -n 20 err
		failed=1
	fi
}
clean compare "$world" --policy rr,cfs,x=./fine.so --reps 3 -j 2 --trace --quiet -o a
clean compare "$world" --policy rr,x=./fine.so --own-process --reps 2 --quiet -o b
clean diff a b
clean run "$world" --record r.bin --quiet
clean sweep "$world" --over run.seed=1,2 --reps 2 --quiet -o swept
clean check suite.yaml --quiet -o checked
clean validate "$world"
clean policies ./fine.so
[ $failed = 0 ] && echo "ok: valgrind finds nothing in parents, workers and trials"
exit $failed
