#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# planted.sh DIR: links.sh sees what is broken in a copy of the tree.
set -e
copy=$1
check=tests/docs/links.sh
rm -rf "$copy"
mkdir -p "$copy"
for f in *; do
	case $f in
	build* | out) ;;
	*) cp -R "$f" "$copy/" ;;
	esac
done
$check "$copy" tree >"$copy/sound.txt" || { cat "$copy/sound.txt"; exit 1; }

# FILE TEXT MESSAGE: with that text at its end.
plant() {
	cp "$copy/$1" "$copy/kept"
	printf '%s\n' "$2" >>"$copy/$1"
	if $check "$copy" tree >"$copy/seen.txt"; then
		echo "not seen in $1: $2"
		exit 1
	fi
	grep -q "^$1:[0-9]*: $3" "$copy/seen.txt" || {
		echo "seen otherwise in $1: $2"
		cat "$copy/seen.txt"
		exit 1
	}
	mv "$copy/kept" "$copy/$1"
	nr=$((${nr:-0} + 1))
}
plant docs/model.md 'see [this](nosuch.md)' 'link to nosuch.md: no such file'
plant README.md '![a picture](docs/pictures/nosuch.png)' 'link to docs/pictures/nosuch.png: no such file'
plant docs/model.md 'see [this](#no-such-gap)' 'link to #no-such-gap: no such heading'
plant HACKING.md 'see [this](docs/model.md#no-such-gap)' 'link to docs/model.md#no-such-gap: no such heading'
plant ports/xen/README.md 'see [this](../../docs/nosuch.md)' 'link to ../../docs/nosuch.md: no such file'
plant init/README.md 'see [this](../../out.md)' 'link to ../../out.md: no such file'
plant docs/architecture.md 'see `sim/engine/nosuch.c`' 'names sim/engine/nosuch.c: no such file'
plant HACKING.md 'see sim/engine/nosuch_NAME.c' 'names sim/engine/nosuch_NAME.c: no such file'
plant docs/porting.md 'see `nosuch.h`' 'names nosuch.h: no such file'
plant sim/main.c '/* see docs/nosuch.md */' 'names docs/nosuch.md: no such file'
plant tests/closed/closed.mk '# as sim/nosuch.c has it' 'names sim/nosuch.c: no such file'

# FILE FROM TO MESSAGE: seen in the page of the engine.
replace() {
	cp "$copy/$1" "$copy/kept"
	sed -i "s/$2/$3/" "$copy/$1"
	if $check "$copy" tree >"$copy/seen.txt" || ! grep -q "^docs/engine.md: $4" "$copy/seen.txt"; then
		echo "not seen in $1: $3 instead of $2"
		exit 1
	fi
	mv "$copy/kept" "$copy/$1"
	nr=$((nr + 1))
}
replace docs/engine.md '`pcpu_kick`' '`pcpu_nosuch`' 'nothing in sim\/ is called pcpu_nosuch'
replace docs/engine.md ', `stolen.c`' '' 'no storey has stolen.c'
replace docs/engine.md '`replication.c`' '' 'no storey has replication.c'
replace docs/engine.md '`pcpu` | `vcpu.c`' '`pcpu` | `ple.c`' 'struct vcpu (pcpu): ple.c does not write it'
replace sim/engine/wait/spin.c 'spin_arm(sim, vcpu);' 'sim->vcpus[vcpu].pc++;' \
	'struct vcpu, `pc`: spin.c writes it, too'
replace sim/engine/core/pcpu.c 'p->kick_ns = at_ns' 'p->since_ns = at_ns' \
	'struct pcpu (kick_ns): pcpu.c does not write it'
replace docs/engine.md '`last_boosted`, ' '' 'struct vm: no row has `last_boosted` (yield.c)'

mv "$copy/docs/locks.md" "$copy/docs/keys.md"
$check "$copy" tree >"$copy/seen.txt" && { echo "not seen: a page without a row"; exit 1; }
grep -q '^docs/README.md: 0 rows of keys.md' "$copy/seen.txt"
grep -q '^docs/model.md:[0-9]*: link to locks.md: no such file' "$copy/seen.txt"
rm -rf "$copy"
echo "ok: $((nr + 1)) broken things are seen"
