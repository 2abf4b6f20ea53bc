/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpmath.h - log, exp and the normal quantile from IEEE basic operations alone.
 *
 * The C library picks among builds of these functions by CPU (with and without
 * fused multiply-add), whose last bits differ.  A draw must not depend on the
 * machine, so the few functions that demand needs are here: additions,
 * multiplications, divisions and square roots only, which IEEE 754 defines to
 * the bit.  Error below 1e-14, relative or (log near 1) absolute; checked against GSL by the unit tests.
 */
#ifndef CORUN_FPMATH_H
#define CORUN_FPMATH_H

/* Natural logarithm of x > 0 (normal numbers). */
double fp_log(double x);

/* e^x; 0 below -700, the value at 700 above. */
double fp_exp(double x);

/* x^y for x > 0. */
double fp_pow(double x, double y);

/*
 * Quantile of the standard normal distribution, 0 < p < 1.
 * Source: M. J. Wichura, "Algorithm AS 241", Applied Statistics 37 (1988).
 */
double fp_normal_quantile(double p);

#endif
