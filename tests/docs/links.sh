#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# links.sh DIR [tree]: the pages below DIR, which is a tree or what was installed of it.
# Their links and anchors resolve.  With `tree` also: so do the paths that they name, the
# pages that other files name are there, and each page of docs/ has its row in the index.
set -e
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
tree=$2
list=$(mktemp)
trap 'rm -f "$list"' EXIT
status=0

# What was built or produced is not there for a reader.
find -L . \( -name .git -o -path './build*' -o -path ./out \) -prune -o -print | sort >"$list"
pages=$(sed -n 's/^\.\/\(\(README\|HACKING\|CHANGELOG\|CONTRIBUTING\|SECURITY\|docs\/.*\|\(ports\|init\|traces\|tests\|paper\|policies\)\/\(.*\/\)*[A-Z]*\)\.md\)$/\1/p' "$list")
[ "$(echo "$pages" | wc -l)" -ge 10 ] || { echo "only these pages: $pages"; exit 1; }
# shellcheck disable=SC2086 # a page's name has no blanks
awk -v paths="${tree:+1}" -f "$here/links.awk" "$list" $pages $pages || status=1
[ "$tree" ] || exit $status

# Comments, messages, help texts, scripts: FILE:LINE:NAME, perhaps with what stands before.
named='docs/[A-Za-z0-9_-]+\.md|sim/[a-z_/]+\.[ch]'
grep -v '^./\(\.ci\|tests/docs\|paper/data\)/\|/\(predictions\|claims\)\.md$' "$list" | tr '\n' '\0' |
	xargs -0 grep -IHnoE "(^|[^A-Za-z./\$_-])($named)" 2>/dev/null |
	sed -E "s#^\./##; s#:[^:]*($named)\$# \1#" | sort -u | {
	while read -r where name; do
		[ -f "$name" ] || { echo "$where: names $name: no such file"; bad=1; }
	done
	exit ${bad:-0}
} || status=1

# The table of the engine's storeys names each of its files, or a pattern that it fits.
names=$(sed -n 's/^| `[a-z]*\/`\( itself\)* |//p' docs/engine.md | grep -o '`[a-z_*]*\.c`' | tr -d '`')
for f in sim/engine/*.c sim/engine/*/*.c; do
	[ -f "$f" ] || continue
	found=
	set -f
	for name in $names; do
		# shellcheck disable=SC2254 # a pattern it is
		case ${f##*/} in $name) found=1 ;; esac
	done
	set +f
	[ "$found" ] || { echo "docs/engine.md: no storey has ${f##*/}"; status=1; }
done

# Its table of records names who writes them.
awk -f "$here/writes.awk" sim/engine/core/*.h sim/engine/*/*.h sim/engine/*/*.c sim/engine/*.c |
	sort -u >"$list"
awk -f "$here/owners.awk" "$list" docs/engine.md || status=1

# What that page calls by a name_with_underscores is in the code.
words=$(grep -oE '`[A-Za-z0-9]+_[A-Za-z0-9_]*[A-Za-z0-9]`' docs/engine.md | tr -d '`' | sort -u)
for word in $(echo "$words" | grep -vxF "$(echo "$words" | grep -rhowF -f - sim | sort -u)"); do
	echo "docs/engine.md: nothing in sim/ is called $word"
	status=1
done

for page in docs/*.md; do
	name=${page#docs/}
	[ "$name" = README.md ] && continue
	rows=$(grep -c "^| \[$name\]($name) |" docs/README.md) || true
	[ "$rows" = 1 ] && continue
	echo "docs/README.md: $rows rows of $name instead of one"
	status=1
done
exit $status
