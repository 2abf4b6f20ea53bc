#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# installed.sh CORUN DIR: installed in a fresh root, used from there and removed without a
# trace; programs beside the core; what the core links; versions and exit statuses.
corun=$(realpath "$1") build=$(dirname "$(realpath "$1")") dir=$2 top=$PWD
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
dir=$(realpath "$dir")
root=$dir/root prefix=$dir/root/usr
# MAKEFLAGS stay: they say with which flags this was built.
unset CORUN_SHARE CORUN_PLOTS

# -- what the core links -------------------------------------------------------------------
linked() {
	readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
		grep -vE '^(libc|libm|libgsl|libgslcblas|libyaml(-0)?|libasan|libubsan|ld-linux.*)\.so'
}
[ -z "$(linked "$corun")" ] || fail "the core links more than libc, GSL and libyaml: $(linked "$corun")"
# the check itself: make links more
[ -n "$(linked "$(command -v git)")" ] || fail "nobody sees that git links zlib"

# -- in a fresh root -------------------------------------------------------------------------
make -s B="$build" DESTDIR="$root" PREFIX=/usr install >"$dir/log" 2>&1 || fail "make install: $(tail -n 3 "$dir/log")"
cd "$dir" || exit 1
ours=$prefix/bin/corun
expect 0 '^corun [0-9.]* (commit [0-9a-f]*\(-dirty\)\?[a-z]*, .*[0-9])$' "$ours" --version
expect 0 "^$prefix/share/corun$" "$ours" --share
expect 0 '^ok ' "$ours" validate "$prefix/share/corun/workloads/seed.yaml"
expect 0 '' "$ours" compare "$prefix/share/corun/workloads/seed.yaml" --reps 2 --duration 20ms \
	--set run.warmup=0 --quiet -o out
grep -q '"commit": "' out/study.json && grep -q '"compiler": "' out/study.json || fail "no build in study.json"
expect 0 '' "$ours" diff out out
if command -v pkg-config >/dev/null; then
	export PKG_CONFIG_PATH="$prefix/share/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$root"
	expect 0 "$(cd "$top" && sed -n 's/^VERSION := //p' Makefile)" pkg-config --modversion corun
	# a policy outside, against what is installed
	cp "$top/docs/example/lottery.c" .
	expect 0 '' sh -c "cc -c -DSP_NR_PCPUS=16 -DSP_NR_VCPUS=64 \$(pkg-config --cflags corun) lottery.c -o lottery.o"
else
	echo "SKIP corun.pc: pkg-config is missing"
fi

# -- manual pages and completion, from the program's own tables -----------------------------------
for page in man1/corun.1 man1/corun-compare.1 man1/corun-report.1 man5/corun-scenario.5; do
	[ -s "$prefix/share/man/$page" ] || { fail "no $page"; continue; }
	if command -v man >/dev/null; then
		LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z "$prefix/share/man/$page" 2>&1 >/dev/null |
			grep -q . && fail "$page: $(LC_ALL=C.UTF-8 MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z "$prefix/share/man/$page" 2>&1 >/dev/null | head -n 2)"
	fi
done
if command -v lexgrog >/dev/null; then
	expect 0 'corun-compare - run several policies' lexgrog "$prefix/share/man/man1/corun-compare.1"
fi
grep -qF '\-\-policy A,B' "$prefix/share/man/man1/corun-compare.1" || fail "no options in corun-compare(1)"
# what bash completes, typed by nobody
completes() { # WORD... of the line; the last is to be completed
	bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _corun; printf "%s\n" "${COMPREPLY[@]}"' \
		"$prefix/share/bash-completion/completions/corun" "$@"
}
completes corun comp | grep -qx compare || fail "corun comp<TAB>"
completes corun tes | grep -qx test || fail "corun tes<TAB>: a program beside corun"
(PATH=$prefix/bin:$PATH; completes corun test ./x.so --see) | grep -qx -e --seed || fail "test --see<TAB>"
completes corun compare s.yaml --pol | grep -qx -e --policy || fail "compare --pol<TAB>"
completes corun compare s.yaml --policy ga | grep -qx gang || fail "--policy ga<TAB>"
completes corun compare s.yaml --metric lhp_s | grep -qx lhp_spin || fail "--metric lhp_s<TAB>"
completes corun run s.yaml --set run.see | grep -qx run.seed= || fail "--set run.see<TAB>"
completes corun metrics utili | grep -qx utilisation || fail "metrics utili<TAB>"
# every option that is completed is one, of its verb
for verb in run compare sweep plot check diff report; do
	for option in $(completes corun $verb x -- | grep -vx -e --help); do
		"$ours" $verb "$option=x" x >said 2>&1
		grep -q 'unknown option' said && fail "$verb does not know $option"
	done
done
if command -v zsh >/dev/null; then
	expect 0 '' zsh -n "$prefix/share/zsh/site-functions/_corun"
	# compadd instead of zsh's own says what it would offer
	said_zsh=$(zsh -fc 'compadd() { print -l -- "$@" }; _files() { print files }; words=(corun compare s.yaml --policy ga); CURRENT=5; source "$1"' zsh "$prefix/share/zsh/site-functions/_corun" 2>&1)
	echo "$said_zsh" | grep -qx gang || fail "zsh, --policy: $said_zsh"
else
	echo "SKIP completion in zsh: it is missing"
fi

# -- the contract tests, for a policy outside ----------------------------------------------------
[ -s "$prefix/share/man/man1/corun-test.1" ] || fail "no corun-test(1)"
cp "$top/docs/example/lottery.c" .
expect 0 '' env MAKEFLAGS= make -s -f "$("$ours" policies --makefile)" lottery.so
expect 0 '^lottery, 16 pCPUs and 64 vCPUs: ' "$ours" test ./lottery.so --events 10000

# -- programs beside the core -----------------------------------------------------------------
expect 2 "error.part.: scx (.*) is a program of its own that is not installed here: .*apt install" "$ours" scx
expect 2 'is a program of its own that is not installed' "$ours" help scx
mkdir -p "$prefix/libexec/corun"
cat >"$prefix/libexec/corun/corun-hello" <<'EOS'
#!/bin/sh
echo "$0 got $#: $*"
exit 7
EOS
expect 2 "no verb 'hello'" "$ours" hello
chmod +x "$prefix/libexec/corun/corun-hello"
expect 7 'corun-hello got 2: --set a b$' "$ours" hello --set 'a b'
expect 7 'got 1: --help' "$ours" help hello
expect 0 '^  hello  ' "$ours" help
expect 2 "no verb 'helo'" "$ours" helo
# a verb of the core goes first, and a name leads nowhere else
ln -s corun-hello "$prefix/libexec/corun/corun-show"
expect 2 'found 0 scenarios' "$ours" show
mkdir "$prefix/libexec/corun/corun-x"
cp "$prefix/libexec/corun/corun-hello" "$prefix/libexec/corun/corun-x/y"
expect 2 "no verb 'x/y'" "$ours" x/y
expect 2 "no verb '../corun/corun-hello'" "$ours" ../corun/corun-hello
rm -rf "$prefix/libexec/corun/corun-hello" "$prefix/libexec/corun/corun-show" "$prefix/libexec/corun/corun-x"

# -- statuses in one place: what help says is what happens --------------------------------------
expect 0 '^  2  *bad input or usage' "$ours" help statuses
expect 0 '^  128+N ' "$ours" help statuses
expect 0 'help statuses' "$ours" help

# -- removed -------------------------------------------------------------------------------------
make -s -C "$top" B="$build" DESTDIR="$root" PREFIX=/usr uninstall >log 2>&1 || fail "make uninstall: $(cat log)"
left=$(find "$root" ! -type d; find "$root" -name '*corun*')
[ -z "$left" ] || fail "uninstall leaves $left"

# -- as a Debian package -------------------------------------------------------------------------
if command -v dpkg-deb >/dev/null && command -v dpkg-shlibdeps >/dev/null; then
	make -s -C "$top" B="$build" deb >deb.log 2>&1 || fail "make deb: $(tail -n 3 deb.log)"
	package=$(tail -n 1 deb.log)
	rm -rf package
	dpkg-deb -x "$package" package || fail "no package: $package"
	expect 0 '^ok ' package/usr/bin/corun validate package/usr/share/corun/workloads/seed.yaml
	expect 0 '^usage: corun test' package/usr/bin/corun test --help
	expect 0 'libyaml-0' dpkg-deb -f "$package" Depends
	expect 0 '(1)' gzip -dc package/usr/share/man/man1/corun.1.gz
	[ -z "$(find package ! -type l -perm /022)" ] || fail "others may write: $(find package -perm /022 | head -n 2)"
	dpkg-deb -c "$package" | grep -v ' root/root ' && fail "a file that is not root's"
else
	echo "SKIP make deb: dpkg-deb or dpkg-shlibdeps is missing"
fi
[ $failed = 0 ] && echo "ok installed: used, parts found, links only what it may, removed without a trace"
exit $failed
