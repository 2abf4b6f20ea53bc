/* SPDX-License-Identifier: BSD-2-Clause */
/* The one symbol that a policy's shared object exports. */
#include "sp_module.h"

extern const struct sp_module_class sp_class_small, sp_class_medium, sp_class_large;

extern const struct sp_module sp_module;
__attribute__((visibility("default"))) const struct sp_module sp_module = {
	.version = SP_MODULE_VERSION,
	.contract = SP_CONTRACT_VERSION,
	.nr_classes = SP_MODULE_CLASSES,
	.classes = {&sp_class_small, &sp_class_medium, &sp_class_large},
};
