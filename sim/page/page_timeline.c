/* SPDX-License-Identifier: BSD-2-Clause */
/* page_timeline.c - the traces of a folder inside the page: an index, and packed columns. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "page.h"
#include "page_parts.h"
#include "page_trace.h"

#define GZIP "/usr/bin/gzip"

/* trace-POLICY.bin of a policy, whatever it is called; false: there is none. */
static bool find_trace(const struct page *page, uint32_t policy, char *path, size_t size)
{
	char *at;
	int n = snprintf(path, size, "%s/", page->dir);

	if (n < 0 || (size_t)n >= size)
		return false;
	at = path + n;
	n = snprintf(at, size - (size_t)n, "trace-%.64s.bin", page->results.policies[policy].name);
	for (; *at; at++)
		if (*at == '/')
			*at = '_';
	return !access(path, R_OK);
}

static void free_traces(struct page_trace *traces, uint32_t nr)
{
	while (nr)
		page_trace_free(&traces[--nr]);
}

/* All of them over one window; *upto_ns: where the first of them is full. */
static int read_traces(const struct page *page, uint64_t from_ns, uint64_t to_ns,
		       struct page_trace *traces, uint32_t nr, uint64_t *upto_ns, bool *whole,
		       struct error *err)
{
	char path[4200];
	uint32_t p, at = 0;

	*upto_ns = UINT64_MAX;
	*whole = true;
	for (p = 0; p < page->results.nr_policies && at < nr; p++) {
		if (!find_trace(page, p, path, sizeof(path)))
			continue;
		if (page_trace_read(&traces[at], path, from_ns, to_ns, PAGE_TRACE_MOST / nr, err)) {
			page_trace_free(&traces[at]);
			free_traces(traces, at);
			return -1;
		}
		*whole = *whole && traces[at].to_ns == traces[at].end_ns;
		if (traces[at].to_ns < *upto_ns)
			*upto_ns = traces[at].to_ns;
		at++;
	}
	return 0;
}

/* The whole run if it fits, else from the end of the warm-up on as far as it fits. */
static int fit_traces(const struct page *page, struct page_trace *traces, uint32_t nr,
		      struct error *err)
{
	uint64_t from_ns = 0, upto_ns;
	bool whole;

	if (read_traces(page, 0, UINT64_MAX, traces, nr, &upto_ns, &whole, err))
		return -1;
	if (!whole) {
		free_traces(traces, nr);
		from_ns = (uint64_t)(page->warmup_s * 1e9);
		if (read_traces(page, from_ns, UINT64_MAX, traces, nr, &upto_ns, &whole, err))
			return -1;
	}
	free_traces(traces, nr);
	return read_traces(page, from_ns, upto_ns, traces, nr, &upto_ns, &whole, err);
}

/* -- bytes ------------------------------------------------------------------------ */

/* In the child. */
static _Noreturn void be_gzip(int in, int out)
{
	char program[] = "gzip", plain[] = "-nc";
	char *argv[] = {program, plain, NULL};

	lseek(in, 0, SEEK_SET);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(127);
	execv(GZIP, argv);
	_exit(127);
}

/* True: `packed` has it all.  Where there is no gzip the page takes it as it is. */
static bool compress(FILE *raw, FILE *packed)
{
	int status = 1;
	pid_t pid;

	if (fflush(raw) || access(GZIP, X_OK))
		return false;
	fflush(stdout);
	pid = fork();
	if (!pid)
		be_gzip(fileno(raw), fileno(packed));
	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static void put_base64(FILE *to, FILE *from)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char in[3];
	size_t n;

	rewind(from);
	while ((n = fread(in, 1, 3, from)) > 0) {
		unsigned x = (unsigned)in[0] << 16 | (n > 1 ? (unsigned)in[1] << 8 : 0) |
			     (n > 2 ? in[2] : 0);

		fputc(digits[x >> 18 & 63], to);
		fputc(digits[x >> 12 & 63], to);
		fputc(n > 1 ? digits[x >> 6 & 63] : '=', to);
		fputc(n > 2 ? digits[x & 63] : '=', to);
	}
}

/* -- index ------------------------------------------------------------------------- */

static void put_trace(struct json *json, const struct page_trace *t)
{
	uint32_t i;

	json_open(json, NULL, '{');
	json_string(json, "policy", t->policy);
	json_count(json, "pcpus", t->nr_pcpus);
	json_open(json, "vms", '[');
	for (i = 0; i < t->nr_vms; i++) {
		json_open(json, NULL, '{');
		json_string(json, "name", t->vms[i]);
		json_count(json, "first", t->first[i]);
		json_count(json, "width", t->width[i]);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_open(json, "spans", '[');
	for (i = 0; i < t->nr_vcpus; i++)
		json_count(json, NULL, t->lanes[i].nr);
	json_close(json, ']');
	json_count(json, "harms", t->harms.nr);
	json_count(json, "kicks", t->kicks.nr);
	json_close(json, '}');
}

/* Entries of vms: a colour is one of them. */
static void put_entries(struct json *json, const struct page *page)
{
	uint32_t g, v;

	json_open(json, "entries", '[');
	for (g = 0; g < page->results.nr_groups; g++) {
		json_open(json, NULL, '{');
		json_string(json, "name", page->results.groups[g].name);
		json_bool(json, "noise", page->results.groups[g].noise);
		json_open(json, "vms", '[');
		for (v = 0; v < page->results.groups[g].nr_vms; v++)
			json_string(json, NULL, page->results.groups[g].vms[v]);
		json_close(json, ']');
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* JSON within HTML: no < in it, whatever names the trace has. */
static int put_index(FILE *to, const struct page *page, const struct page_trace *traces,
		     uint32_t nr, bool gzip)
{
	char *text = NULL, *at;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	struct json json;
	uint32_t i;

	if (!memory)
		return -1;
	json_init(&json, memory);
	json_open(&json, NULL, '{');
	json_string(&json, "packing", gzip ? "gzip" : "none");
	json_count(&json, "from_ns", traces[0].from_ns);
	json_count(&json, "to_ns", traces[0].to_ns);
	json_count(&json, "end_ns", traces[0].end_ns);
	put_entries(&json, page);
	json_open(&json, "traces", '[');
	for (i = 0; i < nr; i++)
		put_trace(&json, &traces[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	if (fclose(memory)) {
		free(text);
		return -1;
	}
	fputs("<script type=\"application/json\" id=\"trace-index\">", to);
	for (at = text; *at; at++) {
		if (*at == '<')
			fputs("\\u003c", to);
		else
			fputc(*at, to);
	}
	fputs("</script>\n", to);
	free(text);
	return 0;
}

static int put_traces(FILE *to, const struct page *page, const struct page_trace *traces,
		      uint32_t nr, struct error *err)
{
	FILE *raw = tmpfile(), *packed = tmpfile();
	bool gzip = false;
	uint32_t i;
	int failed = -1;

	if (raw && packed) {
		for (i = 0; i < nr; i++)
			page_trace_pack(&traces[i], raw);
		gzip = compress(raw, packed);
		failed = ferror(raw) || put_index(to, page, traces, nr, gzip);
	}
	if (!failed) {
		fputs("<script type=\"application/octet-stream\" id=\"trace\">", to);
		put_base64(to, gzip ? packed : raw);
		fputs("</script>\n", to);
	}
	if (raw)
		fclose(raw);
	if (packed)
		fclose(packed);
	return failed ? error_set(err, STATUS_IO, "report", "the traces cannot be packed: %s",
				  strerror(errno ? errno : ENOMEM))
		      : 0;
}

int page_put_timeline(FILE *to, const struct page *page, struct error *err)
{
	struct page_trace *traces;
	char path[4200];
	uint32_t p, nr = 0;
	int failed;

	for (p = 0; p < page->results.nr_policies; p++)
		nr += find_trace(page, p, path, sizeof(path));
	if (!nr)
		return 0;
	traces = calloc(nr, sizeof(*traces));
	if (!traces)
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	failed = fit_traces(page, traces, nr, err);
	if (!failed) {
		fputs("<section aria-labelledby=\"h-timeline\" id=\"timeline\">\n<h2 "
		      "id=\"h-timeline\">Who ran when (replication 0)</h2>\n</section>\n",
		      to);
		failed = put_traces(to, page, traces, nr, err);
		free_traces(traces, nr);
	}
	free(traces);
	return failed;
}
