/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.c - commands, from the boot line or typed, and the shares once a second.
 *
 * What a command says is told in `help`; a time is a number with s, ms or us.
 */
#include "host.h"

#define SECOND_NS 1000000000u

/* -- what is shown --------------------------------------------------------------------------- */

static sp_u64 ran_ns(const struct guest *g)
{
	return g->ran_ns + g->stint_ns;
}

void console_changed(struct host *h)
{
	sp_u32 i;

	h->console.since_ns = clock_ns();
	for (i = 0; i < NR_GUESTS; i++)
		h->guests[i].since_ns = ran_ns(&h->guests[i]);
}

static const char *state_name(const struct guest *g)
{
	return g->is_paused ? "stopped" : g->state == GUEST_ASLEEP ? "asleep" : "ready";
}

/* share: of what the guests had since something changed last. */
static void ps(struct host *h)
{
	sp_u64 now_ns = clock_ns(), all_ns = 0;
	sp_u32 i;

	for (i = 0; i < NR_GUESTS; i++)
		all_ns += ran_ns(&h->guests[i]) - h->guests[i].since_ns;
	say("%t: %s, unchanged for %t s, guests ran %t s\n", now_ns, h->pool.policy->name,
	    now_ns - h->console.since_ns, all_ns);
	say("id\tprogram\tnice\tweight\tstate\tcpu s\tshare %%\n");
	for (i = 0; i < NR_GUESTS; i++) {
		const struct guest *g = &h->guests[i];

		if (g->state == GUEST_ABSENT)
			continue;
		say("%u\t%s\t%d\t%u\t%s\t%t\t%p\n", i, guest_program(g->program), g->nice,
		    nice_weight(g->nice), state_name(g), ran_ns(g), ran_ns(g) - g->since_ns,
		    all_ns);
	}
}

/* Of the pCPU's time since the last such line; the rest is the host's, or idle. */
static void live(struct host *h, sp_u64 now_ns)
{
	sp_u64 all_ns = now_ns - h->console.shown_ns, rest_ns = all_ns;
	sp_u32 i;

	h->console.shown_ns = now_ns;
	say("%t", now_ns);
	for (i = 0; i < NR_GUESTS; i++) {
		struct guest *g = &h->guests[i];
		sp_u64 part_ns = ran_ns(g) - g->second_ns;

		g->second_ns = ran_ns(g);
		rest_ns -= sp_min(rest_ns, part_ns);
		if (g->state != GUEST_ABSENT)
			say("\t%u %s %p", i, guest_program(g->program), part_ns, all_ns);
	}
	say("\trest %p %%\n", rest_ns, all_ns);
}

static void help(void)
{
	say("policy [NAME [TUNABLE=VALUE]...]  which there are; choose, before the first guest\n"
	    "start PROGRAM [NICE]              a new guest\n"
	    "start ID, stop ID, end ID         goes on, waits, is no more\n"
	    "nice ID NICE                      -20 to 19\n"
	    "ps, live [off]                    shares now, shares each second\n"
	    "at TIME COMMAND                   when the clock is there\n"
	    "off\n"
	    "programs:\n");
	guest_help();
}

/* -- commands -------------------------------------------------------------------------------- */

static int set_tunable(struct sp_config *config, const struct sp_policy *policy,
		       const char *setting)
{
	sp_u64 value;
	sp_u32 i, at;

	for (i = 0; i < policy->nr_tunables; i++) {
		const struct sp_tunable *t = &policy->tunables[i];

		for (at = 0; t->name[at] && t->name[at] == setting[at]; at++)
			;
		if (t->name[at] || setting[at] != '=')
			continue;
		if (text_number(setting + at + 1, &value) || value < t->min || value > t->max)
			return -1;
		config->tunables[i] = value;
		return 0;
	}
	return -1;
}

static void list_policies(const struct host *h)
{
	sp_u32 i;

	for (i = 0; i < nr_port_policies; i++)
		say("%s %s\t%s\n", port_policies[i] == h->recorder.policy ? "*" : " ",
		    port_policies[i]->name, port_policies[i]->summary);
}

static void choose(struct host *h, const struct words *w)
{
	const struct sp_policy *policy = port_policy_find(w->word[1]);
	struct sp_config config;
	sp_u32 i;

	if (h->recorder.policy || !policy) {
		say(policy ? "policy %s has begun; boot with another one\n"
			   : "there is no policy %s\n",
		    policy ? h->recorder.policy->name : w->word[1]);
		return;
	}
	port_config_init(&config, policy, 42);
	for (i = 2; i < w->nr; i++)
		if (set_tunable(&config, policy, w->word[i])) {
			say("policy %s has no setting %s\n", policy->name, w->word[i]);
			return;
		}
	if (sched_init(h, policy, &config))
		say("policy %s refuses\n", policy->name);
}

/* The guest that a word names, or NR_GUESTS and a line. */
static sp_u32 guest_of(const struct host *h, const char *word)
{
	sp_u64 id;

	if (!text_number(word, &id) && id < NR_GUESTS && h->guests[id].state != GUEST_ABSENT)
		return (sp_u32)id;
	say("there is no guest %s\n", word);
	return NR_GUESTS;
}

/* "" is 0. */
static int nice_of(const char *word, sp_s32 *nice)
{
	int is_negative = *word == '-';
	sp_u64 level = 0;

	if ((*word && text_number(word + is_negative, &level)) ||
	    level > 19u + (sp_u32)is_negative) {
		say("nice goes from -20 to 19\n");
		return -1;
	}
	*nice = is_negative ? -(sp_s32)level : (sp_s32)level;
	return 0;
}

static void start(struct host *h, const struct words *w)
{
	sp_s32 nice;
	sp_u32 guest;

	if (w->word[1][0] >= '0' && w->word[1][0] <= '9') {
		guest = guest_of(h, w->word[1]);
		if (guest < NR_GUESTS)
			guest_go_on(h, guest);
	} else if (!nice_of(w->word[2], &nice)) {
		guest_start(h, w->word[1], nice);
	}
}

/* What stands behind two words. */
static const char *behind(const char *line)
{
	sp_u32 i;

	for (i = 0; i < 2; i++) {
		while (*line == ' ')
			line++;
		while (*line && *line != ' ')
			line++;
	}
	return line;
}

static void later(struct console *c, const char *line, const struct words *w)
{
	struct later *l = &c->later[c->nr_later];
	sp_u64 at_ns;
	sp_u32 i;

	if (c->nr_later == NR_LATER || text_number(w->word[1], &at_ns)) {
		say("at what time? (%u are waiting, %u is the most)\n", c->nr_later, NR_LATER);
		return;
	}
	line = behind(line);
	for (i = 0; line[i] && i + 1 < LINE_SIZE; i++)
		l->line[i] = line[i];
	l->line[i] = 0;
	l->at_ns = at_ns;
	c->nr_later++;
}

static void off(struct host *h)
{
	record_end(h);
	say("off\n");
	board_off();
}

/* Commands about one guest. */
static void run_guest(struct host *h, const struct words *w)
{
	sp_u32 guest = guest_of(h, w->word[1]);
	sp_s32 nice;

	if (guest == NR_GUESTS)
		return;
	if (text_is(w->word[0], "stop"))
		guest_pause(h, guest);
	else if (text_is(w->word[0], "end"))
		guest_end(h, guest);
	else if (!nice_of(w->word[2], &nice))
		guest_set_nice(h, guest, nice);
}

static void run(struct host *h, const char *line)
{
	struct words w;
	const char *verb;

	text_split(&w, line);
	verb = w.word[0];
	if (!*verb)
		return;
	if (text_is(verb, "help"))
		help();
	else if (text_is(verb, "off"))
		off(h);
	else if (text_is(verb, "at"))
		later(&h->console, line, &w);
	else if (text_is(verb, "live"))
		h->console.is_live = !text_is(w.word[1], "off");
	else if (text_is(verb, "policy") && w.nr == 1)
		list_policies(h);
	else if (text_is(verb, "policy"))
		choose(h, &w);
	else if (!h->pool.policy)
		say("choose a policy first\n");
	else if (text_is(verb, "ps"))
		ps(h);
	else if (text_is(verb, "start"))
		start(h, &w);
	else if (text_is(verb, "stop") || text_is(verb, "end") || text_is(verb, "nice"))
		run_guest(h, &w);
	else
		say("there is no command %s; help lists them\n", verb);
}

void console_run(struct host *h, const char *commands)
{
	char line[LINE_SIZE];
	sp_u32 length;

	while (*commands) {
		for (length = 0; *commands && *commands != ';'; commands++)
			if (length + 1 < LINE_SIZE)
				line[length++] = *commands;
		line[length] = 0;
		commands += *commands == ';';
		run(h, line);
	}
}

/* -- when ------------------------------------------------------------------------------------- */

void console_init(struct host *h)
{
	h->console.is_live = 1;
	h->console.live_ns = clock_ns() + SECOND_NS;
}

static void prompt(const struct console *c)
{
	sp_u32 i;

	say("> ");
	for (i = 0; i < c->length; i++)
		serial_put(c->line[i]);
}

/* Erases the prompt, and what is typed behind it. */
void console_begin(const struct host *h)
{
	if (h->console.is_typed)
		say("\r\033[K");
}

void console_end(const struct host *h)
{
	if (h->console.is_typed)
		prompt(&h->console);
}

void console_typed(struct host *h, char ch)
{
	struct console *c = &h->console;

	if (!c->is_typed) {
		c->is_typed = 1;
		prompt(c);
	}
	if (ch == '\r' || ch == '\n') {
		say("\n");
		c->line[c->length] = 0;
		c->length = 0;
		console_run(h, c->line);
		prompt(c);
	} else if ((ch == '\b' || ch == 127) && c->length) {
		c->length--;
		say("\b \b");
	} else if (ch >= ' ' && ch <= '~' && c->length + 1 < LINE_SIZE) {
		c->line[c->length++] = ch;
		serial_put(ch);
	}
}

sp_u64 console_next_ns(const struct host *h)
{
	sp_u64 at_ns = h->console.live_ns;
	sp_u32 i;

	for (i = 0; i < h->console.nr_later; i++)
		at_ns = sp_min(at_ns, h->console.later[i].at_ns);
	return at_ns;
}

static void run_due(struct host *h, sp_u64 now_ns)
{
	struct console *c = &h->console;
	struct later due;
	sp_u32 i = 0, j;

	while (i < c->nr_later) {
		if (now_ns < c->later[i].at_ns) {
			i++;
			continue;
		}
		due = c->later[i];
		for (j = i; j + 1 < c->nr_later; j++)
			c->later[j] = c->later[j + 1];
		c->nr_later--;
		console_begin(h);
		console_run(h, due.line);
		console_end(h);
	}
}

void console_due(struct host *h, sp_u64 now_ns)
{
	struct console *c = &h->console;

	run_due(h, now_ns);
	if (now_ns < c->live_ns)
		return;
	if (c->is_live) {
		console_begin(h);
		live(h, now_ns);
		console_end(h);
	}
	c->live_ns += SECOND_NS;
}
