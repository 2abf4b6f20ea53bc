/* SPDX-License-Identifier: BSD-2-Clause */
/* scx_load.h - a policy in the kernel: load, attach, tell it about the machine and its VMs. */
#ifndef SCX_LOAD_H
#define SCX_LOAD_H

#include <stddef.h>
#include <stdint.h>

#include "scx_vms.h"

/* One policy, as it was built in; the table ends with a NULL name. */
struct scx_entry {
	const char *name;
	const struct sp_policy *policy; /* the native build: name, tunables, caps */
	const unsigned char *object; /* the BPF build */
	const unsigned char *object_end;
};

extern const struct scx_entry scx_entries[];
extern const unsigned char scx_meter_object[], scx_meter_object_end[];

struct bpf_object;
struct bpf_map;
struct bpf_link;

struct scx_loaded {
	const struct scx_entry *entry;
	struct bpf_object *object;
	struct bpf_link *link;
	uint64_t online; /* set of pCPUs */
	int tags_fd; /* shared with the meter */
	int public_fd;
	int held_fd;
	char error[256]; /* why the last call failed */
};

/* The map whose name ends so, or NULL: libbpf puts some of the object's before it. */
struct bpf_map *scx_map_by_suffix(const struct bpf_object *object, const char *suffix);

/* NULL if this kernel has sched_ext, or one line that says why it will not do. */
const char *scx_refusal(void);

/* Loads without attaching.  tags_fd: the meter's.  is_verbose: what each program cost
 * the verifier, to stderr.  0 or -1. */
int scx_load(struct scx_loaded *s, const struct scx_entry *entry, const struct sp_config *config,
	     int tags_fd, int is_verbose);
/* From here on SCHED_EXT threads are the policy's. */
int scx_attach(struct scx_loaded *s);
int scx_add_vm(struct scx_loaded *s, uint32_t id, const struct scx_vm *vm);
int scx_set_weight(struct scx_loaded *s, uint32_t id, uint32_t weight);
/* Hands the threads over to SCHED_EXT, or back to what they were. */
int scx_take_threads(struct scx_loaded *s, const struct scx_vm *vm);
void scx_give_back_threads(const struct scx_vm *vm);
void scx_remove_vm(struct scx_loaded *s, uint32_t id, const struct scx_vm *vm);
int scx_read_public(const struct scx_loaded *s, struct scx_public *pub);
/* held: SCX_NR_STEPS of them. */
int scx_read_held(const struct scx_loaded *s, struct scx_held *held);
void scx_detach(struct scx_loaded *s);

#endif
