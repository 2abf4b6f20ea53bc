# SPDX-License-Identifier: BSD-2-Clause
# The arrows of sim/: who may include and call whom.

ARROWS_B := $(B)/arrows
ARROWS_H := $(sort $(wildcard sim/*.h sim/*/*.h sim/*/*/*.h))
ARROWS_OBJ := $(SIM_SRC:sim/%.c=$(ARROWS_B)/all/%.o) $(ARROWS_H:sim/%.h=$(ARROWS_B)/all/%.h.o)
# -O0: a call that the optimiser folds away is one all the same.
ARROWS_CC = $(CC) -std=gnu11 -O0 $(SIM_FLAGS) -DCORUN_VERSION='""'

UNSANITIZED += test-arrows # what compiler and nm say of the text

.PHONY: test-arrows
test-arrows: $(ARROWS_OBJ) ## the folders of sim/ call each other only as tests/arrows/edges says
	@tests/arrows/arrows.sh . $(ARROWS_B)/all tests/arrows/edges
	@tests/arrows/planted.sh $(ARROWS_B) "$(ARROWS_CC)"

$(ARROWS_B)/all/%.o: sim/%.c | $(GEN)/model/lock_kinds.h
	@mkdir -p $(@D)
	@$(ARROWS_CC) -MMD -MP -c -o $@ $<

$(ARROWS_B)/all/%.h.o: sim/%.h | $(GEN)/model/lock_kinds.h
	@mkdir -p $(@D)
	@$(ARROWS_CC) -MMD -MP -fkeep-inline-functions -x c -c -o $@ $<

-include $(ARROWS_OBJ:.o=.d)
