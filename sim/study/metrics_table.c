/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registry.  Terms used in the definitions, explained once in docs/metrics.md:
 * running = useful + critical + spinning + overhead; wanting = running + waiting
 * + held.  Everything is measured in the window after the warm-up.
 */
#include "metrics_value.h"

#define EVERYWHERE (IN_HOST | IN_GROUP | IN_VM)
#define GROUPED (IN_HOST | IN_GROUP)

#define ENTRY(name_, unit_, better_, kind_, scopes_, headline_, value_, of_, definition_)          \
	{                                                                                          \
		.name = name_, .definition = definition_, .unit = unit_, .better = better_,        \
		.kind = kind_, .scopes = scopes_, .headline = headline_, .value = value_,          \
		.of = of_                                                                          \
	}

/* A share of vCPU time: one row of the breakdown. */
#define VTIME(name_, of_, definition_)                                                             \
	ENTRY(name_, UNIT_SHARE, BETTER_NONE, METRIC_RATIO, EVERYWHERE, false, value_time, of_,    \
	      "Share of all vCPU time: " definition_)

/* A share of thread time. */
#define TTIME(name_, of_, definition_)                                                             \
	ENTRY(name_, UNIT_SHARE, BETTER_NONE, METRIC_RATIO, EVERYWHERE, false, value_thread_time,  \
	      of_, "Share of the time of all guest threads: " definition_)

/* A share of pCPU time. */
#define PTIME(name_, of_, definition_)                                                             \
	ENTRY(name_, UNIT_SHARE, BETTER_NONE, METRIC_RATIO, IN_HOST, false, value_pcpu, of_,       \
	      "Share of all pCPU time, the management VM's included: " definition_)

/* Guest events a second. */
#define RATE(name_, better_, headline_, of_, definition_)                                          \
	ENTRY(name_, UNIT_RATE, better_, METRIC_MEAN, EVERYWHERE, headline_, value_rate, of_,      \
	      definition_)

#define QUANTILE(name_, headline_, hist_, quantile_, definition_)                                  \
	{                                                                                          \
		.name = name_, .definition = definition_, .unit = UNIT_TIME,                       \
		.better = BETTER_LOWER, .kind = METRIC_QUANTILE, .scopes = GROUPED,                \
		.headline = headline_, .hist = hist_, .quantile = quantile_                        \
	}

#define LATENCY(name_, kind_, value_, hist_, definition_)                                          \
	{                                                                                          \
		.name = name_, .definition = definition_, .unit = UNIT_TIME,                       \
		.better = BETTER_LOWER, .kind = kind_, .scopes = GROUPED, .value = value_,         \
		.hist = hist_                                                                      \
	}

#define LARGEST(name_, hist_, definition_)                                                         \
	{                                                                                          \
		.name = name_, .definition = definition_, .unit = UNIT_TIME,                       \
		.better = BETTER_LOWER, .kind = METRIC_MEAN, .scopes = GROUPED, .largest = true,   \
		.value = value_hist_max, .hist = hist_                                             \
	}

/* The family of one histogram. */
#define LATENCIES(name_, hist_, headline_, what_)                                                  \
	LATENCY(name_ "_mean", METRIC_RATIO, value_hist_mean, hist_, "Mean of " what_ "."),        \
		QUANTILE(name_ "_p50", false, hist_, 0.5, "Median of " what_ "."),                 \
		QUANTILE(name_ "_p95", false, hist_, 0.95, "95 % quantile of " what_ "."),         \
		QUANTILE(name_ "_p99", headline_, hist_, 0.99, "99 % quantile of " what_ "."),     \
		QUANTILE(name_ "_p999", false, hist_, 0.999, "99.9 % quantile of " what_ "."),     \
		LARGEST(name_ "_max", hist_, "Largest of " what_ " in a replication.")

const struct metric metric_registry[] = {
	/* -- what the guests got done -- */
	ENTRY("throughput", UNIT_OPS, BETTER_HIGHER, METRIC_MEAN, EVERYWHERE, true, value_rate,
	      VC_OPS,
	      "Units of work (outermost loop bodies, arrivals served) that the guests completed "
	      "a second."),
	RATE("sections", BETTER_HIGHER, false, VC_SECTIONS,
	     "Critical sections that the guests completed a second."),
	ENTRY("completion", UNIT_TIME, BETTER_LOWER, METRIC_MEAN, EVERYWHERE, true,
	      value_completion, 0,
	      "From the start of a VM until all its vCPUs have completed their finite programs; "
	      "the "
	      "longest over the VMs that have such programs. No value unless all of them "
	      "completed."),
	ENTRY("useful", UNIT_SHARE, BETTER_HIGHER, METRIC_RATIO, EVERYWHERE, true, value_work, 0,
	      "Share of the guests' running time spent on work, inside critical sections or "
	      "outside."),
	ENTRY("overhead", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, EVERYWHERE, false,
	      value_of_running, VT_OVERHEAD,
	      "Share of the guests' running time lost to switching in, cold caches, exits, ticks "
	      "and lock handoff."),

	/* -- spin waste -- */
	ENTRY("spin", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, EVERYWHERE, true, value_spin, 0,
	      "Share of the guests' running time spent spinning, whatever the cause."),
	ENTRY("lhp_spin", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, EVERYWHERE, true,
	      value_of_running, VT_SPIN_LHP,
	      "Share of the guests' running time spent spinning while the lock holder at the end "
	      "of "
	      "the wait-for chain was off CPU (lock-holder preemption)."),
	ENTRY("lwp_spin", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, EVERYWHERE, true,
	      value_of_running, VT_SPIN_LWP,
	      "Share of the guests' running time spent spinning while the lock was free and the "
	      "next "
	      "waiter in line was off CPU (lock-waiter preemption)."),
	ENTRY("contention_spin", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, EVERYWHERE, true,
	      value_of_running, VT_SPIN_CONTENTION,
	      "Share of the guests' running time spent spinning while the end of the wait-for "
	      "chain "
	      "was running: it would be there on bare metal too."),
	ENTRY("partner_spin", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, EVERYWHERE, true,
	      value_of_running, VT_SPIN_PARTNER,
	      "Share of the guests' running time spent spinning at a barrier, or for an IPI, whose "
	      "partner was runnable and off CPU."),

	/* -- locks -- */
	ENTRY("lock_wait", UNIT_TIME, BETTER_LOWER, METRIC_RATIO, EVERYWHERE, true, value_lock_wait,
	      0,
	      "Time from wanting a lock to having it, on CPU or off, over the critical sections "
	      "completed."),
	ENTRY("lock_held", UNIT_SHARE, BETTER_NONE, METRIC_RATIO, EVERYWHERE, false,
	      value_lock_held, 0,
	      "Share of wall time in which a lock was held and its holder ran: summed over the "
	      "locks "
	      "of a VM, mean over the VMs whose programs have locks."),
	ENTRY("lhp_wall", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, EVERYWHERE, true, value_lhp_wall,
	      0,
	      "Share of wall time in which the holder of a held lock was off CPU: summed over the "
	      "locks of a VM, mean over the VMs whose programs have locks."),
	ENTRY("lhp_exposed", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, EVERYWHERE, true,
	      value_lhp_exposed, 0,
	      "The part of lhp_wall in which a sibling of the holder was running."),
	RATE("lhp", BETTER_LOWER, false, VC_LHP,
	     "Preemptions of a vCPU that held a lock, a second."),
	RATE("lhp_harmful", BETTER_LOWER, true, VC_LHP_HARMFUL,
	     "Preemptions of a lock holder during which a sibling spun because of it, a second."),
	RATE("lwp", BETTER_LOWER, false, VC_LWP,
	     "Locks handed to a waiter that was off CPU, a second."),
	{.name = "convoy",
	 .definition = "Share of the VMs whose programs have locks that spent more than half of "
		       "their running time behind a lock whose holder or next in line was off CPU: "
		       "a lock was in a convoy for more than half of the window. Written down only "
		       "where it happened in some run.",
	 .unit = UNIT_SHARE,
	 .better = BETTER_LOWER,
	 .kind = METRIC_MEAN,
	 .scopes = EVERYWHERE,
	 .headline = true,
	 .rare = true,
	 .value = value_convoy},
	RATE("lock_halts", BETTER_NONE, false, VC_LOCK_HALTS,
	     "Waiters for a paravirtual lock that lost patience and halted, a second."),
	RATE("lock_kicks", BETTER_NONE, false, VC_LOCK_KICKS,
	     "Halted waiters that a release of their lock woke, a second."),
	RATE("lock_steals", BETTER_NONE, false, VC_LOCK_STEALS,
	     "Locks taken past those who waited in line, a second."),

	/* -- interrupts between siblings -- */
	RATE("ipis", BETTER_NONE, false, VC_IPIS,
	     "Interrupts that vCPUs sent to siblings, a second; each target is one."),
	RATE("ipis_spared", BETTER_NONE, false, VC_IPIS_FLAGGED,
	     "Targets of interrupts that were off CPU and left alone, to flush when they next run, "
	     "a "
	     "second."),
	LATENCIES("ipi_wait", GH_IPI, false,
		  "the time from sending interrupts to the last answer waited for"),

	/* -- gangs -- */
	ENTRY("corun", UNIT_SHARE, BETTER_HIGHER, METRIC_RATIO, EVERYWHERE, true, value_corun, 0,
	      "Time in which all siblings that were not blocked ran, over the time in which any of "
	      "them ran; only while at least two were not blocked (co-stopped ones count)."),
	ENTRY("corun_all_n", UNIT_SHARE, BETTER_HIGHER, METRIC_RATIO, EVERYWHERE, false,
	      value_corun_all_n, 0,
	      "Like corun, but all vCPUs of the VM must run, blocked ones too: what a meter on a "
	      "real host sees."),
	ENTRY("skew", UNIT_TIME, BETTER_LOWER, METRIC_MEAN, EVERYWHERE, false, value_skew, 0,
	      "Largest difference in running time between two siblings over the window, taken "
	      "at its end; the largest over VMs."),
	RATE("costops", BETTER_NONE, false, VC_COSTOPS,
	     "Times a vCPU was held back by the policy, a second."),

	/* -- waiting -- */
	ENTRY("steal", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, EVERYWHERE, true, value_of_wanting,
	      VT_STEAL,
	      "Share of the time in which vCPUs wanted to run that they waited for a pCPU."),
	ENTRY("held", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, EVERYWHERE, true, value_of_wanting,
	      VT_HELD,
	      "Share of the time in which vCPUs wanted to run that the policy held them back "
	      "(co-stopped or capped)."),
	ENTRY("frag_wait", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, EVERYWHERE, false,
	      value_frag_wait, 0,
	      "Share of the time in which vCPUs wanted to run that they waited or were held beside "
	      "an idle pCPU which they may use."),
	LATENCIES("wait", GH_WAIT, true,
		  "each spell of being runnable and off CPU, those still open at the end with at "
		  "least their age"),
	LATENCIES("wakeup", GH_WAKEUP, true,
		  "the time from wake-up to running, those still open at the end with at least "
		  "their "
		  "age"),
	LATENCIES("response", GH_RESPONSE, true,
		  "the time from an arrival as scheduled to its completion, those still open at "
		  "the "
		  "end with at least their age"),
	LATENCIES("lockwait", GH_LOCK_WAIT, false,
		  "the time from wanting a lock to having it, waits still open at the end with at "
		  "least their age"),
	LATENCIES("stint", GH_STINT, false, "each spell on a pCPU"),

	/* -- fairness -- */
	ENTRY("jain", UNIT_INDEX, BETTER_HIGHER, METRIC_MEAN, IN_HOST, true, value_jain, 0,
	      "Jain's index (sum x)^2 / (n sum x^2) over the guests' x = received / entitled; 1 is "
	      "fair. A VM entitled to nothing, as it never wanted to run, is left out. With "
	      "fairness: vcpu or vm x is at most 1."),
	ENTRY("unfair_max", UNIT_SHARE, BETTER_LOWER, METRIC_MEAN, IN_HOST, true, value_unfair_max,
	      0,
	      "Largest |received - entitled| / entitled over the guests. With fairness: vcpu or vm "
	      "the largest (entitled - received) / entitled, or 0: what one has too much another "
	      "one lacks."),
	{.name = "unfair_siblings",
	 .definition =
		 "Largest (due - received) / due over the vCPUs of a guest, where due is the "
		 "vCPU's "
		 "share of what its VM received: as the fluid schedule shares out what the VM is "
		 "entitled to. Only with fairness: vcpu or vm; written down only where it is not "
		 "0.",
	 .unit = UNIT_SHARE,
	 .better = BETTER_LOWER,
	 .kind = METRIC_MEAN,
	 .scopes = EVERYWHERE,
	 .headline = true,
	 .rare = true,
	 .value = value_unfair_siblings},
	ENTRY("received", UNIT_SHARE, BETTER_NONE, METRIC_MEAN, EVERYWHERE, false, value_received,
	      0, "Running time as a share of the host's pCPU time (offline pCPUs left out)."),
	ENTRY("entitled", UNIT_SHARE, BETTER_NONE, METRIC_MEAN, EVERYWHERE, false, value_entitled,
	      0,
	      "Weighted max-min share of the host while backlogged, below its cap if it has one; "
	      "with fairness: vcpu or vm, what an ideal fluid schedule of the same demand gives by "
	      "the window's end. As a share of the host's pCPU time (offline pCPUs left out)."),
	ENTRY("received_of_entitled", UNIT_INDEX, BETTER_NONE, METRIC_RATIO, EVERYWHERE, false,
	      value_received_of_entitled, 0, "Running time over entitled time; 1 is fair."),

	/* -- the host -- */
	ENTRY("utilisation", UNIT_SHARE, BETTER_HIGHER, METRIC_RATIO, IN_HOST, true,
	      value_utilisation, 0,
	      "Share of the pCPU time that the policy had (neither offline nor stolen) that was "
	      "not "
	      "idle."),
	ENTRY("host_useful", UNIT_SHARE, BETTER_HIGHER, METRIC_RATIO, IN_HOST, false,
	      value_pcpu_had, PT_USEFUL,
	      "Share of the pCPU time that the policy had (neither offline nor stolen) that went "
	      "into work, the management VM's included."),
	ENTRY("idle", UNIT_SHARE, BETTER_NONE, METRIC_RATIO, IN_HOST, false, value_pcpu_had,
	      PT_IDLE,
	      "Share of the pCPU time that the policy had (neither offline nor stolen) that was "
	      "idle."),
	ENTRY("frag_idle", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, IN_HOST, true, value_frag_idle,
	      0,
	      "Share of the pCPU time that the policy had (neither offline nor stolen) that was "
	      "idle "
	      "while a vCPU that may run there was runnable or held."),
	ENTRY("forced_idle", UNIT_SHARE, BETTER_LOWER, METRIC_RATIO, IN_HOST, false,
	      value_forced_idle, 0,
	      "The part of frag_idle beside a busy thread of the same core: what core scheduling "
	      "pays with."),
	ENTRY("switches", UNIT_RATE, BETTER_LOWER, METRIC_MEAN, IN_HOST, true, value_switches, 0,
	      "Changes of the vCPU on a pCPU, a second, over all pCPUs."),
	RATE("stints", BETTER_NONE, false, VC_SWITCHES, "Times a vCPU was switched in, a second."),
	RATE("preemptions", BETTER_LOWER, false, VC_PREEMPTIONS,
	     "Times a vCPU was switched out while it could have gone on, yields left out, a "
	     "second."),
	RATE("migrations", BETTER_LOWER, false, VC_MIGRATIONS,
	     "Times a vCPU was switched in on another pCPU than before, a second."),
	RATE("sibling_turns", BETTER_LOWER, false, VC_SIBLING_TURNS,
	     "Times a vCPU was switched in right behind a sibling that still wanted to run, a "
	     "second: siblings are stacked in one queue."),
	RATE("wakeups", BETTER_NONE, false, VC_WAKEUPS, "Wake-ups of vCPUs, a second."),
	RATE("halt_polls", BETTER_NONE, false, VC_HALT_POLLS,
	     "Halts of vCPUs for which the pCPU polled before giving them up, a second."),
	RATE("halt_polls_woken", BETTER_NONE, false, VC_HALT_POLLS_WOKEN,
	     "Of these pollings, those that a wake-up ended: the vCPU went on at once."),
	RATE("ple_exits", BETTER_NONE, false, VC_PLE_EXITS,
	     "Pause-loop exits of spinning vCPUs, a second."),
	RATE("yields_to", BETTER_NONE, false, VC_YIELDS_TO,
	     "Times a spinning vCPU gave way to a sibling that the host or the guest named, a "
	     "second."),
	RATE("yields_hit", BETTER_NONE, false, VC_YIELDS_HIT,
	     "Of these, those to the sibling that was waited for at the end of the chain."),
	ENTRY("picks", UNIT_RATE, BETTER_NONE, METRIC_MEAN, IN_HOST, false, value_picks, 0,
	      "Times the policy was asked what to run, a second."),
	ENTRY("kicks", UNIT_RATE, BETTER_NONE, METRIC_MEAN, IN_HOST, false, value_kicks, 0,
	      "Times a pCPU was kicked to pick again, a second."),
	RATE("mutex_sleeps", BETTER_LOWER, false, VC_MUTEX_SLEEPS,
	     "Times a thread went to sleep for a mutex, a second."),
	RATE("thread_switches", BETTER_LOWER, false, VC_THREAD_SWITCHES,
	     "Times a vCPU went on with another of its guest's threads than its last, a second."),
	RATE("thread_preemptions", BETTER_LOWER, false, VC_THREAD_PREEMPTIONS,
	     "Times a guest took a thread off its vCPU at the end of its slice, a second."),
	ENTRY("finished", UNIT_COUNT, BETTER_HIGHER, METRIC_MEAN, EVERYWHERE, false, value_count,
	      VC_FINISHED, "vCPUs, or threads, whose finite programs completed."),
	ENTRY("violations", UNIT_COUNT, BETTER_LOWER, METRIC_MEAN, IN_HOST, false, value_violations,
	      0,
	      "Answers of the policy that broke the contract, over the whole run; the pCPU idled."),

	/* -- where vCPU time goes: these add up to 1 -- */
	VTIME("time_useful", VT_USEFUL, "running, working outside critical sections."),
	VTIME("time_critical", VT_CRITICAL, "running, working inside critical sections."),
	VTIME("time_contention", VT_SPIN_CONTENTION, "spinning, contention."),
	VTIME("time_lhp", VT_SPIN_LHP, "spinning, lock holder preempted."),
	VTIME("time_lwp", VT_SPIN_LWP, "spinning, next lock waiter preempted."),
	VTIME("time_partner", VT_SPIN_PARTNER, "spinning, barrier or IPI partner off CPU."),
	VTIME("time_overhead", VT_OVERHEAD, "running, but switching, refilling caches, in exits."),
	VTIME("time_halt_poll", VT_HALT_POLL, "blocked, the pCPU polling for it."),
	VTIME("time_steal", VT_STEAL, "runnable, waiting for a pCPU (esxtop's %RDY)."),
	VTIME("time_held", VT_HELD, "runnable, co-stopped or capped (esxtop's %CSTP, %MLMTD)."),
	VTIME("time_blocked", VT_BLOCKED, "halted, asleep, not started or complete."),

	/* -- where thread time goes, in VMs with more threads than vCPUs: these add up to 1 -- */
	TTIME("thread_ready", TT_READY, "waiting for a vCPU."),
	TTIME("thread_loaded", TT_LOADED, "on a vCPU, which may run or not."),
	TTIME("thread_asleep", TT_ASLEEP, "asleep."),
	TTIME("thread_waiting", TT_WAITING, "blocked at a barrier, or for a mutex."),
	TTIME("thread_over", TT_OVER, "not started, complete, or halted for good."),

	/* -- where pCPU time goes: these add up to 1 -- */
	PTIME("pcpu_useful", PT_USEFUL, "guest work."),
	PTIME("pcpu_spin", PT_SPIN, "guests spinning."),
	PTIME("pcpu_overhead", PT_OVERHEAD, "switching, cold caches, exits, ticks."),
	PTIME("pcpu_halt_poll", PT_HALT_POLL, "polling for a halted vCPU."),
	PTIME("pcpu_stolen", PT_STOLEN, "host work out of the policy's reach."),
	PTIME("pcpu_idle", PT_IDLE, "idle."),
	PTIME("pcpu_offline", PT_OFFLINE, "offline."),
};

const uint32_t nr_metric_registry = sizeof(metric_registry) / sizeof(metric_registry[0]);
