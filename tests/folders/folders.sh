#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# folders.sh CORUN DIR: result folders that are mixed, written over by another kind, by two at
# once, on a full disk, or until a signal comes.
corun=$(realpath "$1") dir=$2 top=$PWD
failed=0
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
export CORUN_PLOTS="$top/plots"

fail() {
	echo "FAILED: $*"
	failed=1
}

# expect STATUS WORDS COMMAND...: its output stays in `said`
expect() {
	want=$1 words=$2
	shift 2
	"$@" >said 2>&1
	got=$?
	if [ $got != "$want" ] || ! grep -q -- "$words" said; then
		fail "$*: status $got, expected $want and '$words'; it said: $(head -n 3 said)"
	fi
}

cat >s.yaml <<EOS
corun: 1
host: {cores: 2}
run: {duration: 20ms, warmup: 0, seed: 1}
policies: {rr: {}, cfs: {}}
vms: {a: {count: 2, vcpus: 2, program: p}}
programs: {p: {locks: {z: ticket}, repeat: [compute: {exponential: 100us}, critical: {lock: z, hold: 10us}]}}
EOS
cat >suite.yaml <<EOS
suite: 1
scenarios: {s: s.yaml}
checks: {one: {scenario: s, policy: cfs, metric: throughput, at_least: 1/s}}
EOS
compare() { "$corun" compare s.yaml --quiet --reps 2 "$@"; }
compare --trace -o old >/dev/null || exit 1
compare --trace --seed 2 --set vms.a.count=3 -o new >/dev/null || exit 1

# -- mixtures: every file of another result is found out, by its name ---------------------------------
for f in old/*; do
	f=${f#old/}
	case $f in study.json) continue ;; esac
	cmp -s old/"$f" new/"$f" && continue
	rm -rf mixed
	cp -R old mixed
	cp new/"$f" mixed/"$f"
	expect 2 "^corun: error.results.: mixed/$f:" "$corun" diff mixed old
	[ "$(wc -l <said)" = 1 ] || fail "$f: not one line"
	expect 2 "^corun: error.results.: mixed/$f:" "$corun" plot mixed
	rm mixed/"$f"
	expect 2 "^corun: error.results.: mixed/" "$corun" diff mixed old
	expect 2 "^corun: error.results.: mixed/" "$corun" plot mixed
done
rm -rf mixed
cp -R new mixed
cp old/study.json mixed/
expect 2 '^corun: error.results.: mixed/' "$corun" diff mixed mixed
rm mixed/study.json
expect 2 'mixed/study.json: found nothing to read' "$corun" diff mixed old
expect 2 'mixed holds nothing to draw' "$corun" plot mixed
# the folder of a diff is held to the same
"$corun" diff old new -o d1 >/dev/null && "$corun" diff old old -o d2 >/dev/null || fail "diff -o"
for f in diff.csv results.csv time.csv cdf.csv; do
	rm -rf mixed
	cp -R d1 mixed
	cp d2/$f mixed/
	expect 2 "^corun: error.results.: mixed/$f:" "$corun" plot mixed
done

# so is a sweep's: its table, and the points that it came from
sweep() { "$corun" sweep s.yaml --over run.seed=1,2 --over vms.a.count=2,3 --quiet --reps 2 "$@" >said 2>&1; }
sweep -o s1 && sweep --duration 30ms -o s2 || fail "sweep -o: $(head -n 1 said)"
"$corun" plot s1 --only map >said 2>&1 || fail "a whole sweep is not drawn: $(head -n 1 said)"
for f in sweep.csv point-0000/study.json point-0003/study.json; do
	for how in "cp s2/$f mixed/$f" "rm mixed/$f"; do
		rm -rf mixed
		cp -R s1 mixed
		$how
		expect 2 "^corun: error.results.: mixed/.*$f" "$corun" plot mixed
	done
done
rm -rf mixed
cp -R s1 mixed
sed -i 's/"corun_sweep": 1/"corun_sweep": 99/' mixed/sweep.json
expect 2 "^corun: error.results.: mixed/sweep.json:.*found '99', expected a number from 1 to 1" "$corun" plot mixed
rm -rf mixed
cp -R d1 mixed
sed -i 's/"corun_diff": 1/"corun_diff": 99/' mixed/diff.json
expect 2 "^corun: error.results.: mixed/diff.json:.*found '99', expected a number from 1 to 1" "$corun" plot mixed
for f in ../s.yaml point-0000/../../s.yaml /etc/passwd point-0000/..; do
	rm -rf mixed
	cp -R s1 mixed
	sed -i "s|\"point-0000/study.json\"|\"$f\"|" mixed/sweep.json
	expect 2 "^corun: error.results.: mixed/sweep.json:.*expected the hash of a file" "$corun" plot mixed
done

# -- another kind of folder leaves nothing stale, and takes nothing that is not ours -----------------------
# kind KIND FOLDER: writes it
kind() {
	case $1 in
	compare) compare --trace -o "$2" --force ;;
	run) "$corun" run s.yaml --quiet -o "$2" --force ;;
	sweep) "$corun" sweep s.yaml --over run.seed=1,2,3 --quiet --reps 2 -o "$2" --force ;;
	diff) "$corun" diff old new -o "$2" --force ;;
	check) "$corun" check suite.yaml --quiet -o "$2" --force ;;
	esac >said 2>&1 || fail "$1 -o $2: $(head -n 2 said)"
}
for first in compare run sweep diff check; do
	rm -rf pure-$first
	kind $first pure-$first
done
for first in compare run sweep diff check; do
	for second in compare run sweep diff check; do
		rm -rf both
		kind $first both
		mkdir -p both/plots
		: >both/plots/time.png
		echo mine >both/notes.txt
		kind $second both
		[ "$(cat both/notes.txt)" = mine ] || fail "$second over $first took notes.txt"
		rm both/notes.txt
		diff -r both pure-$second >differ || fail "$second over $first: $(cat differ)"
	done
done

# -- two writers: one refuses ---------------------------------------------------------------------------------
"$corun" compare s.yaml --quiet --reps 100000 -o two >one.out 2>&1 &
one=$!
while kill -0 $one && [ ! -e two ]; do sleep 0.05; done
expect 5 'two: another process writes into it' compare -o two --force
expect 5 'two: another process writes into it' "$corun" check suite.yaml --quiet -o two --force
kill -KILL $one
wait $one 2>/dev/null
expect 0 throughput compare --trace -o two --force
diff -r two pure-compare >differ 2>&1 || fail "after the first writer's death: $(cat differ)"

# -- a full disk, at every write: old or new, and nothing beside ------------------------------------------------------
# (a limit on the size of a file fails the first file that is larger: each table in its turn)
whole() { # FOLDER WHAT
	"$corun" diff "$1" "$1" >said 2>&1 || fail "$2: $1 is not whole: $(head -n 1 said)"
	[ -z "$(find "$1" -name '*.tmp')" ] || fail "$2: left $(find "$1" -name '*.tmp')"
}
limited() { # BLOCKS OPTION...: what it says goes through a pipe, which has no limit
	blocks=$1
	shift
	{
		(ulimit -f $blocks && exec "$corun" compare s.yaml --quiet --reps 2 "$@")
		echo $? >status
	} 2>&1 | cat >said
	got=$(cat status)
}
compare --seed 2 --set vms.a.count=3 -o plain >/dev/null || exit 1
for case in 0: 1: 2: 4: 8: 16: 32: 64: 128: 256: 512: 1024: 0:t 8:t 32:t 64:t 128:t 256:t 1024:t; do
	blocks=${case%:*} traced='' wanted=plain
	[ "${case#*:}" != t ] || { traced=--trace; wanted=new; }
	rm -rf full
	cp -R old full
	limited $blocks $traced --seed 2 --set vms.a.count=3 -o full --force
	case $got in
	0) diff -r $wanted full >differ || fail "$blocks blocks: $(head -n 3 differ)" ;;
	5)
		diff -r old full >differ || fail "$blocks blocks: $(head -n 3 differ)"
		grep -q '^corun: error\[[a-z]*\]: .*full/.*: cannot write' said || fail "$blocks blocks: $(cat said)"
		;;
	*) fail "$blocks blocks: status $got: $(cat said)" ;;
	esac
	whole full "$blocks blocks $traced"
	rm -rf fresh
	limited $blocks $traced -o fresh
	[ $got != 5 ] || [ ! -e fresh ] || fail "$blocks blocks: fresh is there: $(ls -a fresh)"
done
for what in trace record; do
	(ulimit -f 0 && exec "$corun" run s.yaml --quiet --$what full.$what) 2>&1 >/dev/null | cat >said
	grep -q '^corun: error.*full\.'$what': cannot write' said && [ ! -e full.$what ] || fail "--$what on a full disk: $(cat said)"
done
rm -rf full
cp -R old full
(compare --seed 2 -o full --force >/dev/full) 2>said
[ $? = 5 ] || fail "a full standard output"
whole full "a full standard output"

# -- signals: nothing is left beside; KILL: the next run cleans up -----------------------------------------------------
# (a shell has its background jobs ignore INT)
cut() { # SIGNAL STATUS FOLDER COMMAND...
	signal=$1 want=$2 where=$3
	shift 3
	env --default-signal=INT,PIPE "$@" >cut.out 2>&1 &
	pid=$!
	i=0
	while [ $i -lt 100 ] && [ -z "$(find "$where" -name '*.tmp' 2>/dev/null)" ]; do
		sleep 0.02
		i=$((i + 1))
	done
	kill -"$signal" $pid
	wait $pid
	got=$?
	[ $got = "$want" ] || fail "SIG$signal $*: status $got, expected $want: $(head -n 3 cut.out)"
	[ "$signal" = KILL ] || [ -z "$(find . -name '*.tmp')" ] || fail "SIG$signal $*: left $(find . -name '*.tmp')"
}
for s in INT:130 TERM:143 HUP:129 PIPE:141 KILL:137; do
	signal=${s%:*} want=${s#*:}
	cut "$signal" "$want" . "$corun" run s.yaml --quiet --duration 3600s --trace t.bin
	cut "$signal" "$want" . "$corun" run s.yaml --quiet --duration 3600s --record r.bin
	rm -rf cutout
	cut "$signal" "$want" cutout "$corun" compare s.yaml --quiet --duration 3600s --trace -o cutout
	if [ "$signal" = KILL ]; then
		[ -n "$(find . -name '*.tmp')" ] || fail "SIGKILL leaves nothing: the test cannot fail"
		expect 0 . "$corun" run s.yaml --quiet --trace t.bin
		expect 0 . "$corun" run s.yaml --quiet --record r.bin
		expect 0 . compare -o cutout
		[ -z "$(find . -name '*.tmp')" ] || fail "the next run leaves $(find . -name '*.tmp')"
	else
		[ ! -e t.bin ] && [ ! -e r.bin ] && [ ! -e cutout/study.json ] || fail "SIG$signal: half a result"
	fi
	rm -f t.bin r.bin
done
# a temporary file of one who lives is not taken away
"$corun" run s.yaml --quiet --duration 3600s --trace t.bin >one.out 2>&1 &
one=$!
while kill -0 $one && [ -z "$(find . -name 't.bin.*.tmp')" ]; do sleep 0.05; done
expect 0 . "$corun" run s.yaml --quiet --trace t.bin
[ -n "$(find . -name 't.bin.*.tmp')" ] || fail "the file of a living writer was taken away"
kill $one
wait $one
[ -z "$(find . -name '*.tmp')" ] || fail "left $(find . -name '*.tmp')"
[ $failed = 0 ] && echo "ok: result folders: mixtures, other kinds, two writers, full disks, signals"
exit $failed
