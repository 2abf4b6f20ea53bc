/* SPDX-License-Identifier: BSD-2-Clause */
/* cmd_trace.c - corun trace: a binary trace for people and for other tools. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/outfile.h"
#include "base/suggest.h"
#include "cli.h"
#include "base/units.h"
#include "trace/trace_export.h"

extern const struct verb verb_trace; /* at the end */

enum format { FORMAT_TEXT, FORMAT_FTRACE, FORMAT_PERFETTO, FORMAT_PERFETTO_PB, NR_FORMATS };

static const char *const format_names[NR_FORMATS] = {"text", "ftrace", "perfetto", "perfetto-pb"};

struct trace_options {
	const char *input, *output;
	enum format format;
	bool nine_digits;
	uint64_t from_ns, for_ns; /* for_ns 0: to the end */
	const char *vm; /* NULL: all */
};

static int parse_format(const char *name, enum format *format, struct error *err)
{
	const char *near;
	unsigned i;

	for (i = 0; i < NR_FORMATS; i++) {
		if (strcmp(name, format_names[i]))
			continue;
		*format = (enum format)i;
		return 0;
	}
	near = suggest_nearest(name, format_names, NR_FORMATS);
	return error_set(err, STATUS_INPUT, "usage",
			 "trace: no format '%s', expected text, ftrace, perfetto or "
			 "perfetto-pb%s%s%s",
			 name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int parse_time(const char *option, const char *text, uint64_t *ns, struct error *err)
{
	if (unit_parse_ns(text, ns))
		return error_set(err, STATUS_INPUT, "usage",
				 "trace: --%s '%s': expected a time with its unit, such as 60ms",
				 option, text);
	return 0;
}

static int parse_options(int argc, char **argv, struct trace_options *to, struct error *err)
{
	static const struct option options[] = {{"format", required_argument, NULL, 'f'},
						{"output", required_argument, NULL, 'o'},
						{"ns", no_argument, NULL, 'n'},
						{"from", required_argument, NULL, 's'},
						{"for", required_argument, NULL, 'l'},
						{"vm", required_argument, NULL, 'v'},
						{0}};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":f:o:", options, NULL)) != -1) {
		switch (option) {
		case 'f':
			if (parse_format(optarg, &to->format, err))
				return -1;
			break;
		case 'o':
			to->output = optarg;
			break;
		case 'n':
			to->nine_digits = true;
			break;
		case 's':
			if (parse_time("from", optarg, &to->from_ns, err))
				return -1;
			break;
		case 'l':
			if (parse_time("for", optarg, &to->for_ns, err))
				return -1;
			if (!to->for_ns)
				return error_set(err, STATUS_INPUT, "usage",
						 "trace: --for 0: nothing to see");
			break;
		case 'v':
			to->vm = optarg;
			break;
		default:
			return cli_bad_option(&verb_trace, options, argv[optind - 1], err);
		}
	}
	if (optind + 1 != argc)
		return error_set(err, STATUS_INPUT, "usage",
				 "trace: expected one trace file, got %d", argc - optind);
	to->input = argv[optind];
	return 0;
}

static int export(struct trace_reader *reader, const struct trace_options *options, FILE *out,
		  struct error *err)
{
	switch (options->format) {
	case FORMAT_FTRACE:
		return trace_export_ftrace(reader, out, options->nine_digits, err);
	case FORMAT_PERFETTO:
		return trace_export_perfetto(reader, out, err);
	case FORMAT_PERFETTO_PB:
		return trace_export_perfetto_pb(reader, out, err);
	default:
		return trace_export_text(reader, out, err);
	}
}

/* What a reader of the output should know about the trace. */
static void put_notes(const struct trace_reader *reader)
{
	struct error note; /* as an error, as the path may hold anything */

	if (reader->cut) {
		error_set(&note, STATUS_OK, "", "%s is cut short after %llu events, at %.6f s",
			  reader->path, (unsigned long long)reader->nr_read,
			  (double)reader->last_ns / 1e9);
		fprintf(stderr, "corun: note: %s\n", note.text);
	}
	if (reader->header.nr_lost) {
		error_set(&note, STATUS_OK, "", "%s lacks %llu events that its writer lost",
			  reader->path, (unsigned long long)reader->header.nr_lost);
		fprintf(stderr, "corun: note: %s\n", note.text);
	}
}

static int set_window(struct trace_reader *reader, const struct trace_options *options,
		      struct error *err)
{
	reader->window.from_ns = options->from_ns;
	if (options->for_ns && options->from_ns < UINT64_MAX - options->for_ns)
		reader->window.to_ns = options->from_ns + options->for_ns;
	return options->vm ? trace_window_vm(reader, options->vm, err) : 0;
}

static int cmd_trace(int argc, char **argv, struct error *err)
{
	struct trace_options options = {0};
	struct trace_reader reader;
	struct outfile out;
	int failed;

	if (parse_options(argc, argv, &options, err))
		return -1;
	if (trace_reader_open(&reader, options.input, err))
		return -1;
	failed = set_window(&reader, &options, err) || outfile_open(&out, options.output, err);
	if (!failed) {
		failed = export(&reader, &options, out.file, err);
		if (failed)
			outfile_abort(&out);
		else
			failed = outfile_close(&out, err);
	}
	if (!failed)
		put_notes(&reader);
	trace_reader_close(&reader);
	return failed ? -1 : STATUS_OK;
}

const struct verb verb_trace = {
	.name = "trace",
	.rank = 110,
	.arguments = "FILE [--format text|ftrace|perfetto|perfetto-pb] [-o OUT]",
	.summary = "show a binary trace, or convert it for another tool",
	.help = "  -f, --format FORMAT  text (default): one aligned line an event;\n"
		"                       ftrace: sched_switch and sched_waking lines, as the "
		"kernel\n"
		"                       writes them; perfetto: JSON for ui.perfetto.dev and\n"
		"                       chrome://tracing; perfetto-pb: Perfetto's own, with "
		"counters\n"
		"                       of steal, spinning and who is runnable\n"
		"      --from TIME      only from this instant on (default: the beginning)\n"
		"      --for TIME       and for so long (default: to the end)\n"
		"      --vm NAME        only the vCPUs of this VM, or of all that are NAME.0, "
		"NAME.1, ...\n"
		"  -o, --output OUT     write to OUT instead of standard output\n"
		"      --ns             ftrace: nine digits after the seconds instead of six\n"
		"FILE is trace.bin or trace-POLICY.bin of a result folder, or - for standard "
		"input.\n"
		"A trace whose writer was cut short is read as far as it goes.\n",
	.run = cmd_trace,
};
