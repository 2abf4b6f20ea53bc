#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# need.sh DIR: .ci/need on a machine that lacks a package: root installs, but for
# NO_INSTALL=1; everybody else is told the one line.  With an apt-get that only notes.
dir=$(realpath -m "$1") top=$PWD
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir/bin"
said=$dir/said
unset MAKEFLAGS MFLAGS MAKELEVEL NO_INSTALL
cat >"$dir/bin/dpkg-query" <<'END'
#!/bin/sh
# the last word is the package
for p; do :; done
[ "$p" = there ] && echo "install ok installed"
END
printf '#!/bin/sh\necho "$@" >>"%s"\n' "$dir/apt.log" >"$dir/bin/apt-get"
printf '#!/bin/sh\necho "${FAKE_UID:-0}"\n' >"$dir/bin/id"
chmod +x "$dir"/bin/*
PATH=$dir/bin:$PATH
export PATH

apt_ran() {
	[ -e "$dir/apt.log" ]
}

line='^  apt-get install --no-install-recommends new other$'
expect 0 '' .ci/need there 'new|there'
expect 1 "$line" env FAKE_UID=1000 .ci/need there new 'other|another'
expect 1 "$line" env NO_INSTALL=1 .ci/need there new 'other|another'
expect 2 '^  apt-get install --no-install-recommends gcc ' make NO_INSTALL=1 -C "$top" need-build
expect 2 '^  apt-get install --no-install-recommends gcc ' env NO_INSTALL=1 make -C "$top" demo
apt_ran && fail "something was installed: $(cat "$dir/apt.log")"
expect 0 'installing new' .ci/need there new
apt_ran || fail "root installs nothing"
grep -qx 'install -y --no-install-recommends new' "$dir/apt.log" || fail "apt-get $(cat "$dir/apt.log")"
[ $failed = 0 ] && echo "ok: what is missing is installed, or told in one line"
exit $failed
