/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sp_list.h - a list of the elements of an array, by their ids, with an end at both sides.
 *
 *	struct thing { ...; struct sp_link link; } things[SP_NR_VCPUS];
 *	struct sp_list queue;
 *
 *	sp_list_init(&queue);
 *	sp_list_append(&queue, things, id);          id becomes the last
 *	sp_list_insert(&queue, things, before, id);  id comes behind `before`, or first
 *	                                             where that is SP_NONE
 *	sp_list_remove(&queue, things, id);
 *	for (id = queue.head; id != SP_NONE; id = things[id].link.next) ...
 *
 * An element is in one list at a time; id is not in one before, and in this one until it
 * is removed.  Each takes the same few steps, however long the list.
 */
#ifndef SP_LIST_H
#define SP_LIST_H

#include "sp_types.h"

struct sp_link {
	sp_id next; /* towards the tail; SP_NONE: this is the last */
	sp_id prev; /* towards the head */
};

struct sp_list {
	sp_id head; /* SP_NONE: nobody is in it */
	sp_id tail;
};

static inline void sp_list_init(struct sp_list *list)
{
	list->head = list->tail = SP_NONE;
}

#define sp_list_append(list, array, id)                                                            \
	do {                                                                                       \
		struct sp_list *list_ = (list);                                                    \
		struct sp_link *link_ = &SP_AT(array, id).link;                                    \
                                                                                                   \
		link_->next = SP_NONE;                                                             \
		link_->prev = list_->tail;                                                         \
		if (list_->tail == SP_NONE)                                                        \
			list_->head = (sp_id)(id);                                                 \
		else                                                                               \
			SP_AT(array, list_->tail).link.next = (sp_id)(id);                         \
		list_->tail = (sp_id)(id);                                                         \
	} while (0)

#define sp_list_insert(list, array, before, id)                                                    \
	do {                                                                                       \
		struct sp_list *list_ = (list);                                                    \
		struct sp_link *link_ = &SP_AT(array, id).link;                                    \
		sp_id *from_ = (before) == SP_NONE ? &list_->head :                                \
						     &SP_AT(array, before).link.next;              \
                                                                                                   \
		link_->prev = (sp_id)(before);                                                     \
		link_->next = *from_;                                                              \
		*from_ = (sp_id)(id);                                                              \
		if (link_->next == SP_NONE)                                                        \
			list_->tail = (sp_id)(id);                                                 \
		else                                                                               \
			SP_AT(array, link_->next).link.prev = (sp_id)(id);                         \
	} while (0)

#define sp_list_remove(list, array, id)                                                            \
	do {                                                                                       \
		struct sp_list *list_ = (list);                                                    \
		const struct sp_link *link_ = &SP_AT(array, id).link;                              \
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
