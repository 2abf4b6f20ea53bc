/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * folder.h - folders with all that has to be above them, and gone again if they stay empty.
 */
#ifndef CORUN_FOLDER_H
#define CORUN_FOLDER_H

/*
 * Makes path and what is missing above it; one that is there is fine.  *nr_made: how many
 * there are now that were not before.  0, or an errno, and then all is as it was.
 */
int folder_make(const char *path, unsigned *nr_made);

/* The same for the folder that a file of this name needs. */
int folder_make_for(const char *file, unsigned *nr_made);

/* Removes what folder_make or folder_make_for has made, from below, as far as it is empty. */
void folder_unmake(const char *path, unsigned nr_made);
void folder_unmake_for(const char *file, unsigned nr_made);

#endif
