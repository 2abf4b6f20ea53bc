# SPDX-License-Identifier: BSD-2-Clause
# The list of claims fits its pages and the program; predictions are as they were made.

UNSANITIZED += test-claims # scripts and tables; of C code it runs what other tiers run

.PHONY: test-claims
test-claims: $(B)/corun ## the claims of README and docs are as listed; no prediction has changed
	tests/claims/claims.sh $(B)/corun
	paper/kept.sh paper/data/claims.csv 11
	tests/claims/predictions.sh
	tests/claims/planted.sh $(B)/corun
	tests/claims/tried.sh $(B)/corun

# A page of paper/ or docs/ from its table: $(call page_from,PAGE,TABLE,COLUMNS that are kept)
define page_from
	@paper/page.sh $(1) paper/data/$(2).csv paper/$(2).awk >$(B)/$(2).md
	@cp $(B)/$(2).md $(1)
	@paper/kept.sh --append paper/data/$(2).csv $(3)
endef

# make claims CLAIMS=3,7.2 CELLS=default,linux-spread REPS=10 SKIP=p1-kernel-build: less of it
REPS ?= 40
SCREEN ?= 10
CLAIMS_SH = paper/claims.sh -d $(B)/claims -r $(REPS) -s $(SCREEN) -k "$(CLAIMS)" -l "$(CELLS)" -x "$(SKIP)"
.PHONY: claims claims-minutes
claims: built ## tries all claims in all cells (many hours, says how many; resumable)
	$(CLAIMS_SH) -w $(B)/corun
	$(MAKE) claims-doc

claims-minutes: built ## how many CPU minutes `make claims` is going to take
	@$(CLAIMS_SH) -n $(B)/corun

.PHONY: claims-doc predictions-doc
claims-doc: $(B)/flags ## paper/claims.md from paper/data/claims.csv
	$(call page_from,paper/claims.md,claims,11)

predictions-doc: $(B)/flags ## docs/predictions.md from paper/data/predictions.csv
	$(call page_from,$(wildcard docs/predictions.md docs/*/predictions.md),predictions,11)
