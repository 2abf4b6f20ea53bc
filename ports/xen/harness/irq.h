/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * irq.h - interrupts on and off, in a process: included before every source.
 *
 * cli and sti are privileged.  A flag stands in, so that Xen's ASSERTs about it
 * mean something, and the locks can tell a hook that was called wrongly.
 */
#ifndef CORUN_HARNESS_IRQ_H
#define CORUN_HARNESS_IRQ_H
#ifndef __ASSEMBLY__
#include <asm/system.h>

extern unsigned long harness_irqs; /* non-zero: enabled */

#undef local_irq_disable
#undef local_irq_enable
#undef local_irq_save
#undef local_irq_restore
#define local_irq_disable() ((void)(harness_irqs = 0))
#define local_irq_enable() ((void)(harness_irqs = 1))
#define local_irq_save(x) ((x) = harness_irqs, harness_irqs = 0)
#define local_irq_restore(x) ((void)(harness_irqs = (x)))
#define local_irq_is_enabled() (harness_irqs != 0)
#endif
#endif
