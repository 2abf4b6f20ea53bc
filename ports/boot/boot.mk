# SPDX-License-Identifier: BSD-2-Clause
# What the boots of all ports share: the umbrella, and the figures that the paper reads.
#
#	make ports-test-boot     every tier ports-test-boot-*
#	make ports-boot-data     the figures of their last runs, into paper/data/boot.csv
#
# What is downloaded stays in PORTS_CACHE, which may be a folder outside of the tree (make
# or environment): it is needed again when build/ has been removed.
#
# A boot tier leaves its figures as $(B)/boot/TARGET.csv; docs/measured.md tells the format.

PORTS_CACHE ?= build/cache

BOOT_FIGURES = $(wildcard $(B)/boot/*.csv)

.PHONY: ports-boot-data ports-test-record
ports-boot-data: ## the figures of the last boots into paper/data/boot.csv
	@[ -n "$(BOOT_FIGURES)" ] || { echo "run ports-test-boot first" >&2; exit 2; }
	@ports/boot/record.sh paper/data/boot.csv $(BOOT_FIGURES)
	@ports/boot/table.sh paper/data/boot.csv docs/measured.md >$(B)/measured.md
	@cp $(B)/measured.md docs/measured.md

ports-test-record: ## how figures of boots are kept; docs/measured.md shows those that are
	@ports/boot/test_record.sh $(B)/boot-test
	@ports/boot/table.sh paper/data/boot.csv docs/measured.md >$(B)/measured.md
	@cmp $(B)/measured.md docs/measured.md || \
		{ echo "not ok: docs/measured.md: make ports-boot-data renews its tables"; exit 1; }
