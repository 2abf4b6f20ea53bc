#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# probe.sh BUILD CC CLANGS: can this machine compile and load BPF at all?  If not, a
# line says why and the status is 77; asked before any policy is, so that what a
# policy does wrong is never taken for a machine that cannot.
set -u
build=$1 cc=$2 clangs=$3

skip() {
	echo "SKIP bpf: $1"
	exit 77
}

found=
for clang in $clangs; do
	if command -v "$clang" >/dev/null; then
		found=1
	else
		echo "# bpf: $clang is not installed, and not tried"
	fi
done
[ -n "$found" ] || skip "none of $clangs is installed"
for header in bpf/libbpf.h linux/bpf.h; do
	echo "#include <$header>" | $cc -E - >/dev/null 2>&1 || skip "there is no <$header>"
done
mkdir -p "$build"
cat >"$build/probe_main.c" <<'END'
#include <stdio.h>
#include "bpf_probe.h"
int main(void)
{
	const char *reason = bpf_probe();

	if (reason)
		printf("SKIP bpf: %s\n", reason);
	return reason ? 77 : 0;
}
END
$cc -std=gnu11 -Itests/bpf "$build/probe_main.c" tests/bpf/bpf_probe.c -lbpf -lelf -lz \
	-o "$build/probe" || exit 1
"$build/probe"
