/* SPDX-License-Identifier: BSD-2-Clause */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/inputs.h"

#define NAME_CHARS 300 /* of a path shown in a message */

static const char *mode_name(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a folder";
	if (S_ISFIFO(mode))
		return "a pipe";
	if (S_ISSOCK(mode))
		return "a socket";
	return "a device";
}

/* Everything from fd, at most limit bytes. */
static int read_all(int fd, const char *name, struct file_text *out, struct error *err)
{
	size_t size = 65536;

	out->length = 0;
	out->text = malloc(size);
	while (out->text) {
		ssize_t n = read(fd, out->text + out->length, size - out->length - 1);

		if (n == 0) {
			out->text[out->length] = '\0';
			return 0;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, STATUS_IO, "io", "%s: %s", name, strerror(errno));
		out->length += (size_t)n;
		if (out->length > FILE_BYTES_MAX)
			return error_set(err, STATUS_INPUT, "scenario",
					 "%s: found more than %u MiB, expected a smaller file",
					 name, FILE_BYTES_MAX >> 20);
		if (out->length + 1 >= size) {
			char *more = realloc(out->text, size *= 2);

			if (!more)
				break;
			out->text = more;
		}
	}
	return error_set(err, STATUS_IO, "memory", "%s: out of memory", name);
}

static int open_regular(const char *path, const char *name, const char *wanted, struct error *err)
{
	struct stat info;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe must not hang us */

	if (fd < 0)
		return error_set(err,
				 errno == EACCES || errno == EMFILE || errno == EIO ? STATUS_IO
										    : STATUS_INPUT,
				 "scenario", "%s: found nothing to read (%s), expected %s", name,
				 strerror(errno), wanted);
	if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
		inputs_add(fd);
		return fd;
	}
	close(fd);
	return error_set(err, STATUS_INPUT, "scenario",
			 "%s: found %s, expected %s in a regular file", name,
			 mode_name(info.st_mode), wanted);
}

int file_read(const char *path, const char *wanted, struct file_text *out, struct error *err)
{
	struct arena arena = {0};
	const char *name = strcmp(path, "-") ? node_escape(&arena, path, NAME_CHARS) : "stdin";
	int fd = strcmp(path, "-") ? open_regular(path, name, wanted, err) : STDIN_FILENO;
	int failed = -1;

	out->text = NULL;
	if (fd >= 0)
		failed = read_all(fd, name, out, err);
	if (failed) {
		free(out->text);
		out->text = NULL;
	}
	if (fd > STDIN_FILENO)
		close(fd);
	arena_free(&arena);
	return failed;
}

void file_hash(const char *text, size_t length, char hash[17])
{
	hash_text(hash_add(HASH_START, text, length), hash);
}

struct source *file_source(struct arena *arena, const char *path)
{
	struct source *source = arena_alloc(arena, sizeof(*source));
	const char *slash = strrchr(path, '/');

	source->name = strcmp(path, "-") ? node_escape(arena, path, NAME_CHARS) : "stdin";
	source->path = arena_copy(arena, path, strlen(path));
	source->folder = slash ? arena_copy(arena, path, (size_t)(slash - path) + 1) : "";
	source->has_lines = true;
	return source;
}

const char *file_beside(struct arena *arena, struct place place, const char *path)
{
	if (path[0] == '/')
		return path;
	return arena_format(arena, "%s%s", place.source->folder, path);
}
