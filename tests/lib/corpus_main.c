/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * corpus_main.c FILE|FOLDER...: each file once through a fuzz target, without the fuzzer.
 * Each in a process of its own, so that one that fails does not hide the others.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned nr_files, nr_failed;

/* In memory of just its size, so that reading on is seen. */
static uint8_t *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	long length;

	if (!file || fseek(file, 0, SEEK_END) || (length = ftell(file)) < 0) {
		perror(path);
		exit(2);
	}
	rewind(file);
	*size = (size_t)length;
	data = malloc(*size ? *size : 1);
	if (!data || fread(data, 1, *size, file) != *size) {
		perror(path);
		exit(2);
	}
	fclose(file);
	return data;
}

static void run_file(const char *path)
{
	int status = -1;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		size_t size;
		uint8_t *data = read_file(path, &size);

		alarm(60);
		LLVMFuzzerTestOneInput(data, size);
		free(data);
		exit(0);
	}
	nr_files++;
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
		printf("FAILED: %s: wait status %d\n", path, status);
		nr_failed++;
	}
}

static void run_folder(const char *path)
{
	struct dirent **names;
	int nr = scandir(path, &names, NULL, alphasort);

	if (nr < 0) {
		run_file(path);
		return;
	}
	for (int i = 0; i < nr; i++) {
		char file[1024];

		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			run_file(file);
		free(names[i]);
	}
	free(names);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		run_folder(argv[i]);
	printf("%s: %u inputs, %u failed\n", argv[0], nr_files, nr_failed);
	return nr_failed || !nr_files;
}
