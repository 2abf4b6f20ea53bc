/* SPDX-License-Identifier: BSD-2-Clause */
#include "diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"

/* -- which policies --------------------------------------------------------- */

static uint32_t find_policy(const struct results *r, const char *name)
{
	uint32_t i = 0;

	while (i < r->nr_policies && strcmp(r->policies[i].name, name) != 0)
		i++;
	return i;
}

static int no_policy(const struct results *r, const char *name, struct error *err)
{
	struct suggest suggest;
	uint32_t i;

	suggest_init(&suggest, name);
	for (i = 0; i < r->nr_policies; i++)
		suggest_offer(&suggest, r->policies[i].name);
	return error_set(err, STATUS_INPUT, "usage", "--policy: %.300s has no policy '%.64s'%s%s%s",
			 r->dir, name, suggest.best ? "; did you mean '" : "",
			 suggest.best ? suggest.best : "", suggest.best ? "'?" : "");
}

static int add_pair(struct diff *d, const char *a, const char *b, struct error *err)
{
	struct diff_pair pair = {find_policy(&d->a, a), find_policy(&d->b, b)};

	if (pair.a == d->a.nr_policies)
		return no_policy(&d->a, a, err);
	if (pair.b == d->b.nr_policies)
		return no_policy(&d->b, b, err);
	if (d->nr_pairs == RESULTS_MAX_POLICIES)
		return error_set(err, STATUS_INPUT, "usage", "--policy: expected at most %u",
				 RESULTS_MAX_POLICIES);
	d->pairs[d->nr_pairs++] = pair;
	return 0;
}

/* "gang,cfs=mine" */
static int add_named(struct diff *d, const char *policies, struct error *err)
{
	char *copy = arena_copy(&d->arena, policies, strlen(policies)), *rest = copy, *name;

	while ((name = strsep(&rest, ","))) {
		char *equals = strchr(name, '=');

		if (equals)
			*equals = '\0';
		if (add_pair(d, name, equals ? equals + 1 : name, err))
			return -1;
	}
	return 0;
}

static int choose_pairs(struct diff *d, const char *policies, struct error *err)
{
	uint32_t i;

	d->pairs = arena_array(&d->arena, RESULTS_MAX_POLICIES, sizeof(*d->pairs));
	if (policies)
		return add_named(d, policies, err);
	for (i = 0; i < d->a.nr_policies; i++) {
		const char *name = d->a.policies[i].name;

		if (find_policy(&d->b, name) < d->b.nr_policies && add_pair(d, name, name, err))
			return -1;
	}
	if (!d->nr_pairs && d->a.nr_policies == 1 && d->b.nr_policies == 1)
		d->pairs[d->nr_pairs++] = (struct diff_pair){0, 0};
	if (d->nr_pairs)
		return 0;
	return error_set(err, STATUS_INPUT, "usage",
			 "diff: %.300s and %.300s have no policy of the same name; expected "
			 "--policy A=B, such as --policy %.64s=%.64s",
			 d->a.dir, d->b.dir, d->a.policies[0].name, d->b.policies[0].name);
}

/* -- which replications ------------------------------------------------------ */

static int choose_reps(struct diff *d, struct error *err)
{
	const struct results *a = &d->a, *b = &d->b;
	uint32_t end_a = a->first + a->nr_reps, end_b = b->first + b->nr_reps;
	uint32_t end = end_a < end_b ? end_a : end_b;

	if (!a->nr_reps || !b->nr_reps)
		return error_set(err, STATUS_INPUT, "results",
				 "%.300s/study.json:1:1: found no replication, expected one at "
				 "least",
				 a->nr_reps ? b->dir : a->dir);
	d->first = a->first > b->first ? a->first : b->first;
	d->paired = a->seed == b->seed && d->first < end;
	d->nr_reps = d->paired ? end - d->first : 0;
	return 0;
}

/* -- what both have ----------------------------------------------------------- */

static const struct results_group *group_of(const struct results *r, const char *name)
{
	uint32_t i;

	for (i = 0; i < r->nr_groups; i++)
		if (!strcmp(r->groups[i].name, name))
			return &r->groups[i];
	return NULL;
}

static bool has_vm(const struct results_group *g, const char *name, uint32_t guess)
{
	uint32_t i;

	if (guess < g->nr_vms && !strcmp(g->vms[guess], name))
		return true;
	for (i = 0; i < g->nr_vms; i++)
		if (!strcmp(g->vms[i], name))
			return true;
	return false;
}

static void add_group(struct diff *d, const struct results_group *a, const struct results_group *b)
{
	struct world *world = &d->world;
	struct vm_group *group = &world->groups[world->nr_groups];
	uint32_t i;

	snprintf(group->name, sizeof(group->name), "%s", a->name);
	group->noise = a->noise;
	group->first_vm = world->nr_vms;
	for (i = 0; i < a->nr_vms; i++) {
		struct vm_spec *vm = &world->vms[world->nr_vms];

		if (!has_vm(b, a->vms[i], i))
			continue;
		snprintf(vm->name, sizeof(vm->name), "%s", a->vms[i]);
		vm->group = world->nr_groups;
		vm->noise = a->noise;
		world->nr_vms++;
	}
	group->nr_vms = world->nr_vms - group->first_vm;
	world->nr_groups++;
}

static void name_policy(struct diff *d, uint32_t i, char side, const struct results_policy *from)
{
	struct policy_spec *spec = &d->world.policies[i];

	snprintf(spec->name, sizeof(spec->name), "%c:%.60s", side, from->name);
	snprintf(spec->policy, sizeof(spec->policy), "%.15s", from->policy);
	snprintf(spec->build, sizeof(spec->build), "%.16s", from->build);
}

static void make_world(struct diff *d)
{
	struct world *world = &d->world;
	uint32_t i;

	world->run.seed = d->a.seed;
	world->nr_policies = 2 * d->nr_pairs;
	world->policies = arena_array(&d->arena, world->nr_policies, sizeof(*world->policies));
	world->groups = arena_array(&d->arena, d->a.nr_groups + 1, sizeof(*world->groups));
	world->vms = arena_array(&d->arena, d->a.nr_vms + 1, sizeof(*world->vms));
	for (i = 0; i < d->nr_pairs; i++) {
		name_policy(d, 2 * i, 'A', &d->a.policies[d->pairs[i].a]);
		name_policy(d, 2 * i + 1, 'B', &d->b.policies[d->pairs[i].b]);
	}
	for (i = 0; i < d->a.nr_groups; i++) {
		const struct results_group *b = group_of(&d->b, d->a.groups[i].name);

		if (b)
			add_group(d, &d->a.groups[i], b);
	}
}

/* -- the study ------------------------------------------------------------------ */

static int make_study(struct diff *d, struct error *err)
{
	uint32_t nr = 2 * d->nr_pairs, i;
	uint32_t most = d->a.nr_reps > d->b.nr_reps ? d->a.nr_reps : d->b.nr_reps;
	uint32_t *policies = arena_array(&d->arena, nr, sizeof(*policies));

	for (i = 0; i < nr; i++)
		policies[i] = i;
	if (study_init(&d->study, &d->world, policies, nr, most, err))
		return -1;
	d->study.first_rep = d->paired ? d->first : 0;
	d->study.nr_reps = d->paired ? d->nr_reps : most;
	d->study.unpaired = !d->paired;
	if (d->paired)
		return 0;
	d->study.nr_of = arena_array(&d->arena, nr, sizeof(*d->study.nr_of));
	for (i = 0; i < nr; i++)
		d->study.nr_of[i] = i % 2 ? d->b.nr_reps : d->a.nr_reps;
	return 0;
}

static int read_side(struct diff *d, struct results *r, bool is_b, struct error *err)
{
	uint32_t *from = arena_array(&d->arena, d->nr_pairs, sizeof(*from));
	uint32_t *to = arena_array(&d->arena, d->nr_pairs, sizeof(*to)), i;

	for (i = 0; i < d->nr_pairs; i++) {
		from[i] = is_b ? d->pairs[i].b : d->pairs[i].a;
		to[i] = 2 * i + is_b;
	}
	return results_read(r, &d->study, from, to, d->nr_pairs,
			    d->paired ? d->first - r->first : 0, err);
}

int diff_open(struct diff *diff, const char *dir_a, const char *dir_b, const char *policies,
	      struct error *err)
{
	int failed;

	memset(diff, 0, sizeof(*diff));
	if (results_open(&diff->a, dir_a, err))
		return -1;
	failed = results_open(&diff->b, dir_b, err) || choose_pairs(diff, policies, err) ||
		 choose_reps(diff, err);
	if (!failed) {
		make_world(diff);
		failed = make_study(diff, err) || read_side(diff, &diff->a, false, err) ||
			 read_side(diff, &diff->b, true, err) || results_check(dir_a, err) ||
			 results_check(dir_b, err);
	}
	if (failed)
		diff_close(diff);
	else
		diff_find_keys(diff);
	return failed ? -1 : 0;
}

void diff_close(struct diff *diff)
{
	if (diff->study.world)
		study_fini(&diff->study);
	results_close(&diff->a);
	results_close(&diff->b);
	arena_free(&diff->arena);
	memset(diff, 0, sizeof(*diff));
}

void diff_measure(struct diff *diff, uint32_t pair, uint32_t column, struct diff_row *row)
{
	struct study *study = &diff->study;

	study->baseline = 2 * pair;
	study_shown(study, column, 2 * pair, &row->a);
	study_shown(study, column, 2 * pair + 1, &row->b);
	study_difference(study, column, 2 * pair + 1, &row->moved);
	row->verdict = study_verdict(study->columns[column].metric, &row->moved);
}
