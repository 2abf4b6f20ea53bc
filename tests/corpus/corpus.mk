# SPDX-License-Identifier: BSD-2-Clause
# Inputs of the fuzz targets, small files that are kept.  fuzz-NAME begins with those of
# NAME/: what a longer run has reached (grow.sh) and what a bug was found with.  planted-NAME/
# has what finds the bug that is planted in NAME; the search for that begins with neither.
# Here each goes through its target once, without the fuzzer; each area adds corpus-NAME.

UNSANITIZED += test-corpus # its targets are built with sanitizers anyway

CORPUS_DIR := tests/corpus
CORPUS_MAIN := tests/lib/corpus_main.c

.PHONY: test-corpus
test-corpus:
	@echo "ok: every input of the corpus"
