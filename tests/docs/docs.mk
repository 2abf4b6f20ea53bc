# SPDX-License-Identifier: BSD-2-Clause
# Docs: links, anchors and named paths lead somewhere, in the tree and installed; generated
# pages are what is generated.  (scenario.md and metrics.md: test-scenario, test-stats.)

UNSANITIZED += test-docs # of C code it runs what other tiers run
DOCS_B := $(B)/docs

.PHONY: test-docs docs-renew
test-docs: $(B)/corun
	@tests/docs/links.sh . tree
	@tests/docs/planted.sh $(DOCS_B)/copy
	@$(B)/corun help --format markdown | cmp - docs/commands.md || \
		{ echo "docs/commands.md is stale: make docs-renew"; exit 1; }
	@docs/workloads.sh $(B)/corun | cmp - docs/workloads.md || \
		{ echo "docs/workloads.md is stale: make docs-renew"; exit 1; }
	@rm -rf $(DOCS_B)/stage
	@$(MAKE) -s DESTDIR=$(abspath $(DOCS_B))/stage PREFIX=/usr install
	@tests/docs/links.sh $(DOCS_B)/stage/usr/share/doc/corun

docs-renew: $(B)/corun ## the generated pages of docs/: commands, scenarios, metrics, workloads
	$(B)/corun help --format markdown >docs/commands.md
	$(B)/corun keys --format markdown >docs/scenario.md
	$(B)/corun metrics --format markdown >docs/metrics.md
	docs/workloads.sh $(B)/corun >docs/workloads.md
