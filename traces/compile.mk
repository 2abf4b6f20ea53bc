# SPDX-License-Identifier: BSD-2-Clause
# The load that traces/record.sh records: a parallel compile of this project's own
# C files, a few optimisation levels each.  Nothing of it is kept.
include policies/find.mk
SOURCES := $(foreach p,$(POLICIES),$(call policy_main,$(p)))
LEVELS := 1 2 3 s
OBJECTS := $(foreach s,$(SOURCES),$(foreach l,$(LEVELS),$(OUT)/$(notdir $(s:.c=))-O$(l).o))

all: $(OBJECTS)

define rule
$(OUT)/$(notdir $(1:.c=))-O$(2).o: $(1)
	@gcc -std=gnu11 -O$(2) -I policies -c $(1) -o $$@
endef
$(foreach s,$(SOURCES),$(foreach l,$(LEVELS),$(eval $(call rule,$(s),$(l)))))
