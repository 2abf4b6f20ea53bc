# SPDX-License-Identifier: BSD-2-Clause
# Golden schedules: small text files a person can read, one for each policy and world.

$(B)/golden/golden: tests/golden/golden.c $(wildcard tests/golden/worlds*.[ch]) tests/lib/make_world.c tests/lib/make_world.h $(B)/libcorun.a
	@mkdir -p $(@D)
	$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o %.a,$^) $(LDLIBS) -lcmocka

SANITIZED += test-golden
.PHONY: test-golden golden-renew
test-golden: $(B)/golden/golden
	@$< tests/golden

golden-renew: $(B)/golden/golden ## write the golden schedules anew; read the diff before committing
	@$< --renew tests/golden
