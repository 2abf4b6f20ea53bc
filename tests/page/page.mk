# SPDX-License-Identifier: BSD-2-Clause
# A result as one file: what it says agrees with the tables, and it works in a browser.

SANITIZED += test-page
UNSANITIZED += test-browser # a browser's time; the C code runs in test-page, too
NEED_TEST += fonts-dejavu-core

.PHONY: test-page test-browser
test-page: $(B)/corun
	@tests/page/page.sh $(B)/corun $(B)/page

NEED_BROWSER := chromium chromium-driver curl

test-browser: $(B)/corun
	@.ci/need $(NEED_BROWSER) || { echo "SKIP test-browser: packages are missing"; exit 77; }
	@tests/page/browser.sh $(B)/corun $(B)/browser
