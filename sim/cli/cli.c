/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "base/units.h"

static int say(struct error *err, const struct verb *verb, const char *text, const char *name,
	       const char *near)
{
	return error_set(err, STATUS_INPUT, "usage", "%s: %s '%.100s'%s%s%s; see `corun help %s`",
			 verb->name, text, name, near ? ", did you mean '" : "", near ? near : "",
			 near ? "'?" : "", verb->name);
}

/* -x: getopt_long has taken it for a short option. */
static int bad_short(const struct verb *verb, const struct option *options, const char *given,
		     struct error *err)
{
	for (; options->name; options++)
		if (options->val == given[1] && options->has_arg == required_argument)
			return say(err, verb, "a value is missing after", given, NULL);
	return say(err, verb, "unknown option", given, NULL);
}

int cli_bad_option(const struct verb *verb, const struct option *options, const char *given,
		   struct error *err)
{
	char name[128], near[130];
	struct suggest suggest;
	unsigned nr_like = 0;
	size_t length;

	if (given[0] != '-' || given[1] != '-')
		return bad_short(verb, options, given, err);
	length = strcspn(given + 2, "=");
	snprintf(name, sizeof(name), "%.*s", (int)(length < 127 ? length : 127), given + 2);
	suggest_init(&suggest, name);
	for (; options->name; options++) {
		bool whole = !strcmp(options->name, name);

		nr_like += !strncmp(options->name, name, length);
		suggest_offer(&suggest, options->name);
		if (whole && options->has_arg == required_argument && given[2 + length] != '=')
			return say(err, verb, "a value is missing after", given, NULL);
		if (whole && options->has_arg == no_argument && given[2 + length] == '=')
			return say(err, verb, "no value belongs to", given, NULL);
	}
	if (nr_like > 1)
		return say(err, verb, "several options start with", given, NULL);
	snprintf(near, sizeof(near), "--%s", suggest.best ? suggest.best : "");
	return say(err, verb, "unknown option", given, suggest.best ? near : NULL);
}

const struct verb *cli_find_verb(const char *name)
{
	unsigned i;

	for (i = 0; i < nr_cli_verbs; i++)
		if (!strcmp(cli_verbs[i]->name, name))
			return cli_verbs[i];
	return NULL;
}

int cli_draw(const char *dir, struct error *err)
{
	char verb[] = "plot", end[] = "--", *argv[] = {verb, end, (char *)dir, NULL};

	return cli_find_verb(verb)->run(3, argv, err);
}

/* "table, csv or json" */
static void list_words(const char *const *names, unsigned nr, char *to, size_t size)
{
	size_t at = 0;

	*to = '\0';
	for (unsigned i = 0; i < nr && at < size; i++)
		at += (size_t)snprintf(to + at, size - at, "%s%s",
				       !i	     ? ""
				       : i + 1 == nr ? " or "
						     : ", ",
				       names[i]);
}

int cli_find_word(const char *option, const char *given, const char *const *names, unsigned nr,
		  unsigned *found, struct error *err)
{
	char words[200];
	const char *near;

	for (*found = 0; *found < nr; ++*found)
		if (!strcmp(names[*found], given))
			return 0;
	list_words(names, nr, words, sizeof(words));
	near = suggest_nearest(given, names, nr);
	return error_set(err, STATUS_INPUT, "usage", "%s: found '%.100s', expected %s%s%s%s",
			 option, given, words, near ? "; did you mean '" : "", near ? near : "",
			 near ? "'?" : "");
}

int cli_join(const char *option, const char *given, const char **list, char *room, size_t size,
	     struct error *err)
{
	int n;

	if (!*list) {
		*list = given;
		return 0;
	}
	if (*list != room) {
		n = snprintf(room, size, "%s", *list);
		if (n < 0 || (size_t)n >= size)
			*room = '\0';
		*list = room;
	}
	n = snprintf(room + strlen(room), size - strlen(room), ",%s", given);
	if (*room != ',' && n >= 0 && strlen(room) + 1 < size)
		return 0;
	return error_set(err, STATUS_INPUT, "usage", "%s: found more than %zu bytes in all", option,
			 size - 2);
}

int cli_parse_patience(const char *text, uint64_t *ns, struct error *err)
{
	if (!unit_parse_ns(text, ns) && *ns >= 1000000 && *ns <= UINT64_C(3600000000000))
		return 0;
	return error_set(err, STATUS_INPUT, "usage",
			 "--patience: found '%.100s', expected a time of CPU, 1ms to 3600s", text);
}

int cli_check_output(const char *option, const char *name, const char *what, struct error *err)
{
	if (*name && strcmp(name, "-") != 0)
		return 0;
	return error_set(err, STATUS_INPUT, "usage", "%s: found '%s', expected the name of a %s",
			 option, name, what);
}
