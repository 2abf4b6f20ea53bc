#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# prepare.sh CACHE TREE: Debian's source package of Xen, fetched once into CACHE and
# unpacked into TREE, with the glue applied, configured and its headers made.
# XEN_DEBUG=y: with Xen's assertions.  Exit 77 after a SKIP line if it cannot be had.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" "$2"
cache=$(cd "$1" && pwd)
tree=$(cd "$2" && pwd)

# What is tested is pinned; Debian's point releases replace it, and then so must we.
version=4.17.5+72-g01140da4e8
sha256=53922f4d0a02c577f2ea9d63f65989cd88715779eebeed879ca1d314103ee06e
tarball=$cache/xen_$version.orig.tar.xz

fetch() {
	apt=$cache/apt
	mkdir -p "$apt/lists/partial" "$apt/archives/partial"
	keys=/usr/share/keyrings/debian-archive-keyring.gpg
	echo "deb-src [signed-by=$keys] $("$(git rev-parse --show-toplevel)/.ci/mirror") bookworm main" \
		>"$apt/sources.list"
	set -- -q -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=- \
		-o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt"
	apt-get "$@" update >"$cache/fetch.log" 2>&1 || return 1
	(cd "$cache" && apt-get "$@" source --only-source --download-only --tar-only xen) \
		>>"$cache/fetch.log" 2>&1
}

[ -f "$tarball" ] || fetch || {
	echo "SKIP xen: its source package cannot be fetched ($cache/fetch.log)"
	exit 77
}
[ -f "$tarball" ] || {
	echo "prepare: Debian no longer serves xen $version; it has:"
	ls "$cache"/xen_*.orig.tar.xz
	exit 1
}
echo "$sha256  $tarball" | sha256sum --quiet -c || exit 1

if [ ! -f "$tree/.corun-unpacked" ]; then
	tar xf "$tarball" -C "$tree" --strip-components=1
	touch "$tree/.corun-unpacked"
fi
"$here/apply.sh" "$tree"

# Credit's number is ours, so credit itself is left out (see glue/admin.c).
if [ ! -f "$tree/.corun-configured" ]; then
	log=$tree/corun-configure.log
	{
		make -C "$tree/xen" defconfig
		sed -i '/SCHED_/d; /CONFIG_DEBUG[ =]/d; /EXPERT/d; /UNSUPPORTED/d' "$tree/xen/.config"
		cat >>"$tree/xen/.config" <<-END
			CONFIG_EXPERT=y
			CONFIG_UNSUPPORTED=y
			# CONFIG_SCHED_CREDIT is not set
			CONFIG_SCHED_CREDIT2=y
			CONFIG_SCHED_RTDS=y
			# CONFIG_SCHED_ARINC653 is not set
			# CONFIG_SCHED_NULL is not set
		END
		if [ "${XEN_DEBUG:-n}" = y ]; then
			echo CONFIG_DEBUG=y
		else
			echo '# CONFIG_DEBUG is not set'
		fi >>"$tree/xen/.config"
		make -C "$tree/xen" olddefconfig
		make -C "$tree/xen" corun-headers
	} >"$log" 2>&1 || {
		tail -n 20 "$log"
		exit 1
	}
	touch "$tree/.corun-configured"
fi
