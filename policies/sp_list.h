/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sp_list.h - a list of the elements of an array, by their ids, with an end at both sides.
 *
 *	struct thing { ...; struct sp_link link; } things[SP_NR_VCPUS], *thing = &things[id];
 *	struct sp_list queue;
 *
 *	sp_list_init(&queue);
 *	sp_list_append(&queue, things, id, thing);          becomes the last
 *	sp_list_prepend(&queue, things, id, thing);         becomes the first
 *	sp_list_remove(&queue, things, thing);
 *	for (id = queue.head; id != SP_NONE; id = things[id].link.next) ...
 *
 * An element is in one list at a time, and not in it yet when it is put in.  Each takes
 * the same few steps, however long the list.  The element is named twice, by id and by
 * pointer, so that it is looked up once.
 */
#ifndef SP_LIST_H
#define SP_LIST_H

#include "sp_types.h"

struct sp_link {
	sp_id prev; /* towards the head; SP_NONE: this is the first */
	sp_id next; /* towards the tail; SP_NONE: this is the last */
};

struct sp_list {
	sp_id head; /* SP_NONE: nobody is in it */
	sp_id tail;
};

static inline void sp_list_init(struct sp_list *list)
{
	list->head = list->tail = SP_NONE;
}

#define sp_list_append(list, array, id, element)                                                   \
	do {                                                                                       \
		struct sp_list *list_ = (list);                                                    \
		struct sp_link *link_ = &(element)->link;                                          \
                                                                                                   \
		link_->next = SP_NONE;                                                             \
		link_->prev = list_->tail;                                                         \
		if (list_->tail == SP_NONE)                                                        \
			list_->head = (sp_id)(id);                                                 \
		else                                                                               \
			SP_AT(array, list_->tail).link.next = (sp_id)(id);                         \
		list_->tail = (sp_id)(id);                                                         \
	} while (0)

#define sp_list_prepend(list, array, id, element)                                                  \
	do {                                                                                       \
		struct sp_list *list_ = (list);                                                    \
		struct sp_link *link_ = &(element)->link;                                          \
                                                                                                   \
		link_->prev = SP_NONE;                                                             \
		link_->next = list_->head;                                                         \
		if (list_->head == SP_NONE)                                                        \
			list_->tail = (sp_id)(id);                                                 \
		else                                                                               \
			SP_AT(array, list_->head).link.prev = (sp_id)(id);                         \
		list_->head = (sp_id)(id);                                                         \
	} while (0)

#define sp_list_remove(list, array, element)                                                       \
	do {                                                                                       \
		struct sp_list *list_ = (list);                                                    \
		const struct sp_link *link_ = &(element)->link;                                    \
                                                                                                   \
		if (link_->prev == SP_NONE)                                                        \
			list_->head = link_->next;                                                 \
		else                                                                               \
			SP_AT(array, link_->prev).link.next = link_->next;                         \
		if (link_->next == SP_NONE)                                                        \
			list_->tail = link_->prev;                                                 \
		else                                                                               \
			SP_AT(array, link_->next).link.prev = link_->prev;                         \
	} while (0)

#endif
