# SPDX-License-Identifier: BSD-2-Clause
# corun init: the folder builds, is blessed, holds, and catches a mistake, with the corun of
# the tree and with an installed one.

SANITIZED += test-init
.PHONY: test-init
test-init: $(B)/corun
	@rm -rf $(B)/init && mkdir -p $(B)/init
	@$(MAKE) -s DESTDIR=$(abspath $(B))/init/stage PREFIX=/usr install
	@tests/init/run.sh $(B)/corun $(B)/init/stage/usr/bin/corun $(B)/init
