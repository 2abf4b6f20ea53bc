# SPDX-License-Identifier: BSD-2-Clause
# What earlier versions wrote is opened by today's programs: a folder a version that was
# published (docs/formats.md).

FORMATS_DIR := tests/formats
FORMATS_B := $(B)/formats

SANITIZED += test-formats
.PHONY: test-formats
test-formats: $(B)/corun $(B)/conformance/native/conform_rr
	@for old in $(FORMATS_DIR)/[0-9]*/; do \
		$(FORMATS_DIR)/formats.sh $(B)/corun $(B)/conformance/native/conform_rr $$old \
			$(FORMATS_B) || exit 1; \
	done
