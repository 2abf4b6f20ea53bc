/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpmath.h - log, exp and the normal quantile from IEEE basic operations alone.
 *
 * The C library picks among builds of these functions by CPU (with and without
 * fused multiply-add), whose last bits differ.  A draw must not depend on the
 * machine, so the few functions that demand needs are here: additions,
 * multiplications, divisions and square roots only, which IEEE 754 defines to
 * the bit.  Error below 1e-14, relative or (log near 1) absolute; checked
 * against GSL by the unit tests.  Inline: a draw is a third of a guest step.
 */
#ifndef CORUN_FPMATH_H
#define CORUN_FPMATH_H

#include <stdint.h>
#include <string.h>

/* A double near 1 / (1 + (i + 1/2) / 128), and its -ln. */
struct fp_log_entry {
	double inverse, log;
};
extern const struct fp_log_entry fp_log_table[128];
extern const double fp_exp_table[64]; /* 2^(i / 64) */

#define FP_LN2_HIGH 0x1.62e42fee00000p-1 /* 32 bits: times an exponent it is exact */
#define FP_LN2_LOW 0x1.a39ef35793c76p-33

static inline uint64_t fp_bits(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static inline double fp_double(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/* ln(1 + r) for |r| up to about 1/256, by its series. */
static inline double fp_log1p_small(double r)
{
	double r2 = r * r; /* in pairs, not one after the other: half the latency */

	return r * ((1.0 - r * (1.0 / 2)) +
		    r2 * ((1.0 / 3 - r * (1.0 / 4)) + r2 * (1.0 / 5 - r * (1.0 / 6))));
}

/* Natural logarithm of x > 0 (normal numbers): e ln 2 + ln c + ln(1 + r), m = c (1 + r). */
static inline double fp_log(double x)
{
	uint64_t bits = fp_bits(x);
	double exponent = (double)((int)(bits >> 52) - 1023);
	double m = fp_double((bits & UINT64_C(0xfffffffffffff)) | UINT64_C(0x3ff0000000000000));
	const struct fp_log_entry *c = &fp_log_table[(bits >> 45) & 127];
	double r = m * c->inverse - 1;

	/* Near 1 the table's part and the exponent's would cancel: the series alone. */
	if (x > 1 - 0x1p-9 && x < 1 + 0x1p-9)
		return fp_log1p_small(x - 1);
	return exponent * FP_LN2_HIGH + (c->log + (fp_log1p_small(r) + exponent * FP_LN2_LOW));
}

/* e^x = 2^n 2^(i/64) e^r; 0 below -700, the value at 700 above. */
static inline double fp_exp(double x)
{
	int64_t k;
	double r, r2;

	if (x < -700)
		return 0;
	if (x > 700)
		x = 700;
	k = (int64_t)(x * 0x1.71547652b82fep+6 + (x < 0 ? -0.5 : 0.5));
	r = (x - (double)k * (FP_LN2_HIGH / 64)) - (double)k * (FP_LN2_LOW / 64);
	r2 = r * r;
	r = (1.0 + r) + r2 * ((1.0 / 2 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120)));
	return r * fp_exp_table[k & 63] * fp_double((uint64_t)(1023 + (k >> 6)) << 52);
}

/* x^y for x > 0. */
static inline double fp_pow(double x, double y)
{
	return fp_exp(y * fp_log(x));
}

/*
 * Quantile of the standard normal distribution, 0 < p < 1.
 * Source: M. J. Wichura, "Algorithm AS 241", Applied Statistics 37 (1988).
 */
double fp_normal_quantile(double p);

#endif
