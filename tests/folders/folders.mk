# SPDX-License-Identifier: BSD-2-Clause
# Result folders: all new or all old, whatever befalls their writer.
#
#	make test-folders	mixtures, signals, full disks, two writers, 30 random kills
#	make long-kills		300 random kills

FOLDERS_KILLS ?= 30
FOLDERS_SEED ?= 1

# Shell around the plain verbs, whose C code the other tiers reach: and its kills are no
# faster for what is slower.
UNSANITIZED += test-folders

.PHONY: test-folders long-kills
test-folders: $(B)/corun
	@tests/folders/folders.sh $(B)/corun $(B)/folders/rows
	@tests/folders/kills.sh $(B)/corun $(B)/folders/kills $(FOLDERS_KILLS) $(FOLDERS_SEED)

long-kills: $(B)/corun ## 300 random kills over all verbs that write
	tests/folders/kills.sh $(B)/corun $(B)/folders/long 300 $(FOLDERS_SEED)
