/* SPDX-License-Identifier: BSD-2-Clause */
/* trace.js - the packed traces (sim/page/page_trace.h says how) as lanes of spans. */
"use strict";

const STATES = ["useful", "critical section", "spin: contention", "spin: lock holder preempted",
	"spin: next in line preempted", "spin: partner off CPU", "overhead", "halt poll",
	"waiting (steal)", "held back by the policy", "blocked", "before its first event"];
const REASONS = ["", "it blocked", "it was preempted", "it yielded", "its slice ended",
	"the host took the pCPU"];
const isSpin = state => state >= 2 && state <= 5;
const runs = state => state < 8 && state !== 7;

/* Bytes in, columns out. */
class Columns {
	constructor(bytes) {
		this.bytes = bytes;
		this.at = 0;
	}
	plane(n) {
		this.at += n;
		return this.bytes.subarray(this.at - n, this.at);
	}
	numbers(n, planes) {
		const to = new Float64Array(n);

		for (let p = 0, scale = 1; p < planes; p++, scale *= 256) {
			const bytes = this.plane(n);

			for (let i = 0; i < n; i++)
				to[i] += bytes[i] * scale;
		}
		return to;
	}
	instants(n, from) {
		const to = this.numbers(n, 5);

		for (let i = 0, at = from; i < n; i++)
			to[i] = at += to[i];
		return to;
	}
}

/*
 * A lane: spans one behind the other, start[i] to start[i + 1].  who is the vCPU (65535: idle);
 * spun and ran are what was spent in spinning and running before each span, so that any
 * stretch of the lane is two look-ups.
 */
class Lane {
	constructor(n) {
		this.n = 0;
		this.start = new Float64Array(n + 1);
		this.state = new Uint8Array(n);
		this.reason = new Uint8Array(n);
		this.who = new Uint16Array(n);
		this.pcpu = new Uint16Array(n);
		this.spun = new Float64Array(n + 1);
		this.ran = new Float64Array(n + 1);
	}
	add(start, end, state, reason, who, pcpu) {
		const i = this.n++, ns = end - start;

		this.start[i] = start;
		this.start[i + 1] = end;
		this.state[i] = state;
		this.reason[i] = reason;
		this.who[i] = who;
		this.pcpu[i] = pcpu;
		this.spun[i + 1] = this.spun[i] + (isSpin(state) ? ns : 0);
		this.ran[i + 1] = this.ran[i] + (runs(state) ? ns : 0);
	}
	/* The span at an instant, found from a guess that is as a rule near. */
	find(at, guess) {
		let low = Math.min(Math.max(guess, 0), this.n - 1), step = 1, high;

		while (low > 0 && this.start[low] > at) {
			low = Math.max(0, low - step);
			step *= 2;
		}
		step = 1;
		for (high = low + 1; high < this.n && this.start[high] <= at; step *= 2) {
			low = high;
			high = Math.min(this.n, high + step);
		}
		while (high - low > 1) {
			const middle = (low + high) >> 1;

			if (this.start[middle] <= at)
				low = middle;
			else
				high = middle;
		}
		return low;
	}
	/* The first and the last span of the stint that span i is part of. */
	stint(i) {
		let first = i, last = i;
		const same = j => runs(this.state[j]) && this.who[j] === this.who[i] && this.pcpu[j] === this.pcpu[i];

		while (first > 0 && same(first - 1) && !this.reason[first - 1])
			first--;
		while (last + 1 < this.n && !this.reason[last] && same(last + 1))
			last++;
		return [first, last];
	}
}

/* Each pCPU's lane from those of the vCPUs, in the order of time: a heap of the vCPUs. */
function pcpuLanes(vcpus, nrPcpus, from, to) {
	const count = new Uint32Array(nrPcpus).fill(2), heap = [], next = vcpus.map(() => 0);
	const key = v => vcpus[v].start[next[v]];
	const sift = at => {
		for (;;) {
			let least = at;

			for (let child = 2 * at + 1; child <= 2 * at + 2 && child < heap.length; child++)
				if (key(heap[child]) < key(heap[least]))
					least = child;
			if (least === at)
				return;
			[heap[at], heap[least]] = [heap[least], heap[at]];
			at = least;
		}
	};

	for (const lane of vcpus)
		for (let i = 0; i < lane.n; i++)
			if (lane.pcpu[i] !== 65535)
				count[lane.pcpu[i]] += 2; /* and what is idle before it */
	const lanes = Array.from(count, n => new Lane(n)), upto = new Float64Array(nrPcpus).fill(from);

	vcpus.forEach((lane, v) => { if (lane.n) heap.push(v); });
	for (let i = heap.length >> 1; i >= 0; i--)
		sift(i);
	while (heap.length) {
		const v = heap[0], lane = vcpus[v], i = next[v]++, p = lane.pcpu[i];

		if (p !== 65535) {
			if (lane.start[i] > upto[p])
				lanes[p].add(upto[p], lane.start[i], 10, 0, 65535, p);
			lanes[p].add(lane.start[i], lane.start[i + 1], lane.state[i], lane.reason[i], v, p);
			upto[p] = lane.start[i + 1];
		}
		if (next[v] === lane.n) {
			const last = heap.pop();

			if (heap.length)
				heap[0] = last;
		}
		if (heap.length)
			sift(0);
	}
	lanes.forEach((lane, p) => { if (upto[p] < to) lane.add(upto[p], to, 10, 0, 65535, p); });
	return lanes;
}

function unpackTrace(about, columns, from, to) {
	const n = about.spans.reduce((sum, x) => sum + x, 0);
	const ns = columns.numbers(n, 5), states = columns.plane(n), pcpu = columns.numbers(n, 2);
	let at = 0;
	const vcpus = about.spans.map((count, v) => {
		const lane = new Lane(count);

		for (let i = 0, start = from; i < count; i++, at++) {
			lane.add(start, start + ns[at], states[at] & 15, states[at] >> 4, v, pcpu[at]);
			start += ns[at];
		}
		return lane;
	});
	const harms = {at: columns.instants(about.harms, from), vcpu: columns.numbers(about.harms, 2),
		pcpu: columns.numbers(about.harms, 2)};
	const kicks = {at: columns.instants(about.kicks, from), pcpu: columns.numbers(about.kicks, 2)};
	const names = new Array(vcpus.length), vmOf = new Array(vcpus.length);

	for (const vm of about.vms)
		for (let i = 0; i < vm.width; i++) {
			names[vm.first + i] = `${vm.name}/${i}`;
			vmOf[vm.first + i] = vm.name;
		}
	return {policy: about.policy, vcpus, pcpus: pcpuLanes(vcpus, about.pcpus, from, to), harms, kicks, names, vmOf, n};
}

async function unpackTraces() {
	const index = JSON.parse(document.getElementById("trace-index").textContent);
	const text = atob(document.getElementById("trace").textContent);
	let bytes = Uint8Array.from(text, c => c.charCodeAt(0));

	if (index.packing === "gzip") {
		const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));

		bytes = new Uint8Array(await new Response(stream).arrayBuffer());
	}
	const columns = new Columns(bytes);

	index.policies = index.traces.map(about => unpackTrace(about, columns, index.from_ns, index.to_ns));
	index.intervals = index.policies.reduce((sum, p) => sum + p.n + p.pcpus.reduce((s, l) => s + l.n, 0), 0);
	return index;
}
