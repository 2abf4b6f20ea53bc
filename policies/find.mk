# SPDX-License-Identifier: BSD-2-Clause
# find.mk - which policies there are.  Nothing lists them: a policy is the file
# policies/NAME.c, or the folder policies/NAME/ with its main file NAME.c, which includes
# the other files of the folder.  Either way it is one text for one compiler run, with
# -I policies.
#
#	POLICIES		their names
#	$(call policy_main,NAME)	the file to compile
#	POLICY_TEXTS		every file that such a run may read: what an object made of
#				one hangs on, not what it is made of
#
# In a pattern rule the main file is written $$(call policy_main,$$*).
.SECONDEXPANSION:

policy_folders := $(foreach d,$(wildcard policies/*/),$(if \
	$(wildcard $(d)$(notdir $(d:%/=%)).c),$(notdir $(d:%/=%))))
policy_files := $(basename $(notdir $(wildcard policies/*.c)))
$(foreach p,$(filter $(policy_folders),$(policy_files)),$(error \
	found policies/$(p).c and policies/$(p)/$(p).c, expected one of them))

POLICIES := $(sort $(policy_files) $(policy_folders))
policy_main = $(firstword $(wildcard policies/$(1)/$(1).c) policies/$(1).c)
POLICY_TEXTS := $(wildcard policies/*.[ch] policies/*/*.[ch])
