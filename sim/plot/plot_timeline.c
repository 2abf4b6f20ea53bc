/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plot_timeline.c - from trace-POLICY.bin, a panel a policy.  dat, three blocks:
 * 0: panel, pCPU, from, to (ms), VM, vCPU within it	a stint
 * 1: panel, pCPU, from, to				spinning for a sibling off CPU
 * 2: panel, pCPU, at, VM				a harmful lock-holder preemption
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plot_data.h"
#include "plot_figures.h"
#include "trace/trace_track.h"

#define MAX_PANELS 8u
#define MAX_VMS 64u

/* Spans of one pCPU that touch and look alike become one box. */
struct box {
	uint64_t from_ns, to_ns;
	uint16_t vcpu;
	bool spins;
};

struct timeline {
	FILE *stints, *spins, *harms;
	struct trace_reader reader;
	struct trace_track track;
	struct box *stint, *spin; /* [nr_pcpus] */
	uint64_t *lhp_ns; /* [nr_vcpus]: last preemption while holding a lock */
	uint16_t *lhp_pcpu; /* where; TRACE_NONE: none, or marked already */
	uint64_t from_ns, to_ns;
	unsigned panel;
	char *vms[MAX_VMS]; /* names, of all traces */
	unsigned nr_vms;
	uint32_t nr_pcpus; /* of the widest */
};

static double ms(uint64_t ns)
{
	return (double)ns / 1e6;
}

/* Index of a VM's name among those of all traces; the last one stands for "and more". */
static unsigned name_index(struct timeline *t, const char *name)
{
	unsigned i;

	for (i = 0; i < t->nr_vms; i++)
		if (!strcmp(t->vms[i], name))
			return i;
	if (i == MAX_VMS)
		return MAX_VMS - 1;
	t->vms[i] = strdup(name);
	t->nr_vms += t->vms[i] != NULL;
	return t->vms[i] ? i : 0;
}

static unsigned vm_index(struct timeline *t, uint16_t vcpu)
{
	uint32_t vm = t->reader.vcpus[vcpu].vm;

	return name_index(t, vm == UINT32_MAX ? "?" : t->reader.vms[vm].name);
}

static void put_stint(struct timeline *t, unsigned pcpu)
{
	struct box *b = &t->stint[pcpu];

	if (b->to_ns > b->from_ns)
		fprintf(t->stints, "%u %u %.6f %.6f %u %u\n", t->panel, pcpu, ms(b->from_ns),
			ms(b->to_ns), vm_index(t, b->vcpu), t->reader.vcpus[b->vcpu].index);
	b->to_ns = b->from_ns = 0;
}

static void put_spin(struct timeline *t, unsigned pcpu)
{
	struct box *b = &t->spin[pcpu];

	if (b->to_ns > b->from_ns)
		fprintf(t->spins, "%u %u %.6f %.6f\n", t->panel, pcpu, ms(b->from_ns),
			ms(b->to_ns));
	b->to_ns = b->from_ns = 0;
}

static void on_span(void *context, const struct span *span)
{
	struct timeline *t = context;
	struct span s = *span;
	struct box *stint, *spin;

	if (s.pcpu == TRACE_NONE || !span_clip(&s, t->from_ns, t->to_ns))
		return;
	stint = &t->stint[s.pcpu];
	spin = &t->spin[s.pcpu];
	if (stint->to_ns != s.from_ns || stint->vcpu != s.vcpu) {
		put_stint(t, s.pcpu);
		stint->from_ns = s.from_ns;
		stint->vcpu = s.vcpu;
	}
	stint->to_ns = s.to_ns;
	if (s.state < VT_SPIN_LHP || s.state > VT_SPIN_PARTNER)
		return;
	if (spin->to_ns != s.from_ns) {
		put_spin(t, s.pcpu);
		spin->from_ns = s.from_ns;
	}
	spin->to_ns = s.to_ns;
}

/* A preemption is marked where it took place, also if it did harm only later. */
static void on_lhp(struct timeline *t, const struct trace_rec *rec)
{
	uint64_t *at_ns = &t->lhp_ns[rec->vcpu];
	uint16_t *pcpu = &t->lhp_pcpu[rec->vcpu];

	if (rec->type == TR_LHP) {
		*at_ns = rec->at_ns;
		*pcpu = rec->pcpu;
		if (!rec->arg)
			return;
	}
	if (*pcpu != TRACE_NONE && *at_ns >= t->from_ns && *at_ns < t->to_ns)
		fprintf(t->harms, "%u %u %.6f %u\n", t->panel, *pcpu, ms(*at_ns),
			vm_index(t, rec->vcpu));
	*pcpu = TRACE_NONE;
}

static void timeline_close(struct timeline *t)
{
	trace_track_free(&t->track);
	free(t->stint);
	free(t->spin);
	free(t->lhp_ns);
	free(t->lhp_pcpu);
	t->stint = t->spin = NULL;
	t->lhp_ns = NULL;
	t->lhp_pcpu = NULL;
	trace_reader_close(&t->reader);
}

static int timeline_open(struct timeline *t, const char *path, const struct plot_request *request,
			 struct error *err)
{
	const struct trace_header *h = &t->reader.header;
	uint32_t vm;

	if (trace_reader_open(&t->reader, path, err))
		return -1;
	t->stint = calloc(h->nr_pcpus + 1u, sizeof(*t->stint));
	t->spin = calloc(h->nr_pcpus + 1u, sizeof(*t->spin));
	t->lhp_ns = calloc(h->nr_vcpus + 1u, sizeof(*t->lhp_ns));
	t->lhp_pcpu = malloc((h->nr_vcpus + 1u) * sizeof(*t->lhp_pcpu));
	if (!t->stint || !t->spin || !t->lhp_ns || !t->lhp_pcpu) {
		timeline_close(t);
		return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	}
	memset(t->lhp_pcpu, 0xff, (h->nr_vcpus + 1u) * sizeof(*t->lhp_pcpu));
	for (vm = 0; vm < h->nr_vms && vm < MAX_VMS; vm++)
		name_index(t, t->reader.vms[vm].name); /* in this order in the legend */
	if (h->nr_pcpus > t->nr_pcpus)
		t->nr_pcpus = h->nr_pcpus;
	/* all panels show the same window: the first trace's middle decides */
	if (!t->to_ns) {
		t->from_ns = request->from_given ? request->from_ns : h->end_ns / 2;
		t->to_ns = t->from_ns + request->window_ns;
	}
	if (trace_track_init(&t->track, &t->reader, on_span, t, err)) {
		timeline_close(t);
		return -1;
	}
	return 0;
}

static int read_trace(struct timeline *t, const char *path, const struct plot_request *request,
		      struct error *err)
{
	struct trace_rec rec;
	uint32_t p;
	int more;

	if (timeline_open(t, path, request, err))
		return -1;
	while ((more = trace_reader_next(&t->reader, &rec, err)) > 0 && rec.at_ns < t->to_ns) {
		trace_track_apply(&t->track, &t->reader, &rec);
		if (rec.type == TR_LHP || rec.type == TR_LHP_HARM)
			on_lhp(t, &rec);
	}
	if (more >= 0) {
		trace_track_finish(&t->track, more ? t->to_ns : trace_reader_end_ns(&t->reader));
		for (p = 0; p < t->reader.header.nr_pcpus; p++) {
			put_stint(t, p);
			put_spin(t, p);
		}
	}
	timeline_close(t);
	return more < 0 ? -1 : 0;
}

/* -- which traces ----------------------------------------------------------- */

/* "trace-POLICY.bin": the length of POLICY, else 0. */
static size_t policy_length(const char *file)
{
	size_t n = strlen(file);

	if (n <= 10 || strncmp(file, "trace-", 6) || strcmp(file + n - 4, ".bin"))
		return 0;
	return n - 10;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The policies that have a trace, in the order of results.csv, else of the alphabet. */
static int find_traces(const char *dir, char **policies, unsigned *nr, struct error *err)
{
	static const char *const prefixes[] = {"throughput", NULL};
	struct plot_data data;
	struct dirent *entry;
	DIR *folder = opendir(dir);
	unsigned i, p, at = 0;

	*nr = 0;
	if (!folder)
		return error_set(err, STATUS_INPUT, "plot", "%s: %s", dir, strerror(errno));
	while (*nr < MAX_PANELS && (entry = readdir(folder))) {
		size_t n = policy_length(entry->d_name);

		if (!n)
			continue;
		policies[*nr] = strndup(entry->d_name + 6, n);
		if (policies[*nr])
			++*nr;
	}
	closedir(folder);
	qsort(policies, *nr, sizeof(*policies), compare_names);
	if (plot_data_load(&data, dir, prefixes, false, err) < 0)
		return -1;
	for (p = 0; p < data.nr_policies; p++) {
		for (i = at; i < *nr; i++) {
			char *policy = policies[i];

			if (strcmp(policy, data.policies[p]))
				continue;
			policies[i] = policies[at];
			policies[at++] = policy;
			break;
		}
	}
	plot_data_free(&data);
	return 0;
}

static int read_traces(struct timeline *t, const struct plot_request *request, char **policies,
		       unsigned nr, struct error *err)
{
	const char *dir = request->dirs[0];
	int failed = 0;

	for (t->panel = 0; t->panel < nr && !failed; t->panel++) {
		size_t room = strlen(dir) + strlen(policies[t->panel]) + 16;
		char *path = malloc(room);

		if (!path)
			return error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
		snprintf(path, room, "%s/trace-%s.bin", dir, policies[t->panel]);
		failed = read_trace(t, path, request, err);
		free(path);
	}
	return failed;
}

/* The blocks are written side by side and then put one behind the other. */
static void append(FILE *to, FILE *from)
{
	char chunk[4096];
	size_t n;

	rewind(from);
	while ((n = fread(chunk, 1, sizeof(chunk), from)) > 0)
		fwrite(chunk, 1, n, to);
	fputs("-1 0 0 0 0 0\n\n\n", to); /* never an empty block */
}

static int prepare(const struct plot_request *request, FILE *dat, FILE *vars, struct error *err)
{
	struct timeline t = {.stints = tmpfile(), .spins = tmpfile(), .harms = tmpfile()};
	char *policies[MAX_PANELS];
	unsigned nr = 0;
	int failed;

	if (!t.stints || !t.spins || !t.harms)
		failed =
			error_set(err, STATUS_IO, "plot", "no temporary file: %s", strerror(errno));
	else
		failed = find_traces(request->dirs[0], policies, &nr, err);
	if (!failed && nr)
		failed = read_traces(&t, request, policies, nr, err);
	if (!failed && nr) {
		append(dat, t.stints);
		append(dat, t.spins);
		append(dat, t.harms);
		plot_put_words(vars, "policies", policies, nr);
		plot_put_words(vars, "vms", t.vms, t.nr_vms);
		fprintf(vars, "nr_pcpus = %u\nfrom_ms = %.6f\nto_ms = %.6f\n", t.nr_pcpus,
			ms(t.from_ns), ms(t.to_ns));
	}
	if (t.stints)
		fclose(t.stints);
	if (t.spins)
		fclose(t.spins);
	if (t.harms)
		fclose(t.harms);
	while (t.nr_vms)
		free(t.vms[--t.nr_vms]);
	failed = failed ? -1 : nr != 0;
	while (nr)
		free(policies[--nr]);
	return failed;
}

const struct plot_figure figure_timeline = {
	.name = "timeline",
	.summary = "who ran on each pCPU in a window of the run, a panel a policy",
	.prepare = prepare,
};
