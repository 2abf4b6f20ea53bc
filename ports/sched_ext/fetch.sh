#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fetch.sh CACHE SUITE PACKAGE=VERSION...: Debian packages of another suite, unpacked
# to CACHE/PACKAGE, with lists and sources of their own: the system's stay as they are.
# What is there in that version already is not fetched again.  VERSION may end in "*".
# A version that is no longer served is named together with those that are.
set -u
cache=$1 suite=$2
shift 2

want=
for spec in "$@"; do
	package=${spec%%=*}
	[ "$(cat "$cache/$package/.spec" 2>/dev/null)" = "$suite $spec" ] || want="$want $spec"
done
[ -n "$want" ] || exit 0

mkdir -p "$cache/apt/$suite/lists/partial" "$cache/apt/$suite/cache/archives/partial" "$cache"
cache=$(cd "$cache" && pwd)
apt=$cache/apt/$suite
mirror=${CORUN_DEBIAN_MIRROR:-$("$(git rev-parse --show-toplevel)/.ci/mirror")}
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" \
	>"$apt/sources.list"

private_apt() {
	tool=$1
	shift
	"$tool" -q -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=- \
		-o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" \
		-o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

private_apt apt-get update >"$apt/log" 2>&1 || {
	echo "SKIP fetch: the package lists of $suite cannot be had: $(tail -n 1 "$apt/log")"
	exit 77
}
for spec in $want; do
	package=${spec%%=*}
	rm -rf "${cache:?}/$package"
	if ! private_apt apt-cache madison "$package" | grep -q .; then
		echo "SKIP fetch: $suite serves no $package (any more)"
		exit 77
	fi
	mkdir -p "$cache/$package/deb"
	(cd "$cache/$package/deb" && private_apt apt-get download "$spec") >"$apt/log" 2>&1 || {
		echo "SKIP fetch: $spec is not to be had from $suite; it has:" \
			"$(private_apt apt-cache madison "$package" | cut -d'|' -f2 | tr -d ' ' | sort -u | tr '\n' ' ')"
		exit 77
	}
	deb=$(find "$cache/$package/deb" -name '*.deb')
	dpkg -x "$deb" "$cache/$package" || exit 1
	rm -r "$cache/$package/deb"
	echo "$suite $spec" >"$cache/$package/.spec"
	echo "corun: $(basename "$deb") unpacked to $cache/$package"
done
