/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeline.js - who ran when: policies one below the other on one axis.  A lane is a row of an
 * image as wide as the window, scaled to the lane's height, so that a frame costs the same
 * whatever is in it.
 */
"use strict";
(async () => {
	const section = document.getElementById("timeline");

	if (!section)
		return;
	/* as the figures have it: blue, orange, green, ... */
	const PALETTE = [[0, 114, 178], [230, 159, 0], [0, 158, 115], [213, 94, 0], [86, 180, 233],
		[204, 121, 167], [240, 228, 66], [85, 85, 85], [0, 69, 107], [138, 96, 0], [0, 95, 69], [128, 56, 0]];
	const NOISE = [144, 144, 144], LANE = 15, STRIP = 5, HEAD = 22, AXIS = 26;
	const data = await unpackTraces();
	/* a colour is an entry of vms:, and its VMs are shades of it */
	const rgbOfVm = new Map(), shade = (rgb, i) => rgb.map(c => Math.round(c + (255 - c) * 0.45 * (i % 3) / 2));

	data.entries.forEach((entry, i) => {
		entry.rgb = entry.noise ? NOISE : PALETTE[i % PALETTE.length];
		entry.vms.forEach((vm, nr) => rgbOfVm.set(vm, shade(entry.rgb, entry.vms.length === 2 ? 2 * nr : nr)));
	});
	const packed = (rgb, dim) => Math.max(1, (rgb[0] * dim) << 16 | (rgb[1] * dim) << 8 | rgb[2] * dim);
	for (const policy of data.policies) {
		const rgbs = policy.vmOf.map(vm => rgbOfVm.get(vm) || NOISE);

		policy.rgb = Int32Array.from(rgbs, rgb => packed(rgb, 1));
		policy.dark = Int32Array.from(rgbs, rgb => packed(rgb, 0.6));
	}
	const ms = ns => (ns / 1e6).toLocaleString("en", {maximumFractionDigits: 6, useGrouping: false}) + " ms";

	/* -- what stands around the canvas ---------------------------------------------- */
	const make = (tag, parent, properties = {}) => {
		const element = Object.assign(document.createElement(tag), properties);

		parent.append(element);
		return element;
	};
	const bar = make("div", section, {className: "bar"});
	const button = (text, title, action) => {
		const b = make("button", bar, {type: "button", textContent: text, title});

		b.addEventListener("click", action);
		return b;
	};
	const legend = make("p", section, {className: "legend"});
	const swatch = (rgb, text) => {
		const item = make("span", legend);

		make("i", item).style.background = `rgb(${rgb})`;
		item.append(text);
	};
	data.entries.forEach(entry => swatch(entry.rgb, entry.vms.length > 1 ? `${entry.name} (shades: its VMs)` : entry.name));
	swatch([0, 0, 0], "strip below: spinning for somebody who is off CPU, or contended");
	swatch([185, 185, 185], "vCPU waits (steal)");
	swatch([110, 110, 110], "held back (co-stop, cap)");
	legend.append("dark: holds a lock; red mark: harmful preemption of a lock's holder; tick: a kick");
	const canvas = make("canvas", section, {tabIndex: 0});
	const said = make("output", section, {className: "said"});

	canvas.setAttribute("role", "application");
	canvas.setAttribute("aria-label", "timeline: arrows pan, plus and minus zoom, Home shows all, n and p jump to harmful preemptions");
	said.setAttribute("aria-live", "polite");
	make("p", section, {className: "about", textContent:
		"Drag or arrows: pan. Ctrl and the wheel, + and -: zoom. Home: everything. n, p: to the next and the " +
		"previous harmful preemption. A click says what a stint did." +
		(data.from_ns > 0 || data.to_ns < data.end_ns ?
			` Shown: ${ms(data.from_ns)} to ${ms(data.to_ns)} of ${ms(data.end_ns)}; the rest would not fit.` : "")});

	/* -- lanes ------------------------------------------------------------------------- */
	let showPcpus = true, showVcpus = data.policies.reduce((n, p) => n + p.vcpus.length, 0) <= 64;
	let lanes = [], height = 0;
	const layOut = () => {
		lanes = [];
		height = 0;
		for (const policy of data.policies) {
			lanes.push({policy, top: height, title: policy.policy});
			height += HEAD;
			if (showPcpus)
				policy.pcpus.forEach((lane, i) => {
					lanes.push({policy, lane, top: height, label: `pCPU ${i}`, pcpu: i, guess: 0});
					height += LANE + 1;
				});
			if (showVcpus)
				policy.vcpus.forEach((lane, i) => {
					lanes.push({policy, lane, top: height, label: policy.names[i] || `vCPU ${i}`, vcpu: i, guess: 0});
					height += LANE + 1;
				});
			height += 6;
		}
		height += AXIS;
	};

	/* -- a frame ----------------------------------------------------------------------- */
	const view = {from: data.from_ns, to: data.to_ns};
	const row = document.createElement("canvas"), rowContext = row.getContext("2d");
	const context = canvas.getContext("2d");
	const frame = {rectangles: 0, number: 0, selected: null};
	let width = 0, gutter = 0, scale = 1, asked = false;

	/*
	 * One row of colours and one of spinning.  A pixel takes the colour of what is in its
	 * middle, or, where it has many spans, of four places in it; its spinning is exact.  The
	 * spans in view are passed once, so that a frame costs no more than there are of them.
	 */
	const IDLE = 0, POLLS = 0x96bedc, STEAL = 0xb9b9b9, HELD = 0x6e6e6e;
	const fill = (entry, pixels, y, columns) => {
		const {lane, policy} = entry, {start, state, who, spun} = lane, last = lane.n - 1;
		const full = policy.rgb, dark = policy.dark, waits = entry.vcpu !== undefined;
		const step = (view.to - view.from) / columns;
		let i = entry.guess = lane.find(view.from, entry.guess), before = spunAt(lane, i, view.from);
		let at = y * columns, strip = at + columns;

		for (let x = 0; x < columns; x++, at++, strip++) {
			const left = view.from + x * step, right = left + step;
			const samples = start[i + 1] >= right ? 1 : 4;
			let r = 0, g = 0, b = 0, n = 0;

			for (let k = 0; k < samples; k++) {
				const to = left + step * (k + 0.5) / samples;

				while (i < last && start[i + 1] <= to)
					i++;
				const s = state[i];
				const rgb = s < 7 ? (who[i] === 65535 ? IDLE : s === 1 ? dark[who[i]] : full[who[i]]) :
					s === 7 ? POLLS : !waits ? IDLE : s === 8 ? STEAL : s === 9 ? HELD : IDLE;

				if (rgb !== IDLE) {
					r += rgb >> 16;
					g += rgb >> 8 & 255;
					b += rgb & 255;
					n++;
				}
			}
			while (i < last && start[i + 1] <= right)
				i++;
			const after = spun[i] + (state[i] >= 2 && state[i] <= 5 ? Math.min(right, start[i + 1]) - start[i] : 0);
			const part = (after - before) / step;

			before = after;
			/* as the canvas has them in memory: alpha, blue, green, red */
			if (n)
				pixels[at] = (255 * n / samples) << 24 | (b / n) << 16 | (g / n) << 8 | r / n;
			if (part > 0)
				pixels[strip] = Math.max(40, Math.min(255, 255 * part)) << 24;
		}
	};
	const spunAt = (lane, i, at) => lane.spun[i] + (isSpin(lane.state[i]) ? Math.min(at, lane.start[i + 1]) - lane.start[i] : 0);
	const xOf = ns => gutter + (ns - view.from) / (view.to - view.from) * (width - gutter);
	const nsOf = x => view.from + (x - gutter) / (width - gutter) * (view.to - view.from);
	const rectangle = (x, y, w, h) => {
		context.fillRect(x, y, w, h);
		frame.rectangles++;
	};
	/* Those of a sorted list that are in view, at most so many. */
	const inView = (list, most, action) => {
		let i = lowerBound(list.at, view.from);
		const end = lowerBound(list.at, view.to), stride = Math.max(1, Math.ceil((end - i) / most));

		for (; i < end; i += stride)
			action(i);
	};
	const lowerBound = (list, at) => {
		let low = 0, high = list.length;

		while (low < high) {
			const middle = (low + high) >> 1;

			if (list[middle] < at)
				low = middle + 1;
			else
				high = middle;
		}
		return low;
	};
	const drawMarks = entry => {
		const {policy} = entry;

		if (entry.pcpu === undefined)
			return;
		if (policy.kicks.at.length && (view.to - view.from) < 5e7) {
			context.fillStyle = ink;
			inView(policy.kicks, 1000, i => {
				if (policy.kicks.pcpu[i] === entry.pcpu)
					rectangle(xOf(policy.kicks.at[i]), entry.top, 1, 4);
			});
		}
		context.fillStyle = "#c00000";
		inView(policy.harms, 1000, i => {
			if (policy.harms.pcpu[i] === entry.pcpu) {
				const x = xOf(policy.harms.at[i]);

				context.beginPath();
				context.moveTo(x - 4, entry.top);
				context.lineTo(x + 4, entry.top);
				context.lineTo(x, entry.top + 7);
				context.fill();
				frame.rectangles++;
			}
		});
	};
	let ink = "#000", ground = "#fff", pale = "#666", rule = "#ddd";
	const drawAxis = () => {
		const span = view.to - view.from, about = span / Math.max(2, (width - gutter) / 110);
		let step = 10 ** Math.floor(Math.log10(about));

		step *= about / step > 5 ? 10 : about / step > 2 ? 5 : about / step > 1 ? 2 : 1;
		context.fillStyle = pale;
		context.textAlign = "center";
		const digits = Math.max(0, Math.min(6, Math.ceil(-Math.log10(step / 1e6))));

		for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) {
			rectangle(xOf(at), height - AXIS, 1, 5);
			if (xOf(at) < width - 30 && xOf(at) > gutter + 20)
				context.fillText((at / 1e6).toFixed(digits) + " ms", xOf(at), height - 8);
		}
	};
	const draw = () => {
		const columns = Math.max(1, Math.round((width - gutter) * scale));
		const shown = lanes.filter(entry => entry.lane);
		const image = new ImageData(columns, Math.max(1, 2 * shown.length));

		asked = false;
		frame.rectangles = 0;
		const pixels = new Uint32Array(image.data.buffer);

		shown.forEach((entry, n) => fill(entry, pixels, 2 * n, columns));
		row.width = columns;
		row.height = image.height;
		rowContext.putImageData(image, 0, 0);
		context.setTransform(scale, 0, 0, scale, 0, 0);
		context.fillStyle = ground;
		rectangle(0, 0, width, height);
		context.imageSmoothingEnabled = false;
		context.font = "11px system-ui, sans-serif";
		context.textBaseline = "middle";
		shown.forEach((entry, n) => {
			context.fillStyle = rule;
			rectangle(gutter, entry.top + LANE, width - gutter, 1);
			context.drawImage(row, 0, 2 * n, columns, 1, gutter, entry.top, width - gutter, LANE);
			context.drawImage(row, 0, 2 * n + 1, columns, 1, gutter, entry.top + LANE - STRIP, width - gutter, STRIP);
			frame.rectangles += 2;
			context.fillStyle = pale;
			context.textAlign = "right";
			context.fillText(entry.label, gutter - 6, entry.top + LANE / 2, gutter - 8);
			drawMarks(entry);
		});
		context.textAlign = "left";
		for (const entry of lanes)
			if (entry.title !== undefined) {
				context.fillStyle = ink;
				context.font = "bold 13px system-ui, sans-serif";
				context.fillText(entry.title, 2, entry.top + HEAD / 2 + 2);
			}
		context.font = "11px system-ui, sans-serif";
		drawAxis();
		if (frame.selected) {
			context.strokeStyle = ink;
			context.lineWidth = 2;
			const s = frame.selected, x = xOf(s.from), x2 = xOf(s.to);

			context.strokeRect(Math.max(gutter, x), s.entry.top, Math.max(2, Math.min(width, x2) - Math.max(gutter, x)), LANE);
		}
		frame.number++;
		canvas.dataset.from = view.from;
		canvas.dataset.to = view.to;
		canvas.dataset.rectangles = frame.rectangles;
		canvas.dataset.frame = frame.number;
	};
	const ask = () => {
		if (!asked)
			requestAnimationFrame(draw);
		asked = true;
	};
	const resize = () => {
		const style = getComputedStyle(document.body);

		scale = window.devicePixelRatio || 1;
		width = Math.max(200, section.clientWidth);
		gutter = width < 600 ? 64 : 110;
		canvas.width = Math.round(width * scale);
		canvas.height = Math.round(height * scale);
		canvas.style.width = `${width}px`;
		canvas.style.height = `${height}px`;
		ink = style.color;
		ground = style.backgroundColor;
		pale = style.getPropertyValue("--pale").trim() || pale;
		rule = style.getPropertyValue("--rule").trim() || rule;
		ask();
	};

	/* -- moving ------------------------------------------------------------------------- */
	const show = (from, to) => {
		const most = data.to_ns - data.from_ns, span = Math.min(most, Math.max(200, to - from));
		const begin = Math.min(Math.max(from, data.from_ns), data.to_ns - span);

		view.from = begin;
		view.to = begin + span;
		ask();
	};
	const zoom = (factor, around = (view.from + view.to) / 2) =>
		show(around - (around - view.from) * factor, around + (view.to - around) * factor);
	const pan = part => show(view.from + part * (view.to - view.from), view.to + part * (view.to - view.from));
	const whole = () => show(data.from_ns, data.to_ns);

	/* -- what a stint did ---------------------------------------------------------------- */
	const describe = (entry, at) => {
		const {lane, policy} = entry, i = lane.find(at, 0), state = lane.state[i];
		const name = policy.names[lane.who[i]] || "";

		if (!runs(state) || lane.who[i] === 65535) {
			const from = lane.start[i], to = lane.start[i + 1];
			const what = entry.pcpu !== undefined ? "idle" : STATES[state];

			frame.selected = {entry, from, to};
			return `${policy.policy}, ${entry.label}: ${what} for ${ms(to - from)}, from ${ms(from)} to ${ms(to)}`;
		}
		const [first, last] = lane.stint(i), parts = new Map();

		for (let j = first; j <= last; j++)
			parts.set(lane.state[j], (parts.get(lane.state[j]) || 0) + lane.start[j + 1] - lane.start[j]);
		const from = lane.start[first], to = lane.start[last + 1];
		const did = [...parts].sort((a, b) => b[1] - a[1]).map(([s, ns]) => `${STATES[s]} ${ms(ns)}`).join(", ");
		const why = REASONS[lane.reason[last]] || "it goes on";

		frame.selected = {entry, from, to};
		return `${policy.policy}: ${name} on pCPU ${lane.pcpu[i]} for ${ms(to - from)}, from ${ms(from)} to ${ms(to)}: ${did}. End: ${why}.`;
	};
	const select = (entry, at) => {
		said.textContent = describe(entry, at);
		ask();
	};
	const jump = direction => {
		const middle = (view.from + view.to) / 2;
		let best = null;

		for (const policy of data.policies)
			for (let i = 0; i < policy.harms.at.length; i++) {
				const at = policy.harms.at[i], ahead = (at - middle) * direction;

				if (ahead > 1 && (!best || ahead < best.ahead))
					best = {ahead, at, policy, i};
			}
		if (!best) {
			said.textContent = "no harmful preemption further on";
			return;
		}
		const span = Math.min(view.to - view.from, 4e6), {policy, at} = best;

		show(at - span / 2, at + span / 2);
		const entry = lanes.find(e => e.lane && e.policy === policy && e.pcpu === policy.harms.pcpu[best.i]);

		said.textContent = `${policy.policy}: ${policy.names[policy.harms.vcpu[best.i]]} is preempted on pCPU ` +
			`${policy.harms.pcpu[best.i]} at ${ms(at)} while it holds a lock that a sibling spins for`;
		if (entry)
			describe(entry, at - 1);
	};

	/* -- controls ------------------------------------------------------------------------- */
	button("all", "Home", whole);
	button("+", "zoom in", () => zoom(0.5));
	button("−", "zoom out", () => zoom(2));
	button("◀ harm", "p: the harmful preemption before", () => jump(-1));
	button("harm ▶", "n: the next harmful preemption", () => jump(1));
	const toggles = {};
	const toggle = (text, is, set) => {
		const b = toggles[text] = button(text, `show ${text}`, () => {
			set(!is());
			b.setAttribute("aria-pressed", String(is()));
			layOut();
			resize();
		});

		b.setAttribute("aria-pressed", String(is()));
	};
	toggle("pCPUs", () => showPcpus, on => { showPcpus = on; });
	toggle("vCPUs", () => showVcpus, on => { showVcpus = on; });
	const keys = {ArrowLeft: () => pan(-0.2), ArrowRight: () => pan(0.2), "+": () => zoom(0.5), "=": () => zoom(0.5),
		"-": () => zoom(2), Home: whole, n: () => jump(1), p: () => jump(-1)};

	canvas.addEventListener("keydown", event => {
		if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
			event.preventDefault();
			keys[event.key]();
		}
	});
	canvas.addEventListener("wheel", event => {
		const x = event.clientX - canvas.getBoundingClientRect().left;

		if (event.ctrlKey || event.metaKey) {
			event.preventDefault();
			zoom(Math.exp(event.deltaY / 300), nsOf(Math.max(gutter, x)));
		} else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
			event.preventDefault();
			pan(event.deltaX / (width - gutter));
		}
	}, {passive: false});
	let drag = null;
	canvas.addEventListener("pointerdown", event => {
		drag = {x: event.clientX, from: view.from, to: view.to, moved: false};
		canvas.setPointerCapture(event.pointerId);
	});
	canvas.addEventListener("pointermove", event => {
		if (!drag)
			return;
		const ns = (event.clientX - drag.x) / (width - gutter) * (drag.to - drag.from);

		drag.moved = drag.moved || Math.abs(event.clientX - drag.x) > 4;
		if (drag.moved)
			show(drag.from - ns, drag.to - ns);
	});
	canvas.addEventListener("pointerup", event => {
		const box = canvas.getBoundingClientRect(), y = event.clientY - box.top, x = event.clientX - box.left;
		const entry = lanes.find(e => e.lane && y >= e.top && y < e.top + LANE);

		if (drag && !drag.moved && entry && x > gutter)
			select(entry, nsOf(x));
		drag = null;
	});
	canvas.addEventListener("dblclick", event =>
		zoom(0.33, nsOf(event.clientX - canvas.getBoundingClientRect().left)));
	new ResizeObserver(resize).observe(section);
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", resize);

	layOut();
	resize();
	/* for whoever looks from outside (the tests): what there is, and where a lane lies */
	window.corunTimeline = {data, view, show, frame, draw,
		place: (policy, label, at) => {
			const entry = lanes.find(e => e.lane && e.policy.policy === policy && e.label === label);
			const box = canvas.getBoundingClientRect();

			return entry ? [Math.round(box.left + xOf(at)), Math.round(box.top + entry.top + LANE / 2)] : null;
		}};
	requestAnimationFrame(() => requestAnimationFrame(() => {
		performance.mark("timeline");
		document.documentElement.dataset.ready = "timeline";
	}));
})();
