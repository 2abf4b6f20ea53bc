/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_kvm_line.c - the fields of KVM's events, in each way they are printed.
 *
 *	kvm_entry	vcpu %u[, rip 0x%lx]		raw: vcpu_id=%u
 *	kvm_exit	[vcpu %u ]reason %s rip ...	raw: exit_reason=%u ... isa=%u
 *	kvm_vcpu_wakeup	wait|poll time %lld ns, ...	raw: ns=%u waited=%u
 *	kvm_userspace_exit	reason %s (%d)		raw: reason=%u
 *
 * The kernel names AMD's exits in lower case ("hlt"), trace-cmd with a prefix ("EXIT_HLT");
 * their numbers are those of arch/x86/include/uapi/asm/vmx.h and svm.h.  What is laid out
 * otherwise (another architecture's) is an event of another kind.
 */
#define _GNU_SOURCE /* memmem */
#include <strings.h>

#include "import_line.h"

/* Behind "KEY" at the beginning of a word. */
static bool find_field(struct span fields, const char *key, struct span *value)
{
	size_t n = strlen(key);
	const char *at = fields.at;

	while ((at = memmem(at, (size_t)(fields.end - at), key, n))) {
		if (at == fields.at || is_blank(at[-1]) || at[-1] == ',') {
			*value = (struct span){at + n, fields.end};
			return true;
		}
		at += n;
	}
	return false;
}

/* "12", "0xc". */
static bool take_any_number(struct span *span, uint64_t *value)
{
	unsigned digits = 0;

	if (!take_text(span, "0x"))
		return take_number(span, UINT32_MAX, value);
	for (*value = 0; span->at < span->end && digits < 8; span->at++, digits++) {
		char c = *span->at;

		if (is_digit(c))
			*value = *value * 16 + (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*value = *value * 16 + (uint64_t)(c - 'a' + 10);
		else
			break;
	}
	return digits > 0;
}

struct exit_name {
	const char *intel, *amd;
	uint32_t intel_nr, amd_nr;
	enum ftrace_kvm kvm;
};

static const struct exit_name exit_names[] = {
	{"HLT", "hlt", 12, 0x78, KVM_EXIT_HALT},
	{"PAUSE_INSTRUCTION", "pause", 40, 0x77, KVM_EXIT_PAUSE},
	{"EXTERNAL_INTERRUPT", "interrupt", 1, 0x60, KVM_EXIT_INTERRUPT},
	{"EXTERNAL_INTERRUPT", "intr", 1, 0x60, KVM_EXIT_INTERRUPT},
};
#define NR_EXIT_NAMES (sizeof(exit_names) / sizeof(exit_names[0]))

static bool is_word_of(const struct span *word, const char *name)
{
	return span_length(word) == strlen(name) && !strncasecmp(word->at, name, strlen(name));
}

static bool parse_exit(struct ftrace_line *to, struct span fields)
{
	struct span value, word;
	uint64_t number, isa = 1;
	size_t i;

	to->kvm = KVM_EXIT_OTHER;
	if (find_field(fields, "reason ", &value)) {
		take_text(&value, "EXIT_");
		word.at = value.at;
		take_word(&value);
		word.end = value.at;
		for (i = 0; i < NR_EXIT_NAMES; i++)
			if (is_word_of(&word, exit_names[i].intel) ||
			    is_word_of(&word, exit_names[i].amd))
				to->kvm = exit_names[i].kvm;
		return word.end > word.at;
	}
	if (!find_field(fields, "exit_reason=", &value) || !take_any_number(&value, &number))
		return false;
	if (find_field(fields, "isa=", &value) && !take_any_number(&value, &isa))
		return false;
	for (i = 0; i < NR_EXIT_NAMES; i++)
		if (number == (isa == 2 ? exit_names[i].amd_nr : exit_names[i].intel_nr))
			to->kvm = exit_names[i].kvm;
	return true;
}

static bool parse_entry(struct ftrace_line *to, struct span fields)
{
	struct span value;
	uint64_t vcpu;

	to->kvm = KVM_ENTRY;
	return (find_field(fields, "vcpu ", &value) || find_field(fields, "vcpu_id=", &value)) &&
	       take_any_number(&value, &vcpu);
}

static bool parse_wakeup(struct ftrace_line *to, struct span fields)
{
	struct span value;

	to->kvm = KVM_WAKEUP;
	return take_text(&fields, "wait time ") || take_text(&fields, "poll time ") ||
	       find_field(fields, "waited=", &value);
}

static bool parse_user(struct ftrace_line *to, struct span fields)
{
	struct span value;

	to->kvm = KVM_USER;
	return find_field(fields, "reason ", &value) || find_field(fields, "reason=", &value);
}

bool ftrace_parse_kvm(struct ftrace_line *to, struct span fields)
{
	static const struct {
		const char *name;
		bool (*parse)(struct ftrace_line *to, struct span fields);
	} events[] = {
		{"kvm_entry", parse_entry},
		{"kvm_exit", parse_exit},
		{"kvm_vcpu_wakeup", parse_wakeup},
		{"kvm_userspace_exit", parse_user},
	};
	size_t i, n = span_length(&to->event);

	for (i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (n == strlen(events[i].name) && !memcmp(to->event.at, events[i].name, n))
			return events[i].parse(to, fields);
	return false;
}
