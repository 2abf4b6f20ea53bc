#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The gate as one step of a CI: run it in this folder, on every change.
#
# Status: 0 all held, 1 a regression, 3 undecided (look at it: it is not a pass), 2 a
# mistake in the suite, a changed scenario or no baseline, 4 the policy broke its contract.
# report/ is for the CI to keep: junit.xml, check.tap, check.txt, and summary.md for the
# pull request.
set -e
corun=${CORUN:-@CORUN@} # as in the Makefile
make mine.so CORUN="$corun"
status=0
"$corun" check gate.yaml -o report --force --quiet || status=$?
exit $status
