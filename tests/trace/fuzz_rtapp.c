/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes at all, as a workload of rt-app; the first one chooses the options.  What is
 * taken has become a scenario: the importer itself sees to that, or refuses.
 */
#include <stdlib.h>
#include <string.h>

#include "../../sim/import/import_rtapp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rtapp_options options = {0};
	char *text, *scenario = NULL;
	struct error err = {0};

	if (!size)
		return 0;
	options.separate = data[0] & 1;
	options.nr_vcpus = data[0] >> 1 & 7;
	text = malloc(size); /* to the byte, so that reading on is seen */
	if (!text)
		return 0;
	memcpy(text, data + 1, size - 1);
	text = realloc(text, size - 1 ? size - 1 : 1);
	if (rtapp_import("fuzz.json", text, size - 1, &options, &scenario, NULL, &err)) {
		if (err.status != STATUS_INPUT || !err.text[0] || scenario)
			abort();
	} else if (!scenario || strncmp(scenario, "# Made by", 9) != 0) {
		abort();
	}
	free(scenario);
	free(text);
	return 0;
}
