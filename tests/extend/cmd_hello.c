/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_hello.c - a verb that only the test of extensions has. */
#include <stdio.h>

#include "cli.h"

static int cmd_hello(int argc, char **argv, struct error *err)
{
	(void)argc, (void)argv, (void)err;
	puts("hello from a verb");
	return STATUS_OK;
}

const struct verb verb_hello = {
	.name = "hello",
	.rank = 1000,
	.arguments = "",
	.summary = "greets whoever asks",
	.help = "",
	.run = cmd_hello,
};
