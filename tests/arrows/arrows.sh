#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# arrows.sh ROOT OBJECTS EDGES: do the arrows of ROOT/sim point the way EDGES allows?
#
# An arrow is an #include, or a symbol that one object needs and another defines.  OBJECTS
# has X.o for each sim/X.c, and X.h.o for each header compiled alone with its inlines kept:
# what a static inline calls leaves no symbol of its own elsewhere.  Prints what is
# forbidden, what runs in a circle, and what is allowed for nothing.
set -eu
root=$1 objects=$2 edges=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# An object whose source is gone is of another day.
(cd "$objects" && find . -name '*.o' | sed 's,^\./,,' | sort) | while read -r object; do
	[ -f "$root/sim/${object%.o}" ] || [ -f "$root/sim/${object%.o}.c" ] && echo "$object"
done >"$work/list"
# "include FROM TO", paths below sim/; whoever is not below sim/ is no concern of ours.
(cd "$root/sim" && grep -rn '^#include "' --include='*.[ch]' .) | sed 's,^\./,,' | awk -F: -v root="$root/sim/" '
	{
		split($3, quoted, "\"")
		dir = $1
		if (!sub(/\/[^\/]*$/, "", dir)) dir = "."
		beside = (dir == "." ? "" : dir "/") quoted[2]
		to = (getline line < (root beside)) >= 0 ? beside : quoted[2]
		close(root to)
		if (to !~ /^\.\./ && to !~ /\/\.\.\//) print "include", $1, to
	}' >"$work/arrows"
# "needs OBJECT SYMBOL" and "has OBJECT SYMBOL"
(cd "$objects" && xargs nm -A -P -g <"$work/list") | awk '
	{ sub(/\.o:$/, "", $1); print ($3 == "U" ? "needs" : "has"), $1, $2 }' >"$work/symbols"

awk -v edges="$edges" '
	function folder(file) { return sub(/\/[^\/]*$/, "", file) ? file : "." }
	function unit(file) { sub(/\.[ch]$/, "", file); return file }
	function arrow(from, to, how) {
		a = folder(from); b = folder(to)
		if (a == b) return
		used[a, b] = 1
		if (!((a, b) in allowed) && !(from SUBSEP how in told)) {
			told[from SUBSEP how] = 1
			print "sim/" from " " how " (sim/" to "): " a " may not reach " b
		}
	}
	FILENAME == edges {
		if (/^#/ || !NF) next
		listed[$1] = 1
		for (i = 2; i <= NF; i++) allowed[$1, $i] = 1
		next
	}
	$1 == "include" {
		includes[$2] = includes[$2] " " $3
		if (!(folder($2) in listed) && !(folder($2) in told)) {
			told[folder($2)] = 1
			print "sim/" folder($2) " is not in " edges
		}
		arrow($2, $3, "includes " $3)
		next
	}
	# an object is named after its source, but for the ending of a .c
	{ file = $2 ~ /\.h$/ ? $2 : $2 ".c" }
	$1 == "has" && file ~ /\.c$/ { home[$3] = file }
	$1 == "needs" { needs[file, $3] = 1; need[++nr] = file SUBSEP $3 }
	END {
		for (i = 1; i <= nr; i++) {
			split(need[i], n, SUBSEP)
			if (!(n[2] in home)) continue
			own = 1 # and not only what an included header needs
			if (n[1] ~ /\.h$/) {
				m = split(includes[n[1]], below, " ")
				for (j = 1; j <= m; j++) if ((below[j], n[2]) in needs) own = 0
			}
			if (!own) continue
			arrow(n[1], home[n[2]], "calls " n[2])
			if (unit(n[1]) != unit(home[n[2]]))
				print unit(n[1]), unit(home[n[2]]) >units
		}
		for (e in allowed) if (!(e in used)) {
			split(e, ends, SUBSEP)
			print edges ": " ends[1] " does not reach " ends[2]
		}
	}' units="$work/units" "$edges" "$work/arrows" "$work/symbols" >"$work/found"
touch "$work/units"
if ! tsort "$work/units" >/dev/null 2>"$work/circles"; then
	sed -n 's,^tsort: \([^ ]*\)$,\1,p' "$work/circles" | grep -v 'loop:$' | sort -u | tr '\n' ' ' |
		sed 's,^,these call each other in a circle: ,; s, $,,' >>"$work/found"
	echo >>"$work/found"
fi
cat "$work/found"
[ ! -s "$work/found" ]
