/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace.h - the binary trace: 16 bytes an event, in time order.
 *
 * A trace file is: struct trace_header, the names (trace_names), the records.
 * Little-endian throughout.
 */
#ifndef CORUN_TRACE_H
#define CORUN_TRACE_H

#include <stdint.h>

enum trace_type {
	TR_SWITCH_IN = 1, /* vcpu starts on pcpu; arg: 1 if switched, 0 if it just goes on */
	TR_SWITCH_OUT, /* vcpu leaves pcpu; arg: enum sp_stop_reason */
	TR_WAKE, /* vcpu; arg: enum sp_wake_reason; aux: waker vCPU or 0xffff; pcpu: where */
	TR_MODE, /* running vcpu's work changes; arg: enum vcpu_time */
	TR_LOCK_WAIT, /* vcpu starts to spin for lock aux */
	TR_LOCK_ACQUIRED, /* vcpu now holds lock aux */
	TR_LOCK_RELEASED,
	TR_LHP, /* vcpu was preempted on pcpu holding lock aux; arg: 1 if someone spins for it */
	TR_LHP_HARM, /* an LHP turned harmful later: first spinner came; vcpu: the holder */
	TR_BARRIER_WAIT, /* vcpu waits at barrier aux */
	TR_BARRIER_OPEN, /* vcpu was the last one at barrier aux */
	TR_COSTOP, /* vcpu held back by the policy; arg: enum sp_note_kind */
	TR_KICK, /* pcpu will pick again; vcpu: none */
	TR_TICK, /* host tick on pcpu */
	TR_PCPU_OFF,
	TR_PCPU_ON,
	TR_VM_START, /* aux: vm */
	TR_VM_STOP,
	TR_DONE, /* vcpu's program is complete */
	TR_MARK, /* policy's own; aux: low 16 bits of a; arg: code */
	TR_OP, /* vcpu completed a unit of work */
	TR_LOCK_HALT, /* vcpu, waiting for lock aux, halts: its SWITCH_OUT follows */
	TR_POLL_END, /* vcpu, polled for on pcpu, goes on; arg: enum sp_wake_reason; aux: as TR_WAKE */
	TR_SPIN_EXIT, /* spinning vcpu leaves the guest; arg: 1 gives way; aux: for vCPU, or 0xffff */
	TR_STOLEN, /* arg: the host takes pcpu (1), gives it back (0) */
	TR_THREAD_ON, /* vcpu goes on as thread aux of its VM */
	TR_THREAD_OFF, /* thread aux leaves vcpu; arg: enum thread_time */
	TR_THREAD_READY, /* thread aux waits for a vCPU; vcpu: where it was last */
	TR_IPI, /* vcpu on pcpu interrupts vCPU aux; arg: 0, 1 waits, 2 only flagged it */
	TR_IPI_DONE, /* vcpu on pcpu has handled one of vCPU aux; arg: 1 if that waits */
	NR_TR
};

struct trace_rec {
	uint64_t at_ns;
	uint8_t type; /* enum trace_type */
	uint8_t arg;
	uint16_t pcpu; /* 0xffff: none */
	uint16_t vcpu; /* global id, 0xffff: none */
	uint16_t aux;
};

#define TRACE_MAGIC "corunTR1"
#define TRACE_VERSION 1u

struct trace_header {
	char magic[8];
	uint32_t version; /* TRACE_VERSION */
	uint32_t nr_pcpus;
	uint32_t nr_vms;
	uint32_t nr_vcpus;
	uint64_t end_ns;
	uint64_t nr_records; /* 0: the writer was cut short, read to the end of the file */
	uint64_t nr_lost;
	uint32_t names_bytes; /* that follow: see trace_names */
	uint32_t zero;
};

/*
 * Names, names_bytes of text: a line "policy NAME", a line "vm NAME FIRST_VCPU
 * WIDTH" a VM, a line "lock VM INDEX NAME" a lock or barrier; and where the trace is from, all
 * that its records are a function of: "scenario HASH", "seed N", "replication N", "corun
 * VERSION", "runs POLICY", "build HASH" of a shared object, "about DESCRIPTION".  A reader
 * passes over lines that it does not know.
 */

/* Where the engine puts its records: a buffer that is flushed when full. */
struct trace_sink {
	struct trace_rec *buffer;
	uint32_t nr, size; /* in records */
	/* Takes n records from buffer; non-zero: stop tracing (disk full, ...) */
	int (*flush)(struct trace_sink *sink, const struct trace_rec *records, uint32_t n);
	void *context;
	uint64_t nr_lost;
	int failed;
};

#endif
