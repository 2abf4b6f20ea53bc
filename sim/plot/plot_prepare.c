/* SPDX-License-Identifier: BSD-2-Clause */
/* plot_prepare.c - what a figure is drawn from, as two files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/outfile.h"
#include "plot_figures.h"

int plot_prepare(const struct plot_figure *figure, const struct plot_request *request,
		 const char *stem, struct error *err)
{
	size_t room = strlen(stem) + 8;
	char *dat_path = malloc(room), *vars_path = malloc(room);
	struct outfile dat = {0}, vars = {0};
	int found = -1;

	if (dat_path && vars_path) {
		snprintf(dat_path, room, "%s.dat", stem);
		snprintf(vars_path, room, "%s.vars", stem);
		if (!outfile_open(&dat, dat_path, err) && !outfile_open(&vars, vars_path, err))
			found = figure->prepare(request, dat.file, vars.file, err);
	} else {
		error_set(err, STATUS_IO, "memory", "%s", strerror(ENOMEM));
	}
	if (found > 0) {
		if (outfile_close(&dat, err)) {
			outfile_abort(&vars);
			found = -1;
		} else if (outfile_close(&vars, err)) {
			found = -1;
		}
	} else {
		if (dat.path)
			outfile_abort(&dat);
		if (vars.path)
			outfile_abort(&vars);
	}
	free(dat_path);
	free(vars_path);
	return found;
}
