/* SPDX-License-Identifier: BSD-2-Clause */
#include "study.h"

#include <stdlib.h>
#include <string.h>

static int no_memory(struct error *err)
{
	return error_set(err, STATUS_IO, "memory", "out of memory");
}

static uint32_t nr_hists(const struct study *study)
{
	return (1 + study->world->nr_groups) * NR_GH;
}

/* -- columns ---------------------------------------------------------------- */

/* Appends the columns of one scope; only counts while study->columns is NULL. */
static void add_columns(struct study *study, const struct scope *scope)
{
	uint32_t i;

	for (i = 0; i < nr_metric_registry; i++) {
		if (!(metric_registry[i].scopes & 1u << scope->kind))
			continue;
		if (study->columns)
			study->columns[study->nr_columns] =
				(struct study_column){&metric_registry[i], *scope};
		study->nr_columns++;
	}
}

static void add_scopes(struct study *study)
{
	const struct world *world = study->world;
	struct scope scope = scope_host(world);
	uint32_t i;

	study->nr_columns = 0;
	add_columns(study, &scope);
	for (i = 0; i < world->nr_groups; i++) {
		scope = scope_group(world, i);
		add_columns(study, &scope);
	}
	for (i = 0; i < world->nr_vms; i++) {
		scope = scope_vm(i);
		add_columns(study, &scope);
	}
}

/* How many metrics before this one, or all with NULL, have columns in such a scope. */
static uint32_t nr_before(const struct metric *metric, enum scope_kind kind)
{
	const struct metric *end = metric ? metric : metric_registry + nr_metric_registry, *m;
	uint32_t nr = 0;

	for (m = metric_registry; m < end; m++)
		nr += (m->scopes & 1u << kind) != 0;
	return nr;
}

int study_init(struct study *study, const struct world *world, const uint32_t *policies,
	       uint32_t nr_policies, uint32_t max_reps, struct error *err)
{
	uint32_t i;

	memset(study, 0, sizeof(*study));
	study->world = world;
	study->nr_policies = nr_policies;
	study->max_reps = max_reps;
	study->policies = calloc(nr_policies, sizeof(*study->policies));
	study->reps = calloc((size_t)max_reps * nr_policies, sizeof(struct study_rep *));
	study->voids = calloc(nr_policies, sizeof(*study->voids));
	study->boots = calloc((size_t)nr_policies * nr_hists(study), sizeof(struct boot *));
	add_scopes(study);
	study->columns = calloc(study->nr_columns, sizeof(*study->columns));
	if (!study->policies || !study->reps || !study->boots || !study->voids || !study->columns) {
		study_fini(study);
		return no_memory(err);
	}
	add_scopes(study);
	study->nr_halves = nr_before(NULL, SCOPE_HOST);
	for (i = 0; i < nr_policies; i++) {
		study->policies[i] = policies[i];
		if (policies[i] == world->baseline)
			study->baseline = i;
	}
	return 0;
}

static void drop_boots(struct study *study)
{
	uint32_t i;

	for (i = 0; study->boots && i < study->nr_policies * nr_hists(study); i++) {
		free(study->boots[i]);
		study->boots[i] = NULL;
	}
}

void study_fini(struct study *study)
{
	uint32_t i;

	drop_boots(study);
	for (i = 0; study->reps && i < study->max_reps * study->nr_policies; i++)
		study_rep_free(study, study->reps[i]);
	free(study->boots);
	free(study->voids);
	free(study->reps);
	free(study->policies);
	free(study->columns);
	memset(study, 0, sizeof(*study));
}

/* Where a policy stood before those in front of it became void. */
static uint32_t asked_at(const struct study *study, uint32_t policy)
{
	uint32_t at = policy, i;

	for (i = 0; i < study->nr_voids; i++)
		at += study->voids[i].at <= at;
	return at;
}

static void keep_void(struct study *study, const struct study_void *made)
{
	uint32_t i = study->nr_voids++;

	for (; i > 0 && study->voids[i - 1].at > made->at; i--)
		study->voids[i] = study->voids[i - 1];
	study->voids[i] = *made;
}

void study_void(struct study *study, uint32_t policy, uint32_t rep, const struct error *why)
{
	const uint32_t nr = study->nr_policies;
	struct study_void made = {.policy = study->policies[policy],
				  .at = asked_at(study, policy),
				  .baseline = policy == study->baseline,
				  .rep = rep,
				  .err = *why};
	uint32_t r, p;

	drop_boots(study);
	for (r = 0; r < study->max_reps; r++) {
		study_rep_free(study, study->reps[(size_t)r * nr + policy]);
		for (p = 0; p < nr - 1; p++)
			study->reps[(size_t)r * (nr - 1) + p] =
				study->reps[(size_t)r * nr + p + (p >= policy)];
	}
	for (r = study->max_reps * (nr - 1); r < study->max_reps * nr; r++)
		study->reps[r] = NULL;
	memmove(study->policies + policy, study->policies + policy + 1,
		(nr - 1 - policy) * sizeof(*study->policies));
	study->nr_policies--;
	if (made.baseline)
		study->baseline = STUDY_NO_BASELINE;
	else if (study->baseline != STUDY_NO_BASELINE && policy < study->baseline)
		study->baseline--;
	keep_void(study, &made);
}

struct study_rep **study_slot(const struct study *study, uint32_t rep, uint32_t policy)
{
	return &study->reps[(size_t)rep * study->nr_policies + policy];
}

uint32_t study_nr_reps(const struct study *study, uint32_t policy)
{
	return study->nr_of ? study->nr_of[policy] : study->nr_reps;
}

const char *study_policy_name(const struct study *study, uint32_t policy)
{
	return study->world->policies[study->policies[policy]].name;
}

bool study_speaks(const struct study *study, const struct metric *metric)
{
	struct scope host = scope_host(study->world);
	uint32_t column = study_column(study, metric, &host), p, r;

	if (!metric->rare)
		return true;
	for (p = 0; p < study->nr_policies; p++) {
		for (r = 0; r < study_nr_reps(study, p); r++) {
			struct sample x = (*study_slot(study, r, p))->samples[column];

			if (x.den > 0 && x.num != 0)
				return true;
		}
	}
	return false;
}

/* As add_scopes lays them out: the host's, every group's, every VM's. */
uint32_t study_column(const struct study *study, const struct metric *metric,
		      const struct scope *scope)
{
	uint32_t column = nr_before(metric, scope->kind);

	if (!(metric->scopes & 1u << scope->kind))
		return UINT32_MAX;
	if (scope->kind == SCOPE_HOST)
		return column;
	column += nr_before(NULL, SCOPE_HOST);
	if (scope->kind == SCOPE_GROUP)
		return column + scope->id * nr_before(NULL, SCOPE_GROUP);
	column += study->world->nr_groups * nr_before(NULL, SCOPE_GROUP);
	return column + scope->id * nr_before(NULL, SCOPE_VM);
}

/* -- one replication -------------------------------------------------------- */

void study_rep_free(const struct study *study, struct study_rep *rep)
{
	uint32_t i;

	if (!rep)
		return;
	for (i = 0; rep->hists && i < nr_hists(study); i++)
		free(rep->hists[i]);
	free(rep->hists);
	free(rep->samples);
	free(rep->halves);
	free(rep->pcpus);
	free(rep);
}

struct hist *study_merge_guests(const struct study *study, const struct sim_result *result)
{
	struct hist *merged = calloc(NR_GH, sizeof(*merged));
	uint32_t g, h;

	for (g = 0; merged && g < result->nr_groups; g++) {
		if (study->world->groups[g].noise)
			continue;
		for (h = 0; h < NR_GH; h++)
			hist_merge(&merged[h], &result->groups[g].hist[h]);
	}
	return merged;
}

static const struct hist *scope_hists(const struct sim_result *result, const struct scope *scope,
				      const struct hist *merged)
{
	switch (scope->kind) {
	case SCOPE_HOST:
		return merged;
	case SCOPE_GROUP:
		return result->groups[scope->id].hist;
	default:
		return NULL;
	}
}

static bool same_scope(const struct scope *a, const struct scope *b)
{
	return a->kind == b->kind && a->id == b->id;
}

static void digest_samples(const struct study *study, const struct sim_result *result,
			   const struct hist *merged, struct study_rep *rep)
{
	struct metric_input in;
	uint32_t i;

	for (i = 0; i < study->nr_columns; i++) {
		const struct study_column *c = &study->columns[i];

		/* columns of one scope stand together */
		if (i == 0 || !same_scope(&c->scope, &c[-1].scope))
			metric_input_init(&in, study->world, result, &c->scope,
					  scope_hists(result, &c->scope, merged));
		rep->samples[i] = metric_sample(c->metric, &in);
	}
}

static int digest_hists(const struct study *study, const struct sim_result *result,
			const struct hist *merged, struct study_rep *rep)
{
	uint32_t i;

	for (i = 0; i < nr_hists(study); i++) {
		rep->hists[i] = hist_pack(
			i < NR_GH ? &merged[i] : &result->groups[i / NR_GH - 1].hist[i % NR_GH]);
		if (!rep->hists[i])
			return -1;
	}
	return 0;
}

struct study_rep *study_digest(const struct study *study, const struct sim_result *result)
{
	struct study_rep *rep = calloc(1, sizeof(*rep));
	struct hist *merged = study_merge_guests(study, result);

	if (rep) {
		rep->samples = calloc(study->nr_columns, sizeof(*rep->samples));
		rep->hists = calloc(nr_hists(study), sizeof(struct hist_packed *));
		rep->pcpus = calloc(result->nr_pcpus + 1, sizeof(*rep->pcpus));
	}
	if (!rep || !merged || !rep->samples || !rep->hists || !rep->pcpus ||
	    digest_hists(study, result, merged, rep)) {
		free(merged);
		study_rep_free(study, rep);
		return NULL;
	}
	digest_samples(study, result, merged, rep);
	rep->nr_pcpus = result->nr_pcpus;
	memcpy(rep->pcpus, result->pcpus, result->nr_pcpus * sizeof(*rep->pcpus));
	rep->window_ns = result->window_ns;
	rep->end_ns = result->end_ns;
	rep->nr_events = result->nr_events;
	rep->nr_violations = result->nr_violations;
	memcpy(rep->violation, result->violation, sizeof(rep->violation));
	rep->violation[sizeof(rep->violation) - 1] = '\0';
	free(merged);
	return rep;
}

uint32_t study_early_ends(const struct study *study, uint64_t *least_ns, uint64_t *most_ns)
{
	uint32_t nr = 0, p, r;

	*least_ns = UINT64_MAX;
	*most_ns = 0;
	for (p = 0; p < study->nr_policies; p++) {
		for (r = 0; r < study_nr_reps(study, p); r++) {
			uint64_t window_ns = (*study_slot(study, r, p))->window_ns;

			if (window_ns >= study->world->run.duration_ns)
				continue;
			nr++;
			*least_ns = window_ns < *least_ns ? window_ns : *least_ns;
			*most_ns = window_ns > *most_ns ? window_ns : *most_ns;
		}
	}
	return nr;
}
