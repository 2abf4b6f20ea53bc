# SPDX-License-Identifier: BSD-2-Clause
# Results that must not change: `make same REF=COMMIT` builds that commit beside this text
# and compares both over all shipped scenarios.  No tier: a text may change results, in
# commits that say so.

REF ?= HEAD
SAME_B := $(B)/same

.PHONY: same
same: $(B)/corun ## the results of this text against those of commit REF, to the byte
	@commit=$$(git rev-parse --short $(REF)^{commit}) && dir=$(SAME_B)/$$commit && \
	if [ ! -x $$dir/build/corun ]; then \
		rm -rf $$dir && mkdir -p $$dir && git archive $$commit | tar -x -C $$dir && \
		env -u MAKEFLAGS -u MFLAGS $(submake) -C $$dir B=build all; \
	fi && tests/same/same.sh $$dir $(B)/corun
