# SPDX-License-Identifier: BSD-2-Clause
# The shipped scenarios, and what they must say.

$(B)/verdict/%: tests/verdict/%.c $(B)/libcorun.a
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_SIZES) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

.PHONY: test-verdict
test-verdict: $(B)/verdict/test_verdict
	@$<
