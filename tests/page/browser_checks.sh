# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: BSD-2-Clause
# browser_checks.sh: sourced by browser.sh: what the page does.

visit "$dir/page.html" table
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

# never wider than the window, at any width
for width in 1200 700 360; do
	post /window/rect "{\"width\":$width,\"height\":1000}" >/dev/null
	is true 'document.documentElement.scrollWidth <= document.documentElement.clientWidth'
done
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
