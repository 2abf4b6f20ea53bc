/* SPDX-License-Identifier: BSD-2-Clause */
/* page.js - the table: definitions on demand, and every metric. */
"use strict";
(() => {
	const table = document.getElementById("table");
	const all = document.getElementById("all-metrics");

	for (const button of table.querySelectorAll("button.metric"))
		button.addEventListener("click", () => {
			const definition = button.closest("tr").nextElementSibling;

			definition.hidden = !definition.hidden;
			button.setAttribute("aria-expanded", String(!definition.hidden));
		});
	all.addEventListener("click", () => {
		const on = all.getAttribute("aria-pressed") !== "true";

		all.setAttribute("aria-pressed", String(on));
		for (const row of table.querySelectorAll("tr.more")) {
			row.hidden = !on;
			if (!on)
				row.nextElementSibling.hidden = true;
		}
	});
	document.documentElement.dataset.ready = "table";
})();
