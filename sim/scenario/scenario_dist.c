/* SPDX-License-Identifier: BSD-2-Clause */
/* DIST nodes become struct dist. */
#include <math.h>
#include <string.h>

#include "scenario_parts.h"

/* ns times scale, within the limits. */
static uint64_t scaled_ns(uint64_t ns, double scale)
{
	double scaled = (double)ns * scale + 0.5;

	return scaled < (double)WORLD_MAX_NS ? (uint64_t)scaled : WORLD_MAX_NS;
}

static double get_d(const struct node *node, const char *name)
{
	return node_get(node, name)->d;
}

static double get_ns(const struct node *node, const char *name)
{
	return (double)node_get(node, name)->u;
}

static void dist_exponential(const struct node *node, struct dist *dist)
{
	dist->kind = DIST_EXPONENTIAL;
	dist->a = get_ns(node, "mean");
}

static void dist_lognormal(const struct node *node, struct dist *dist)
{
	dist->kind = DIST_LOGNORMAL;
	dist->a = get_ns(node, "median");
	dist->b = get_d(node, "sigma");
}

static void dist_normal(const struct node *node, struct dist *dist)
{
	dist->kind = DIST_NORMAL;
	dist->a = get_ns(node, "mean");
	dist->b = get_ns(node, "sd");
}

static void dist_gamma(const struct node *node, struct dist *dist)
{
	dist->kind = DIST_GAMMA;
	dist->a = get_d(node, "shape");
	dist->b = get_ns(node, "mean") / dist->a;
}

/*
 * The last bits of tgamma are the C library's own, so they are rounded away: to whole ns,
 * or where that would be much of it to millionths.
 */
static double round_scale(double scale)
{
	double unit = scale < 1000 ? 0x1p-20 : 1;

	return floor(scale / unit + 0.5) * unit;
}

static void dist_weibull(const struct node *node, struct dist *dist)
{
	dist->kind = DIST_WEIBULL;
	dist->a = get_d(node, "shape");
	dist->b = node_get(node, "scale")
			  ? get_ns(node, "scale")
			  : round_scale(get_ns(node, "mean") / tgamma(1 + 1 / dist->a));
}

static void dist_pareto(const struct node *node, struct dist *dist)
{
	dist->kind = DIST_PARETO;
	dist->a = get_d(node, "shape");
	dist->b = get_ns(node, "min");
}

static const struct {
	const char *name;
	void (*read)(const struct node *node, struct dist *dist);
	bool scale_a, scale_b; /* which parameters are durations */
} shapes[] = {
	{"exponential", dist_exponential, true, false},
	{"lognormal", dist_lognormal, true, false},
	{"normal", dist_normal, true, true},
	{"gamma", dist_gamma, false, true},
	{"weibull", dist_weibull, false, true},
	{"pareto", dist_pareto, false, true},
};

static int read_samples(struct build *build, const struct node *values, double scale,
			struct dist *dist)
{
	dist->kind = DIST_SAMPLES;
	dist->nr_samples = values->nr;
	dist->samples = arena_array(build->arena, values->nr, sizeof(*dist->samples));
	for (struct node *at = values->first; at; at = at->next)
		*dist->samples++ = scaled_ns(at->u, scale);
	dist->samples -= values->nr;
	return 0;
}

/* The limits inside the distribution's mapping. */
static int read_clamps(struct build *build, const struct node *node, double scale,
		       struct dist *dist)
{
	const struct node *min = node_get(node, "min"), *max = node_get(node, "max");

	if (min)
		dist->min_ns = scaled_ns(min->u, scale);
	if (max)
		dist->max_ns = scaled_ns(max->u, scale);
	if (min && max && min->u > max->u)
		return node_fail(build->loader, max->place,
				 "found the max %s below the min %s, expected it above", max->text,
				 min->text);
	return 0;
}

/* Has it the mean that was asked for, if one was?  Limits of its own are meant to move it. */
static int check_mean(struct build *build, const struct node *shape, double scale,
		      const struct dist *dist)
{
	const struct node *mean = node_get(shape, "mean");
	double asked, drawn;

	if (!mean || !mean->u || node_get(shape, "min") || node_get(shape, "max"))
		return 0;
	asked = (double)mean->u * scale;
	drawn = dist_drawn_mean(dist);
	if (fabs(drawn - asked) <= asked / 100)
		return 0;
	return node_fail(build->loader, mean->place,
			 "found the mean %s, but its draws (whole ns from 0 to 24 h) have one of "
			 "%.4g ns, expected at most 1 %% off; with limits (min, max) it is meant",
			 mean->text, drawn);
}

static int read_uniform(struct build *build, const struct node *node, double scale,
			struct dist *dist)
{
	if (node->first->u > node->last->u)
		return node_fail(build->loader, node->place,
				 "found a range from %s to %s, expected the smaller one first",
				 node->first->text, node->last->text);
	dist->kind = DIST_UNIFORM;
	dist->a = (double)node->first->u * scale;
	dist->b = (double)node->last->u * scale;
	return 0;
}

int build_dist(struct build *build, const struct node *node, double scale, struct dist *dist)
{
	const struct node *shape = node->first;

	memset(dist, 0, sizeof(*dist));
	dist->max_ns = WORLD_MAX_NS;
	if (node->kind == NODE_SCALAR) {
		dist->kind = DIST_CONST;
		dist->a = (double)scaled_ns(node->u, scale);
		return 0;
	}
	if (strcmp(shape->name, "uniform") == 0)
		return read_uniform(build, shape, scale, dist);
	if (strcmp(shape->name, "samples") == 0)
		return read_samples(build, node_get(shape, "values"), scale, dist) ||
				       read_clamps(build, shape, scale, dist)
			       ? -1
			       : 0;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (strcmp(shape->name, shapes[i].name) != 0)
			continue;
		shapes[i].read(shape, dist);
		if (shapes[i].scale_a)
			dist->a *= scale;
		if (shapes[i].scale_b)
			dist->b *= scale;
	}
	return read_clamps(build, shape, scale, dist) || check_mean(build, shape, scale, dist) ? -1
											       : 0;
}
