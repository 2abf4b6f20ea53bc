/* SPDX-License-Identifier: BSD-2-Clause */
#include "rep_wire.h"

#include <stdlib.h>
#include <string.h>

/* Where bytes go to (data NULL: they are only counted), or come from. */
struct stream {
	unsigned char *data;
	size_t at, bytes;
	bool failed; /* there were not so many */
};

static void put(struct stream *s, const void *from, size_t bytes)
{
	if (s->data && bytes)
		memcpy(s->data + s->at, from, bytes);
	s->at += bytes;
}

static void get(struct stream *s, void *to, size_t bytes)
{
	if (s->failed || bytes > s->bytes - s->at) {
		s->failed = true;
		memset(to, 0, bytes);
		return;
	}
	if (bytes)
		memcpy(to, s->data + s->at, bytes);
	s->at += bytes;
}

static uint32_t nr_hists(const struct study *study)
{
	return (1 + study->world->nr_groups) * NR_GH;
}

/* -- out ------------------------------------------------------------------------ */

static void put_hist(struct stream *s, const struct hist_packed *h)
{
	const uint64_t head[4] = {h->count, h->censored, h->max, h->nr};

	put(s, head, sizeof(head));
	put(s, &h->sum, sizeof(h->sum));
	put(s, h->bucket, h->nr * sizeof(*h->bucket));
	put(s, h->index, h->nr * sizeof(*h->index));
}

static void put_rep(struct stream *s, const struct study *study, const struct study_rep *rep)
{
	uint32_t nr_halves = rep->halves ? study->nr_halves : 0, i;

	put(s, &rep->nr_pcpus, sizeof(rep->nr_pcpus));
	put(s, &rep->window_ns, sizeof(rep->window_ns));
	put(s, &rep->end_ns, sizeof(rep->end_ns));
	put(s, &rep->nr_events, sizeof(rep->nr_events));
	put(s, &rep->nr_violations, sizeof(rep->nr_violations));
	put(s, rep->violation, sizeof(rep->violation));
	put(s, rep->samples, study->nr_columns * sizeof(*rep->samples));
	put(s, &nr_halves, sizeof(nr_halves));
	put(s, rep->halves, nr_halves * sizeof(*rep->halves));
	put(s, rep->pcpus, rep->nr_pcpus * sizeof(*rep->pcpus));
	for (i = 0; i < nr_hists(study); i++)
		put_hist(s, rep->hists[i]);
}

void *rep_pack(const struct study *study, const struct study_rep *rep, size_t *bytes)
{
	struct stream s = {0};

	put_rep(&s, study, rep);
	*bytes = s.at;
	s.data = malloc(s.at);
	s.at = 0;
	if (s.data)
		put_rep(&s, study, rep);
	return s.data;
}

/* -- in ------------------------------------------------------------------------- */

static struct hist_packed *get_hist(struct stream *s)
{
	struct hist_packed *p;
	uint64_t head[4];
	uint32_t i;

	get(s, head, sizeof(head));
	if (s->failed || head[3] > HIST_BUCKETS)
		return NULL;
	p = malloc(sizeof(*p) + head[3] * (sizeof(p->bucket[0]) + sizeof(p->index[0])));
	if (!p)
		return NULL;
	p->count = head[0];
	p->censored = head[1];
	p->max = head[2];
	p->nr = (uint32_t)head[3];
	get(s, &p->sum, sizeof(p->sum));
	p->bucket = (uint64_t *)(p + 1);
	p->index = (uint16_t *)(p->bucket + p->nr);
	get(s, p->bucket, p->nr * sizeof(p->bucket[0]));
	get(s, p->index, p->nr * sizeof(p->index[0]));
	for (i = 0; i < p->nr; i++)
		if (p->index[i] >= HIST_BUCKETS)
			s->failed = true;
	return p;
}

static bool get_rep(struct stream *s, const struct study *study, struct study_rep *rep)
{
	uint32_t nr_halves, i;

	get(s, &rep->nr_pcpus, sizeof(rep->nr_pcpus));
	get(s, &rep->window_ns, sizeof(rep->window_ns));
	get(s, &rep->end_ns, sizeof(rep->end_ns));
	get(s, &rep->nr_events, sizeof(rep->nr_events));
	get(s, &rep->nr_violations, sizeof(rep->nr_violations));
	get(s, rep->violation, sizeof(rep->violation));
	rep->violation[sizeof(rep->violation) - 1] = '\0';
	if (s->failed || rep->nr_pcpus > study->world->host.nr_pcpus)
		return false;
	rep->samples = calloc(study->nr_columns, sizeof(*rep->samples));
	rep->pcpus = calloc(rep->nr_pcpus + 1, sizeof(*rep->pcpus));
	rep->hists = calloc(nr_hists(study), sizeof(struct hist_packed *));
	if (!rep->samples || !rep->pcpus || !rep->hists)
		return false;
	get(s, rep->samples, study->nr_columns * sizeof(*rep->samples));
	get(s, &nr_halves, sizeof(nr_halves));
	if (nr_halves && nr_halves != study->nr_halves)
		return false;
	if (nr_halves) {
		rep->halves = calloc(nr_halves, sizeof(*rep->halves));
		if (!rep->halves)
			return false;
		get(s, rep->halves, nr_halves * sizeof(*rep->halves));
	}
	get(s, rep->pcpus, rep->nr_pcpus * sizeof(*rep->pcpus));
	for (i = 0; i < nr_hists(study); i++) {
		rep->hists[i] = get_hist(s);
		if (!rep->hists[i])
			return false;
	}
	return !s->failed && s->at == s->bytes;
}

struct study_rep *rep_unpack(const struct study *study, const void *data, size_t bytes)
{
	struct stream s = {.data = (unsigned char *)data, .bytes = bytes};
	struct study_rep *rep = calloc(1, sizeof(*rep));

	if (rep && get_rep(&s, study, rep))
		return rep;
	study_rep_free(study, rep);
	return NULL;
}
