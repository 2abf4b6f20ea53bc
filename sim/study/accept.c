/* SPDX-License-Identifier: BSD-2-Clause */
#include "accept.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "engine/sim.h"
#include "jobs.h"

enum reply { REPLY_ACCEPTED = 1, REPLY_REFUSED };

struct list {
	struct question *questions;
	uint32_t first, nr;
};

/* One message for each question, in order. */
static void ask_main(void *context, int in, int out, struct where *where)
{
	const struct list *list = context;
	uint32_t i;

	(void)in;
	for (i = list->first; i < list->nr; i++) {
		const struct question *q = &list->questions[i];
		struct error err = {STATUS_OK, "", ""};
		int refused;

		where->callback = WHERE_NOWHERE;
		refused = sim_accepts(q->world, q->policy, where, &err);
		if (message_send(out, refused ? REPLY_REFUSED : REPLY_ACCEPTED, &err, sizeof(err)))
			return;
	}
}

/* 1: answered; 0: the child died. */
static int take_reply(struct question *q, struct child *child, uint64_t patience_ns)
{
	struct inbox inbox;
	int got = child_answer(child, patience_ns ? patience_ns : JOBS_PATIENCE_NS, &inbox);

	if (got && inbox.head.kind == REPLY_REFUSED && inbox.head.bytes == sizeof(q->err)) {
		q->refused = true;
		memcpy(&q->err, inbox.data, sizeof(q->err));
		q->err.kind[sizeof(q->err.kind) - 1] = q->err.text[sizeof(q->err.text) - 1] = '\0';
	}
	inbox_clear(&inbox);
	return got;
}

static void note_death(struct question *q, struct child *child)
{
	char where[WHERE_CHARS], fate[CHILD_FATE_CHARS];
	const char *kind = child_fate(child, fate);

	where_text(child->where, where);
	q->died = true;
	error_set(&q->err, STATUS_MODEL, kind, "policy %s: %s %s",
		  q->world->policies[q->policy].name, where, fate);
}

int study_accepts(struct question *questions, uint32_t nr, uint64_t patience_ns, struct error *err)
{
	struct list list = {.questions = questions, .nr = nr};

	while (list.first < nr) {
		struct child child;
		int got = 1;

		if (child_start(&child, ask_main, &list, NULL, err))
			return -1;
		while (list.first < nr && got) {
			struct question *q = &questions[list.first++];

			got = take_reply(q, &child, patience_ns);
			if (!got)
				note_death(q, &child);
		}
		child_end(&child);
	}
	return 0;
}
