/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * corun_trace.c - how much of the time a domain's vCPUs run together.
 *
 * Reads what `xentrace -e 0x21000` wrote: words of the host, a header (event in
 * 28 bits, number of words in 3, one bit for "a cycle count follows"), then the
 * words.  Of them the changes of runstate count: old state in bits 8 and 9 of the
 * event, new one in 4 and 5, 0 is running; the word says vCPU (low half) and domain.
 * (Facts: Xen 4.17, public/trace.h.)
 *
 * Prints for each domain: vCPUs, all running / any running in percent, how much of the
 * time each of them ran, and any did, and how many spells of "any" there were: a gang's
 * spells are its slots, and what "any" has beyond "ran" is how far their ends were apart.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHANGE 0x21001u
#define CHANGE_MASK 0x0ffff00fu
#define LOST_RECORDS 0x1f001u
#define LOST 2
#define MAX_DOMAINS 64
#define MAX_VCPUS 32

struct change {
	uint64_t tsc;
	uint64_t order;
	uint32_t domain;
	uint32_t vcpu;
	int runs;
};

struct domain {
	uint32_t nr; /* vCPUs seen */
	uint32_t known; /* bits: whose state is known */
	uint32_t running;
	uint64_t since;
	uint64_t any;
	uint64_t all;
	uint64_t ran[MAX_VCPUS];
	uint64_t whole;
	uint64_t nr_spells; /* of any running */
};

static int compare(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	if (x->tsc != y->tsc)
		return x->tsc < y->tsc ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* One record: 1, LOST if Xen had no room for some, 0 for another event, -1 at the end. */
static int read_change(FILE *f, struct change *c)
{
	uint32_t head, words[9], nr, half[2] = {0, 0};

	if (fread(&head, 4, 1, f) != 1)
		return -1;
	nr = head >> 28 & 7;
	if (head >> 31 && fread(half, 4, 2, f) != 2)
		return -1;
	if (nr && fread(words, 4, nr, f) != nr)
		return -1;
	if ((head & 0x0fffffff) == LOST_RECORDS)
		return LOST;
	if ((head & CHANGE_MASK) != CHANGE || !nr)
		return 0;
	c->tsc = (uint64_t)half[1] << 32 | half[0];
	c->vcpu = words[0] & 0xffff;
	c->domain = words[0] >> 16;
	c->runs = (head >> 4 & 3) == 0;
	return 1;
}

static void apply(struct domain *d, const struct change *c)
{
	uint32_t bit = 1u << c->vcpu, all = (d->nr < 32 ? 1u << d->nr : 0) - 1;

	for (uint32_t i = 0; d->known == all && i < d->nr; i++)
		d->ran[i] += d->running >> i & 1 ? c->tsc - d->since : 0;
	if (d->known == all) {
		d->whole += c->tsc - d->since;
		if (d->running)
			d->any += c->tsc - d->since;
		if (d->running == all)
			d->all += c->tsc - d->since;
	}
	d->known |= bit;
	d->nr_spells += c->runs && !d->running;
	d->running = c->runs ? d->running | bit : d->running & ~bit;
	d->since = c->tsc;
}

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void print(size_t id, const struct domain *d)
{
	uint32_t i;

	printf("domain=%zu vcpus=%u corun_pct=%.1f ran_pct=", id, d->nr, percent(d->all, d->any));
	for (i = 0; i < d->nr; i++)
		printf("%s%.1f", i ? "," : "", percent(d->ran[i], d->whole));
	printf(" any_pct=%.1f spells=%llu\n", percent(d->any, d->whole),
	       (unsigned long long)d->nr_spells);
}

int main(int argc, char **argv)
{
	static struct domain domains[MAX_DOMAINS];
	size_t room = 1 << 16, nr = 0, i;
	struct change *list = malloc(room * sizeof(*list)), c;
	FILE *f = argc > 1 ? fopen(argv[1], "rb") : stdin;
	uint32_t nr_lost = 0;
	int what;

	memset(&c, 0, sizeof(c));
	if (!f || !list)
		return 1;
	while ((what = read_change(f, &c)) >= 0) {
		nr_lost += what == LOST;
		if (what != 1 || c.domain >= MAX_DOMAINS || c.vcpu >= MAX_VCPUS)
			continue;
		c.order = nr;
		if (nr == room) {
			struct change *more = realloc(list, (room *= 2) * sizeof(*list));

			if (!more)
				return 1;
			list = more;
		}
		list[nr++] = c;
		if (domains[c.domain].nr <= c.vcpu)
			domains[c.domain].nr = c.vcpu + 1;
	}
	qsort(list, nr, sizeof(*list), compare);
	for (i = 0; i < nr; i++)
		apply(&domains[list[i].domain], &list[i]);
	printf("changes=%zu mcycles=%llu lost=%u\n", nr,
	       nr ? (unsigned long long)(list[nr - 1].tsc - list[0].tsc) / 1000000 : 0, nr_lost);
	for (i = 0; i < MAX_DOMAINS; i++)
		if (domains[i].nr && domains[i].any)
			print(i, &domains[i]);
	return 0;
}
