#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# vmlinux.sh BZIMAGE VMLINUX: the ELF file inside a compressed x86 kernel.  Where it
# starts and how long it is stands in the image's header (Linux, x86 boot protocol
# 2.08: setup_sects at 0x1f1, payload_offset at 0x248, payload_length at 0x24c).
set -eu
image=$1
out=$2

field() { # OFFSET SIZE
	od -An -j "$1" -N "$2" -t "u$2" --endian=little "$image" | tr -d ' '
}

sects=$(field 497 1)
[ "$sects" != 0 ] || sects=4
start=$(((sects + 1) * 512 + $(field 584 4)))
length=$(field 588 4)
magic=$(od -An -j "$start" -N 4 -t x1 "$image" | tr -d ' ')
case $magic in
fd377a58) tool=xz package=xz-utils ;;
28b52ffd) tool=zstd package=zstd ;;
1f8b*) tool=gzip package=gzip ;;
02214c18) tool=lz4 package=lz4 ;;
*) echo "vmlinux: $image: compressed in a way unknown here ($magic)" >&2; exit 1 ;;
esac
command -v $tool >/dev/null || .ci/need $package
# The last four bytes are the length of what comes out, not part of the stream.
tail -c +$((start + 1)) "$image" | head -c $((length - 4)) | $tool -dc >"$out.tmp"
mv "$out.tmp" "$out"
