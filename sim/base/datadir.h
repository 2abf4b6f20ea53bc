/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * datadir.h - the files that corun brings along: plots/, policies/, init/.
 */
#ifndef CORUN_DATADIR_H
#define CORUN_DATADIR_H

#include "error.h"

/*
 * The folder `name` that holds a file `probe`: in $CORUN_SHARE if that is set, in the
 * tree that the program was built in, or in share/corun beside the bin it is installed
 * in.  An absolute path to be freed, or NULL with *err (STATUS_IO).
 */
char *datadir_find(const char *name, const char *probe, struct error *err);

/* The program itself, to be freed; NULL: not to be found. */
char *datadir_program(void);

#endif
