#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# image.sh CACHE OUT: dom0's kernel and root for the emulated host, from Debian's
# packages, which are fetched once into CACHE: OUT/vmlinux and OUT/dom0.img.  OUT/xen-stock
# is Debian's own hypervisor, which has what ours takes the place of: credit.
# Exit 77 after a SKIP line if they cannot be had.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" "$2"
cache=$(cd "$1" && pwd)
out=$(cd "$2" && pwd)
version=4.17.5+72-g01140da4e8-1 # of the tools; see prepare.sh
packages="xen-utils-4.17=$version xen-utils-common=$version xenstore-utils=$version
	libxencall1=$version libxenevtchn1=$version libxenforeignmemory1=$version
	libxengnttab1=$version libxenmisc4.17=$version libxenstore4=$version
	libxentoollog1=$version libxentoolcore1=$version libxendevicemodel1=$version
	libxenhypfs1=$version libyajl2 busybox-static xen-hypervisor-4.17-amd64=$version"
debs=$cache/debs
# What was fetched for another list does not serve this one.
list=$(echo "$packages" | cksum | cut -d ' ' -f 1)
complete=$cache/debs-$list
unpacked=$out/unpacked-$list

fetch() {
	apt=$cache/apt-bin
	mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$debs"
	keys=/usr/share/keyrings/debian-archive-keyring.gpg
	echo "deb [signed-by=$keys] $("$(git rev-parse --show-toplevel)/.ci/mirror") bookworm main" \
		>"$apt/sources.list"
	set -- -q -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=- \
		-o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt"
	apt-get "$@" update || return 1
	# The ordinary kernel: the cloud flavour cannot be a dom0.
	kernel=$(apt-cache "$@" show linux-image-amd64 |
		sed -n 's/^Depends: \(linux-image-6\.1\.[^ ]*\).*/\1/p' | head -n 1)
	# shellcheck disable=SC2086 # packages are words
	(cd "$debs" && apt-get "$@" download "$kernel" $packages)
}

if [ ! -f "$complete" ]; then
	fetch >"$cache/fetch-debs.log" 2>&1 || {
		tail -n 3 "$cache/fetch-debs.log"
		echo "SKIP xen-boot: kernel or tools cannot be fetched ($cache/fetch-debs.log)"
		exit 77
	}
	touch "$complete"
fi

root=$out/packages
if [ ! -f "$unpacked" ]; then
	rm -rf "$root"
	mkdir -p "$root"
	for f in "$debs"/*.deb; do dpkg -x "$f" "$root"; done
	# The kernel as it is inside its wrapping: decompressed here, not by the emulator.
	python3 - "$root"/boot/vmlinuz-* "$out/vmlinux" <<-'END'
		import lzma, sys
		data = open(sys.argv[1], "rb").read()
		at = data.find(b"\xfd7zXZ\x00")
		open(sys.argv[2], "wb").write(lzma.LZMADecompressor().decompress(data[at:]))
	END
	# The stock hypervisor likewise, out of its gzip.
	gzip -dc "$root"/boot/xen-4.17-amd64.gz >"$out/xen-stock"
	touch "$unpacked"
fi

gcc -std=gnu11 -O2 -Wall -Wextra -static -pthread -o "$out/guest_init" "$here/guest_init.c"
gcc -std=gnu11 -O2 -Wall -Wextra -static -o "$out/corun_trace" "$here/corun_trace.c"

image=$out/root
rm -rf "$image" "$out/guest"
mkdir -p "$out/guest/proc" "$out/guest/dev" "$image/bin" "$image/usr/sbin" "$image/lib/xen" \
	"$image/lib64" "$image/modules" "$image/guest" "$image/proc" "$image/sys" \
	"$image/dev" "$image/etc/xen"
: >"$image/etc/xen/xl.conf"
cp "$out/guest_init" "$out/guest/init"
# A console before devtmpfs: the node is made here, or the guest is mute.
mknod "$out/guest/dev/console" c 5 1
mknod "$image/dev/console" c 5 1
(cd "$out/guest" && find . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc) \
	>"$image/guest/initrd"
cp "$out/vmlinux" "$image/guest/vmlinux"

bin=$root/usr/lib/xen-4.17/bin
cp "$bin/xl" "$bin/xenstored" "$bin/xenconsoled" "$bin/xen-init-dom0" "$bin/xentrace" \
	"$bin/xen-hptool" "$image/usr/sbin/"
cp "$root/usr/bin/xenstore-exists" "$root/usr/bin/xenstore-read" "$image/usr/sbin/"
cp "$root/bin/busybox" "$image/bin/busybox"
ln -s busybox "$image/bin/sh"
cp "$out/corun_trace" "$image/usr/sbin/"
find "$root/lib/modules" \( -name 'xen-evtchn.ko' -o -name 'xen-gnt*.ko' -o \
	-name 'xen-privcmd.ko' -o -name 'xenfs.ko' \) -exec cp {} "$image/modules/" \;

# The libraries that the tools ask for: Xen's from the packages, the others from here.
libs=$root/usr/lib/x86_64-linux-gnu
for f in "$image"/usr/sbin/*; do
	LD_LIBRARY_PATH=$libs ldd "$f" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 }'
done | sort -u | while read -r f; do cp -L "$f" "$image/lib/xen/"; done
cp -L /lib64/ld-linux-x86-64.so.2 "$image/lib64/"
cp -L "$(gcc -print-file-name=libgcc_s.so.1)" "$image/lib/xen/" # pthread_cancel wants it

cp "$here/dom0_init.sh" "$image/init"
cp "$here/dom0_jobs.sh" "$image/jobs.sh"
chmod 755 "$image/init"
(cd "$image" && find . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc) >"$out/dom0.img"
