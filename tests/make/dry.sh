#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# dry.sh DIR: `make -n` of every target starts nothing but makes that start nothing, and
# leaves no file.  In a copy of the tree; with a shell that writes down what it is given.
dir=$(realpath -m "$1")
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
said=$dir/said
unset MAKEFLAGS MFLAGS MAKELEVEL CORUN_LOCK
tests/lib/copy_tree.sh "$dir/tree" || exit 1
cat >"$dir/spy" <<'END'
#!/bin/sh
echo "$2" | tr '\n' ' ' >>"$SPY_LOG"
echo >>"$SPY_LOG"
exec /bin/sh "$@"
END
chmod +x "$dir/spy"

files() {
	find "$dir/tree" -printf '%p %s %T@\n' | sort
}

# dry LOG TARGET...: what was started is in LOG
dry() {
	: >"$1"
	SPY_LOG=$1 NO_INSTALL=1
	export SPY_LOG NO_INSTALL
	shift
	make -C "$dir/tree" -k -n SHELL="$dir/spy" "$@" >"$said" 2>&1 || {
		grep '\*\*\*' "$said"
		fail "make -n ends with an error"
	}
}

# started: but for what every make looks up when it reads its files, and for makes
started() {
	sort -u "$dir/log" | comm -13 "$dir/read" - | grep -vE '^[^ ]*make [^][;&|<>$`()]*$'
}

dry "$dir/log" help
sort -u "$dir/log" >"$dir/read"
# (a line with a $ is the text of a define)
targets=$(make -C "$dir/tree" -n -p help 2>/dev/null | sed -n '/\$/d; s/^\.PHONY: //p')
[ "$(echo "$targets" | wc -w)" -gt 50 ] || fail "only these targets: $targets"
files >"$dir/before"
# shellcheck disable=SC2086 # words
dry "$dir/log" $targets
started && fail "make -n started this"
files | diff "$dir/before" - && nr=$(echo "$targets" | wc -w) || fail "make -n left files"

# and it would be seen: a line that make runs in spite of -n, and a file made while reading
cp "$dir/tree/Makefile" "$dir/Makefile"
printf '.PHONY: planted\nplanted:\n\t@touch planted-file; $(MAKE) help\n' >>"$dir/tree/Makefile"
dry "$dir/log" planted
started >"$dir/started" || fail "a planted line was started, and was not seen"
files | diff -q "$dir/before" - >/dev/null && fail "a planted file was not seen"
rm -f "$dir/tree/planted-file"
cp -p "$dir/Makefile" "$dir/tree/Makefile"
printf '$(shell touch read-file)\n' >>"$dir/tree/Makefile"
dry "$dir/log" help
files | grep -q read-file || fail "a file that is made while reading was not seen"
[ $failed = 0 ] && echo "ok: make -n of $nr targets starts nothing and leaves no file"
exit $failed
