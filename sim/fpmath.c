/* SPDX-License-Identifier: BSD-2-Clause */
#include "fpmath.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "fpmath_tables.h"

#define LN2_HIGH 0x1.62e42fee00000p-1 /* 32 bits: times an exponent it is exact */
#define LN2_LOW 0x1.a39ef35793c76p-33

static uint64_t bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static double double_of(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

static double horner(const double *c, int n, double x)
{
	double sum = c[n - 1];

	for (int i = n - 2; i >= 0; i--)
		sum = sum * x + c[i];
	return sum;
}

/* ln(1 + r) / r and e^r: |r| is at most 1/256 + 1/16384, and ln 2 / 128. */
static const double log_series[] = {1.0, -1.0 / 2, 1.0 / 3, -1.0 / 4, 1.0 / 5, -1.0 / 6};
static const double exp_series[] = {1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120};

/* ln x = e ln 2 + ln c + ln(1 + r), with m = c (1 + r) and c from the table. */
double fp_log(double x)
{
	uint64_t bits = bits_of(x);
	int exponent = (int)(bits >> 52) - 1023;
	double m = double_of((bits & UINT64_C(0xfffffffffffff)) | UINT64_C(0x3ff0000000000000));
	uint32_t i = (uint32_t)(bits >> 45) & 127;
	double r = m * log_table[i].inverse - 1; /* rounding: 1e-16 of m, no more in ln */

	/* Near 1 the table's part and the exponent's would cancel: take the series alone. */
	if (x > 1 - 0x1p-9 && x < 1 + 0x1p-9)
		return (x - 1) * horner(log_series, 6, x - 1);
	return exponent * LN2_HIGH + (log_table[i].log + (r * horner(log_series, 6, r) + exponent * LN2_LOW));
}

/* e^x = 2^n 2^(i/64) e^r. */
double fp_exp(double x)
{
	int64_t k;
	double r;

	if (x < -700)
		return 0;
	if (x > 700)
		x = 700;
	k = (int64_t)(x * 0x1.71547652b82fep+6 + (x < 0 ? -0.5 : 0.5));
	r = (x - (double)k * (LN2_HIGH / 64)) - (double)k * (LN2_LOW / 64);
	return horner(exp_series, 6, r) * exp_table[k & 63] *
	       double_of((uint64_t)(1023 + (k >> 6)) << 52);
}

double fp_pow(double x, double y)
{
	return fp_exp(y * fp_log(x));
}

/* Numerators and denominators of AS 241's three ranges, constant term first. */
static const double centre_num[] = {
	3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
	1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
	3.3430575583588128105e+4, 2.5090809287301226727e+3};
static const double centre_den[] = {
	1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
	2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4,
	5.2264952788528545610e+3};
static const double tail_num[] = {
	1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
	3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
	2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double tail_den[] = {
	1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
	1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
	1.05075007164441684324e-9};
static const double far_num[] = {
	6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
	2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
	2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double far_den[] = {
	1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
	7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
	2.04426310338993978564e-15};

double fp_normal_quantile(double p)
{
	double q = p - 0.5, r, x;

	if (q >= -0.425 && q <= 0.425) {
		r = 0.180625 - q * q;
		return q * horner(centre_num, 8, r) / horner(centre_den, 8, r);
	}
	r = sqrt(-fp_log(q < 0 ? p : 1 - p));
	if (r <= 5)
		x = horner(tail_num, 8, r - 1.6) / horner(tail_den, 8, r - 1.6);
	else
		x = horner(far_num, 8, r - 5) / horner(far_den, 8, r - 5);
	return q < 0 ? -x : x;
}
