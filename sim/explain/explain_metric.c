/* SPDX-License-Identifier: BSD-2-Clause */
/* explain_metric.c - which metrics are made of waits, and of which. */
#include <string.h>

#include "explain.h"

#define SPIN(cause) (1u << VT_SPIN_##cause)

static const struct {
	const char *name;
	bool family; /* name_mean, name_p50, ... */
	enum explain_kind kind;
	unsigned states;
} table[] = {
	{"wait", true, EXPLAIN_CPU, 0},
	{"wakeup", true, EXPLAIN_WAKEUP, 0},
	{"lockwait", true, EXPLAIN_LOCK, 0},
	{"lock_wait", false, EXPLAIN_LOCK, 0},
	{"steal", false, EXPLAIN_CPU, 0},
	{"held", false, EXPLAIN_CPU, 0},
	{"spin", false, EXPLAIN_SPIN, SPIN(CONTENTION) | SPIN(LHP) | SPIN(LWP) | SPIN(PARTNER)},
	{"lhp_spin", false, EXPLAIN_SPIN, SPIN(LHP)},
	{"lwp_spin", false, EXPLAIN_SPIN, SPIN(LWP)},
	{"partner_spin", false, EXPLAIN_SPIN, SPIN(PARTNER)},
	{"contention_spin", false, EXPLAIN_SPIN, SPIN(CONTENTION)},
};

int explain_metric(const struct metric *metric, struct explain_what *what, struct error *err)
{
	unsigned i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		size_t length = strlen(table[i].name);

		if (strncmp(metric->name, table[i].name, length) != 0 ||
		    metric->name[length] != (table[i].family ? '_' : '\0'))
			continue;
		*what = (struct explain_what){table[i].kind, table[i].states, 0};
		if (metric->kind == METRIC_QUANTILE)
			what->quantile = metric->quantile;
		else if (table[i].family && !strcmp(metric->name + length, "_max"))
			what->quantile = 1;
		return 0;
	}
	return error_set(err, STATUS_INPUT, "usage",
			 "explain: --metric %s is not made of single waits; expected one of "
			 "wait_*, "
			 "wakeup_*, lockwait_*, lock_wait, steal, held, spin, lhp_spin, lwp_spin, "
			 "partner_spin, contention_spin",
			 metric->name);
}
