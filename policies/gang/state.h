/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gang/state.h - what gang keeps of vCPUs, VMs, rows, columns and pCPUs.
 */
#ifndef GANG_STATE_H
#define GANG_STATE_H

#include "policy.h"

enum gang_state { GANG_ABSENT, GANG_BLOCKED, GANG_QUEUED, GANG_RUNNING };

struct gang_vcpu {
	sp_u64 picked_ns; /* when it was picked last; SP_NEVER_NS: moved since */
	sp_u64 price; /* of its row, at that instant */
	sp_u32 seq; /* slot of its row, then */
	sp_u16 state; /* enum gang_state */
	sp_u16 fills; /* GANG_RUNNING: in a column that its row does not hold now */
	sp_id vm;
	sp_id index; /* in its VM, below the width */
	sp_id col;
	sp_id fold; /* 0, unless its VM is folded */
	sp_id pcpu; /* GANG_RUNNING: where, as far as we know */
	sp_id next; /* its sibling of the next higher index */
	sp_id ring_next; /* others of the column, all rows */
	sp_id ring_prev;
};

struct gang_vm {
	sp_u64 vtime_ns; /* of the row that it left last */
	sp_u32 width; /* 0: no such VM */
	sp_u32 weight;
	sp_u32 span; /* columns it takes: its width, or all if folded */
	sp_u32 nr_active; /* vCPUs that are not blocked */
	sp_id row;
	sp_id first; /* column of vCPU 0 */
	sp_id fold; /* shown when the row is on, or was last */
	sp_id head; /* vCPU of lowest index */
	sp_id next; /* VM to the right in the row */
	sp_u16 zero[3];
};

struct gang_row {
	struct sp_vtime v;
	sp_u64 price; /* what one vCPU that never stopped would have cost, see gang_charge */
	sp_u64 priced_ns; /* instant up to which that was summed */
	sp_u64 charged_ns; /* for stints of its last slot */
	sp_u32 seq; /* of its slots */
	sp_u32 weight;
	sp_u32 used; /* columns; 0: the row is free */
	sp_u32 nr_active; /* vCPUs that are not blocked */
	sp_id head; /* leftmost VM */
	sp_id tail; /* rightmost */
	sp_u32 rem; /* part of a ns, in GANG_PRICE, yet to be charged */
};

struct gang_col {
	sp_id pcpu;
	sp_id cell; /* its vCPU in the row that is on: a hint, see gang_owner */
	sp_id ring; /* all its vCPUs, from the one to fill in next; or SP_NONE */
	sp_u16 zero;
};

struct gang_pcpu {
	sp_u64 until_ns; /* picks then at the latest; 0: it is on its way */
	sp_id col; /* while online */
	sp_id running; /* what we picked last, or SP_NONE */
	sp_u32 zero;
};

struct gang {
	/* tunables */
	sp_u64 slot_ns;
	sp_u64 min_slot_ns;
	sp_u64 fill;
	/* the slot under way */
	sp_u64 slot_start_ns;
	sp_u64 slot_end_ns;
	sp_u64 vclock_ns; /* where a row that wakes joins; never falls */
	sp_u32 heaviest; /* weight, of the rows that had someone to run */
	sp_u32 nr_live; /* vCPUs shown that are not blocked */
	sp_id cur; /* row that is on; SP_NONE: nobody wants to run */
	sp_id contender; /* row that woke and waits for min_slot to pass */
	sp_id nr_rows; /* above the highest one in use */
	sp_id nr_cols; /* online pCPUs */
	struct gang_col cols[SP_NR_PCPUS];
	struct gang_pcpu pcpus[SP_NR_PCPUS];
	struct gang_vcpu vcpus[SP_NR_VCPUS];
	struct gang_vm vms[SP_NR_VMS];
	struct gang_row rows[SP_NR_VMS];
};

static inline struct gang_vcpu *gang_vcpu(struct gang *g, sp_u32 vcpu)
{
	return &SP_AT(g->vcpus, vcpu);
}

static inline struct gang_vm *gang_vm(struct gang *g, sp_u32 vm)
{
	return &SP_AT(g->vms, vm);
}

static inline struct gang_row *gang_row(struct gang *g, sp_u32 row)
{
	return &SP_AT(g->rows, row);
}

static inline struct gang_col *gang_col(struct gang *g, sp_u32 col)
{
	return &SP_AT(g->cols, col);
}

static inline struct gang_pcpu *gang_pcpu(struct gang *g, sp_u32 pcpu)
{
	return &SP_AT(g->pcpus, pcpu);
}

static inline sp_u32 gang_folds(const struct gang_vm *m)
{
	return m->span && m->width > m->span ? (m->width + m->span - 1) / m->span : 1;
}

/* Columns that a VM takes in a row of the matrix as it is now. */
static inline sp_u32 gang_span(const struct gang *g, const struct gang_vm *m)
{
	return (sp_u32)sp_max(sp_min(m->width, g->nr_cols), 1);
}

#endif
