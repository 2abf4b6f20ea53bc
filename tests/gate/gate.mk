# SPDX-License-Identifier: BSD-2-Clause
# The gate: `make check` holds the shipped policies against workloads/suite.yaml.

.PHONY: check
check: $(B)/corun ## the gate: bounds and baseline of the shipped policies
	$(B)/corun check workloads/suite.yaml --quiet -o $(B)/check --force
