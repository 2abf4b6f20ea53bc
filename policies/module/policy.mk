# SPDX-License-Identifier: BSD-2-Clause
# policy.mk - a policy of one's own as a shared object: mine.c becomes mine.so, and so does
# the folder mine/, whose main file mine/mine.c includes the others.
#
#	make -f "$(corun policies --makefile)" mine.so
#
# or, in a Makefile,
#
#	include $(shell corun policies --makefile)
#
# A policy has no writable data and calls nobody, here as in a kernel: what breaks this
# is refused when it is linked.

SP_DIR := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
SP_CC ?= $(CC)
SP_CFLAGS ?= -O2 -g -Wall -Wextra -Wshadow -Wno-unused-parameter
# -ffp-contract=off and no -march, as in corun: the same bits on every machine; no
# folder of this one, so that one text gives one file, by which corun knows it again.
SP_FIXED := -std=gnu11 -ffp-contract=off -fPIC -fvisibility=hidden -fno-stack-protector \
	-I$(SP_DIR)/.. -I$(SP_DIR) -DSP_OUT_PCPUS=4096 \
	-ffile-prefix-map=$(abspath $(SP_DIR)/..)=policies -ffile-prefix-map=$(CURDIR)=.
# The sizes that the simulator chooses from, the smallest that fits.
SP_small := -DSP_NR_PCPUS=16 -DSP_NR_VCPUS=64
SP_medium := -DSP_NR_PCPUS=128 -DSP_NR_VCPUS=1024
SP_large := -DSP_NR_PCPUS=4096 -DSP_NR_VCPUS=16384
SP_HEADERS := $(wildcard $(SP_DIR)/../*.[ch] $(SP_DIR)/../*/*.[ch])
# What a compiler may call by itself.
SP_ALLOWED := memcpy|memmove|memset|memcmp

# The main file of the policy $(1): a file or a folder's; both would be one too many.
sp_folder = $(wildcard $(1)/$(notdir $(1)).c)
sp_main = $(if $(sp_folder),$(if $(wildcard $(1).c),$(error found $(1).c and $(sp_folder), \
	expected one of them),$(sp_folder)),$(1).c)

.SECONDEXPANSION:
define sp_class_rule
%.$(1).o: $$$$(call sp_main,$$$$*) $(SP_HEADERS) $$$$(wildcard $$$$(dir $$$$*)*.h $$$$*/*.[ch])
	$$(SP_CC) $$(SP_FIXED) $$(SP_CFLAGS) $$(SP_$(1)) -DSP_POLICY_SYMBOL=sp_policy_$(1) \
		-DSP_MODULE_CLASS=sp_class_$(1) '-DSP_MODULE_POLICY="$$(abspath $$<)"' \
		-c -o $$@ $$(SP_DIR)/class.c
endef
$(foreach c,small medium large,$(eval $(call sp_class_rule,$(c))))

%.module.o: $(SP_HEADERS)
	$(SP_CC) $(SP_FIXED) $(SP_CFLAGS) -c -o $@ $(SP_DIR)/export.c

# Beside it and then in its place: a running corun keeps the one it has loaded.
%.so: %.small.o %.medium.o %.large.o %.module.o
	$(SP_CC) -shared -nostartfiles -Wl,-z,defs,-z,relro,-z,now -o $@.tmp $^
	@calls=$$(nm -D --undefined-only $@.tmp | sed 's/.* //; s/@.*//' | \
		grep -vxE '$(SP_ALLOWED)' | tr '\n' ' '); \
	if [ -n "$$calls" ]; then \
		echo "$*: it calls $$calls- a policy calls nobody" >&2; rm -f $@.tmp; exit 1; fi
	@mv $@.tmp $@

