# SPDX-License-Identifier: BSD-2-Clause
# The same bytes on a 64-bit ARM, in user-mode emulation: by hand, since the packages are of
# another architecture.  GSL's -dev package is here for one architecture only, so the libraries
# are linked by their files; headers are the same for all.

ARM_B := $(B)/arm
ARM_CC ?= aarch64-linux-gnu-gcc
ARM_NEED := qemu-user gcc-aarch64-linux-gnu libc6-dev:arm64 libgsl27:arm64 libyaml-0-2:arm64
# Locks, threads, sleepers, caps, recordings, the irregular hosts, every policy.
ARM_SCENARIOS ?= $(addprefix workloads/,seed.yaml seed-all.yaml grain-threads.yaml caps.yaml \
	balance-mixed.yaml replay.yaml pv-overcommit.yaml shootdown.yaml cloud-mix.yaml)

.PHONY: long-arm
long-arm: $(B)/corun ## the same results from a 64-bit ARM (emulated) as from here, to the byte
	@dpkg --print-foreign-architectures | grep -qx arm64 || { \
		echo "long-arm: first, as root: dpkg --add-architecture arm64" >&2; exit 1; }
	@.ci/need $(ARM_NEED)
	@$(submake) B=$(ARM_B) CC='$(ARM_CC)' AR=aarch64-linux-gnu-ar \
		LDLIBS='-l:libyaml-0.so.2 -l:libgsl.so.27 -l:libgslcblas.so.0 -lm' $(ARM_B)/corun
	@tests/arm/arm.sh $(B)/corun $(ARM_B)/corun $(ARM_B) $(ARM_SCENARIOS)
