#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# headline-sum.sh SWEEP.csv: the sums of the figure of the headline and of what it is drawn from.
echo '# SPDX-License-Identifier: BSD-2-Clause'
cksum <"$1"
cksum <docs/pictures/headline.png
