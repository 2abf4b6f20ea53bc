# SPDX-License-Identifier: BSD-2-Clause
# What a newcomer meets in the first hour: words that are mistyped, options given twice, folders
# that are not there yet, tables that are wider than the window.

SANITIZED += test-manners
NEED_TEST += python3-jsonschema python3-yaml

$(B)/manners/test_progress: tests/manners/test_progress.c $(B)/libcorun.a
	@mkdir -p $(@D)
	@$(CC) $(CORUN_CFLAGS) $(SIM_FLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

.PHONY: test-manners
test-manners: $(B)/corun $(B)/libexec/corun/corun-test $(B)/manners/test_progress
	@$(B)/manners/test_progress
	@tests/manners/words.sh $(B)/corun $(B)/manners/words
	@tests/manners/output.sh $(B)/corun $(B)/manners/output
	@tests/manners/gate.sh $(B)/corun $(B)/manners/gate
	@tests/manners/schema.sh $(B)/corun $(B)/manners/schema
	@tests/manners/origin.sh $(B)/corun $(B)/manners/origin
	@tests/manners/load.sh $(B)/corun $(B)/manners/load
	@tests/manners/installed.sh $(B)/corun $(B)/manners/installed
