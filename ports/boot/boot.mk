# SPDX-License-Identifier: BSD-2-Clause
# What the boots of all ports share: the umbrella, and the figures that the paper reads.
#
#	make ports-test-boot     every tier ports-test-boot-*
#	make ports-boot-data     the figures of their last runs, into paper/data/boot.csv
#
# A boot tier leaves its figures as $(B)/boot/TARGET.csv; docs/measured.md tells the format.

BOOT_FIGURES = $(wildcard $(B)/boot/*.csv)

.PHONY: ports-boot-data ports-test-record
ports-boot-data: ## the figures of the last boots into paper/data/boot.csv
	@[ -n "$(BOOT_FIGURES)" ] || { echo "run ports-test-boot first" >&2; exit 2; }
	@ports/boot/record.sh paper/data/boot.csv $(BOOT_FIGURES)

ports-test-record: ## how figures of boots are kept
	@ports/boot/test_record.sh $(B)/boot-test
