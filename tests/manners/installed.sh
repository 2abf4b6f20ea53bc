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
unset CORUN_SHARE CORUN_PLOTS MAKEFLAGS MFLAGS

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
[ $failed = 0 ] && echo "ok installed: used, parts found, links only what it may, removed without a trace"
exit $failed
