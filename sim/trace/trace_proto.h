/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_proto.h - Protocol Buffers' wire format, as far as a trace of Perfetto's needs it.
 *
 * A message is put together in a buffer of fixed size, then put into another one, or out.
 * Strings are cut to what always leaves room.
 */
#ifndef CORUN_TRACE_PROTO_H
#define CORUN_TRACE_PROTO_H

#include <stdint.h>
#include <stdio.h>

#define PROTO_TEXT_MAX 600u /* bytes of a string that are kept */

struct proto {
	uint8_t bytes[4096];
	size_t nr;
};

void proto_put_number(struct proto *to, uint32_t field, uint64_t value);
void proto_put_fixed64(struct proto *to, uint32_t field, uint64_t value);
/* Bytes that are not printable ASCII become '?', as in our JSON. */
void proto_put_text(struct proto *to, uint32_t field, const char *text);
void proto_put_message(struct proto *to, uint32_t field, const struct proto *message);
/* The message as that field of the file's own. */
void proto_write(FILE *out, uint32_t field, const struct proto *message);

#endif
