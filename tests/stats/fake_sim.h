/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_sim.h - sim_run without an engine: numbers that hang on policy and
 * replication alone, and failures where a test wants them.
 */
#ifndef STATS_FAKE_SIM_H
#define STATS_FAKE_SIM_H

#include <stdint.h>

/* What the world's seed asks for: the only thing that a test can reach sim_run by. */
enum fake_mode {
	FAKE_PLAIN = 42,
	FAKE_FAIL, /* replications 3 and 5 of policy 1 break a law, the later one first */
	FAKE_VIOLATION, /* replication 2 of policy 1 breaks the contract */
	FAKE_SIGNAL, /* replication 4 is interrupted: the process gets SIGINT */
	FAKE_SIGNAL_AT_ONCE, /* replication 0 is */
	FAKE_EMPTY, /* nothing happens at all */
};

#endif
