# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: BSD-2-Clause
# browser_checks.sh: sourced by browser.sh: what the page does.

visit "$dir/page.html" timeline
# what is shown is what results.csv has
is "$("$corun" report r --format markdown | sed -n 's/^### corun: //p')." 'document.getElementById("verdict").textContent'
value=$("$corun" report r --format markdown | sed -n 's/^| throughput | [^|]* | \([^|]*\) |.*/\1/p')
is "$value" 'document.querySelector("tr[data-metric=throughput] td.base").textContent'
is 4 'document.querySelectorAll("thead th").length - 2'

# definitions on demand, by the pointer and by the keyboard
is true 'document.querySelector("tr.definition").hidden'
is false '(document.querySelector("button.metric").click(), document.querySelector("tr.definition").hidden)'
is true 'document.querySelector("tr.definition").textContent.length > 20'
is metric '(document.querySelectorAll("tr:not([hidden]) button.metric")[1].focus(), document.activeElement.className)'
key '\uE007'
is false 'document.querySelectorAll("tr:not([hidden]) button.metric")[1].closest("tr").nextElementSibling.hidden'
# every metric, and back
is 0 '[...document.querySelectorAll("tr.more")].filter(r => !r.hidden).length'
is true '(document.getElementById("all-metrics").click(), [...document.querySelectorAll("tr.more")].every(r => !r.hidden))'
is 0 '(document.getElementById("all-metrics").click(), [...document.querySelectorAll("tr.more")].filter(r => !r.hidden).length)'
# the scenario, with defaults marked
is true 'document.querySelectorAll("#scenario .default").length > 20'
is false '[...document.querySelectorAll("#scenario span")].some(s => s.className !== "default" && s.textContent.includes("  # default"))'

# -- the timeline ------------------------------------------------------------------------------
t=corunTimeline
is 4 "$t.data.policies.length"
# each lane is whole: no gap, from the first instant to the last
is true "$t.data.policies.every(p => [...p.vcpus, ...p.pcpus].every(l => l.start[0] === $t.data.from_ns && l.start[l.n] === $t.data.to_ns))"
# nothing runs twice at once: what the pCPUs' lanes have is what the vCPUs' have
is true "$t.data.policies.every(p => Math.abs(p.pcpus.reduce((s, l) => s + l.ran[l.n], 0) - p.vcpus.reduce((s, l) => s + l.ran[l.n], 0)) < 1)"
# spinning over the window, as the metric of replication 0 has it
warmup=$(sed -n 's/.*"warmup_s": \([0-9.]*\).*/\1/p' r/summary.json)
for policy in cfs nice gang relaxed; do
	spin=$(awk -F, -v p=$policy '$1 == p && $2 == 0 && $4 == "host" && $6 == "spin" { print $7 }' r/results.csv)
	is true "(p => { let spun = 0, ran = 0; p.vcpus.forEach((l, v) => { if (p.vmOf[v] === 'noise') return; for (let i = 0; i < l.n; i++) { const ns = Math.max(0, l.start[i + 1] - Math.max(l.start[i], $warmup * 1e9)); if (runs(l.state[i])) ran += ns; if (isSpin(l.state[i])) spun += ns; } }); return Math.abs(spun / ran - $spin) < 1e-6 + 0.001 * $spin; })($t.data.policies.find(p => p.policy === '$policy'))"
done
# a stint of the trace, found by zooming and a click: `corun trace` says the same
lane='(p => { const l = p.pcpus[1]; let i = l.find(4.2e8, 0); while (l.who[i] === 65535) i++; const [a, b] = l.stint(i); return [l.start[a], l.start[b + 1], p.names[l.who[i]]]; })(corunTimeline.data.policies[0])'
from=$(js "${lane}[0]") upto=$(js "${lane}[1]") name=$(js "${lane}[2]")
js "$t.show($from - 1000, $upto + 1000)" >/dev/null
until_is true "Math.abs(document.querySelector('canvas').dataset.from - ($from - 1000)) < 1"
x=$(js "$t.place('cfs', 'pCPU 1', ($from + $upto) / 2)[0]") y=$(js "$t.place('cfs', 'pCPU 1', $from)[1]")
js "window.scrollBy(0, $y - 300)" >/dev/null
y=$(js "$t.place('cfs', 'pCPU 1', $from)[1]")
post /actions '{"actions":[{"type":"pointer","id":"m","parameters":{"pointerType":"mouse"},"actions":[{"type":"pointerMove","duration":0,"x":'"$x"',"y":'"$y"'},{"type":"pointerDown","button":0},{"type":"pointerUp","button":0}]}]}' >/dev/null
is true "document.querySelector('.said').textContent.startsWith('cfs: $name on pCPU 1 for ')"
seconds=$(js "($from / 1e9).toFixed(6)")
"$corun" trace r/trace-cfs.bin | grep -F "$seconds" | grep switch-in | grep -qF "$name" ||
	fail "corun trace has no switch-in of $name at $seconds: $("$corun" trace r/trace-cfs.bin | grep -F "$seconds" | head -n 3)"
# the keyboard: pan, zoom, all, jumps
js "document.querySelector('canvas').focus()" >/dev/null
key '\uE011'
until_is true "$t.view.from === $t.data.from_ns && $t.view.to === $t.data.to_ns"
key +
until_is true "Math.abs(($t.view.to - $t.view.from) * 2 - ($t.data.to_ns - $t.data.from_ns)) < 1"
before=$(js "$t.view.from")
key '\uE014'
until_is true "$t.view.from > $before"
key '\uE011'
harms=$(js "$t.data.policies.reduce((n, p) => n + p.harms.at.length, 0)")
[ "$harms" -gt 0 ] || fail "no harmful preemption to jump to"
key n
until_is true "document.querySelector('.said').textContent.includes('while it holds a lock')"
is true "$t.view.to - $t.view.from <= 4e6 && $t.data.policies.some(p => p.harms.at.some(at => at > $t.view.from && at < $t.view.to))"
# a frame is cheap at any zoom
is true "[1, 0.3, 0.1, 0.01, 0.0001].every(z => { $t.show($t.data.to_ns * 0.5, $t.data.to_ns * (0.5 + z)); $t.draw(); return $t.frame.rectangles <= 20000; })"
# pCPUs without vCPUs, and back
is false "([...document.querySelectorAll('.bar button')].find(b => b.textContent === 'vCPUs').click(), !!$t.place('cfs', 'build.0/1', 1))"
is true "([...document.querySelectorAll('.bar button')].find(b => b.textContent === 'vCPUs').click(), !!$t.place('cfs', 'build.0/1', 1))"
shot timeline
js "window.scrollTo(0, 0)" >/dev/null

# never wider than the window, at any width
for width in 1200 700 360; do
	post /window/rect "{\"width\":$width,\"height\":1000}" >/dev/null
	is true 'document.documentElement.scrollWidth <= document.documentElement.clientWidth'
done
# four policies' numbers need no scrolling at 900, not even all metrics
js "document.getElementById('all-metrics').click()" >/dev/null
post /window/rect '{"width":900,"height":1000}' >/dev/null
until_is true "innerWidth <= 900"
is true "(t => t.scrollWidth <= t.parentElement.clientWidth && t.rows[0].cells.length === 6)(document.getElementById('table'))"
js "document.getElementById('all-metrics').click()" >/dev/null
post /window/rect '{"width":1200,"height":1600}' >/dev/null

# light and dark
dark() { # true|false: a colour of the page in each
	post /goog/cdp/execute '{"cmd":"Emulation.setEmulatedMedia","params":{"features":[{"name":"prefers-color-scheme","value":"'"$1"'"}]}}' >/dev/null
}
dark light
is 'rgb(255, 255, 255)' 'getComputedStyle(document.body).backgroundColor'
shot light
dark dark
is 'rgb(22, 22, 22)' 'getComputedStyle(document.body).backgroundColor'
shot dark
dark light

# nothing was asked for but the page itself, and nothing went wrong
post /se/log '{"type":"performance"}' | tr '}' '\n' | grep -o 'Network.requestWillBeSent.*"url\\":\\"[^\\]*' |
	grep -o '"url\\":\\"[^\\]*' | sort -u | grep -v "file://$dir/page.html" | grep -vE 'data:|chrome:' >requests || true
[ ! -s requests ] || fail "it asks for $(head -n 3 requests)"
post /se/log '{"type":"browser"}' >log
grep -q '"level":"SEVERE"' log && fail "errors in the page: $(cut -c1-300 log)"

# -- the checks can fail: a page of spoiled scripts -------------------------------------------------
spoiled() { # FILE SED EXPRESSION, which holds for the page as it is
	is true "$3"
	rm -rf share
	mkdir -p share
	cp -R "$top/plots" share/
	sed -i "$2" "share/plots/page/$1"
	cmp -s "share/plots/page/$1" "$top/plots/page/$1" && fail "'$2' changes nothing in $1"
	CORUN_SHARE=$dir/share "$corun" report r --no-figures -o spoiled.html
	visit "$dir/spoiled.html" timeline
	is false "$3"
	visit "$dir/page.html" timeline
}
whole="$t.data.policies.every(p => [...p.vcpus, ...p.pcpus].every(l => l.start[l.n] === $t.data.to_ns))"
spoiled trace.js 's/start += ns\[at\];/start += ns[at] + 1;/' "$whole"
spoiled trace.js 's/if (lane.n) heap.push(v);/if (lane.n \&\& v) heap.push(v);/' \
	"$t.data.policies.every(p => Math.abs(p.pcpus.reduce((s, l) => s + l.ran[l.n], 0) - p.vcpus.reduce((s, l) => s + l.ran[l.n], 0)) < 1)"
spoiled timeline.js 's/Math.ceil((end - i) \/ most)/1e9/; s/rectangle(gutter, entry.top + LANE, width - gutter, 1);/for (let k = 0; k < 1000; k++) &/' \
	"($t.draw(), $t.frame.rectangles <= 20000)"
