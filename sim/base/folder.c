/* SPDX-License-Identifier: BSD-2-Clause */
#include "folder.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Cuts the last name off: "a/b/c/" becomes "a/b"; false where nothing is above. */
static bool cut_name(char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	while (n && path[n - 1] != '/')
		n--;
	while (n > 1 && path[n - 1] == '/')
		n--;
	path[n] = '\0';
	return n > 0;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* Changes path. */
static int make(char *path, unsigned *nr_made)
{
	char *above;
	int why;

	if (!mkdir(path, 0777)) {
		++*nr_made;
		return 0;
	}
	why = errno;
	if (why == EEXIST)
		return is_folder(path) ? 0 : ENOTDIR;
	if (why != ENOENT)
		return why;
	above = strdup(path);
	if (!above)
		return ENOMEM;
	why = cut_name(above) ? make(above, nr_made) : ENOENT;
	free(above);
	if (why)
		return why;
	if (mkdir(path, 0777))
		return errno;
	++*nr_made;
	return 0;
}

int folder_make(const char *path, unsigned *nr_made)
{
	char *copy = strdup(path);
	int why;

	*nr_made = 0;
	if (!copy)
		return ENOMEM;
	why = make(copy, nr_made);
	if (why && cut_name(copy)) {
		folder_unmake(copy, *nr_made);
		*nr_made = 0;
	}
	free(copy);
	return why;
}

int folder_make_for(const char *file, unsigned *nr_made)
{
	char *copy = strdup(file);
	int why = 0;

	*nr_made = 0;
	if (!copy)
		return ENOMEM;
	if (cut_name(copy))
		why = folder_make(copy, nr_made);
	free(copy);
	return why;
}

void folder_unmake(const char *path, unsigned nr_made)
{
	char *copy = nr_made ? strdup(path) : NULL;

	while (copy && nr_made-- && !rmdir(copy) && cut_name(copy))
		continue;
	free(copy);
}

void folder_unmake_for(const char *file, unsigned nr_made)
{
	char *copy = nr_made ? strdup(file) : NULL;

	if (copy && cut_name(copy))
		folder_unmake(copy, nr_made);
	free(copy);
}
