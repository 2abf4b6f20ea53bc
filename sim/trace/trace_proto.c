/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_proto.c - varints, 64-bit words, and what has a length (protobuf.dev, "Encoding"). */
#include "trace_proto.h"

#include <string.h>

enum wire { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_LENGTH = 2 };

static void put_bytes(struct proto *to, const void *bytes, size_t n)
{
	if (n > sizeof(to->bytes) - to->nr)
		return; /* not reached: see PROTO_TEXT_MAX */
	memcpy(to->bytes + to->nr, bytes, n);
	to->nr += n;
}

static size_t make_varint(uint8_t bytes[10], uint64_t value)
{
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		bytes[n++] = (uint8_t)(value | 0x80);
	bytes[n++] = (uint8_t)value;
	return n;
}

static void put_varint(struct proto *to, uint64_t value)
{
	uint8_t bytes[10] = {0};

	put_bytes(to, bytes, make_varint(bytes, value));
}

static void put_tag(struct proto *to, uint32_t field, enum wire wire)
{
	put_varint(to, (uint64_t)field << 3 | wire);
}

void proto_put_number(struct proto *to, uint32_t field, uint64_t value)
{
	put_tag(to, field, WIRE_VARINT);
	put_varint(to, value);
}

void proto_put_fixed64(struct proto *to, uint32_t field, uint64_t value)
{
	uint8_t bytes[8];
	unsigned i;

	for (i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
	put_tag(to, field, WIRE_FIXED64);
	put_bytes(to, bytes, sizeof(bytes));
}

void proto_put_text(struct proto *to, uint32_t field, const char *text)
{
	size_t n = strnlen(text, PROTO_TEXT_MAX), i;

	put_tag(to, field, WIRE_LENGTH);
	put_varint(to, n);
	for (i = 0; i < n; i++) {
		char c = text[i] < ' ' || text[i] > '~' ? '?' : text[i];

		put_bytes(to, &c, 1);
	}
}

void proto_put_message(struct proto *to, uint32_t field, const struct proto *message)
{
	put_tag(to, field, WIRE_LENGTH);
	put_varint(to, message->nr);
	put_bytes(to, message->bytes, message->nr);
}

void proto_write(FILE *out, uint32_t field, const struct proto *message)
{
	uint8_t bytes[10] = {0};

	fwrite(bytes, 1, make_varint(bytes, (uint64_t)field << 3 | WIRE_LENGTH), out);
	fwrite(bytes, 1, make_varint(bytes, message->nr), out);
	fwrite(message->bytes, 1, message->nr, out);
}
