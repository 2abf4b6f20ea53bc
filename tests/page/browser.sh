#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# browser.sh CORUN DIR: the page in a headless Chromium, driven by its chromedriver.
corun=$(realpath "$1") dir=$2 top=$PWD
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir" || exit 1
dir=$PWD
CORUN_SHARE=$top CORUN_PLOTS=$top/plots
export CORUN_SHARE CORUN_PLOTS

# -- the driver ---------------------------------------------------------------------------------
chromedriver --port=0 --log-path="$dir/driver.log" >driver.out 2>&1 &
driver=$!
session=
end() {
	[ -z "$session" ] || curl -s -X DELETE "$at/session/$session" >/dev/null
	kill $driver 2>/dev/null
}
trap end EXIT
trap 'exit 130' INT TERM HUP
tries=0
until port=$(sed -n 's/.*successfully on port \([0-9]*\).*/\1/p' driver.out) && [ -n "$port" ]; do
	tries=$((tries + 1))
	[ $tries -lt 300 ] && kill -0 $driver 2>/dev/null || { echo "FAILED: no chromedriver: $(cat driver.out)"; exit 1; }
	sleep 0.1
done
at=http://127.0.0.1:$port

post() { # PATH JSON
	curl -s -H 'Content-Type: application/json' -d "$2" "$at/session${session:+/$session}$1"
}
# Not in a sandbox of its own: as root there is none.
session=$(post '' '{"capabilities":{"alwaysMatch":{"browserName":"chrome","goog:loggingPrefs":{"performance":"ALL","browser":"ALL"},"goog:chromeOptions":{"args":["--headless=new","--remote-debugging-pipe","--no-sandbox","--disable-gpu","--disable-dev-shm-usage","--window-size=1200,1600","--force-device-scale-factor=1","--user-data-dir='"$dir"'/profile"]}}}}' |
	sed -n 's/.*"sessionId":"\([0-9a-f]*\)".*/\1/p')
[ "$session" ] || { echo "FAILED: no session: $(tail -n 3 driver.log)"; exit 1; }

# js EXPRESSION: what it gives, as text
js() {
	escaped=$(printf '%s' "return String($1)" | sed 's/\\/\\\\/g; s/"/\\"/g' | tr '\n\t' '  ')
	post /execute/sync "{\"script\":\"$escaped\",\"args\":[]}" | sed 's/^{"value":"\{0,1\}//; s/"\{0,1\}}$//'
}
# is WANTED EXPRESSION
is() {
	found=$(js "$2")
	[ "$found" = "$1" ] || fail "$2 is '$found', not '$1'"
	nr=$((nr + 1))
}
# until_is WANTED EXPRESSION: within half a minute
until_is() {
	tries=0
	while found=$(js "$2"); [ "$found" != "$1" ] && [ $tries -lt 300 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	is "$1" "$2"
}
visit() { # FILE MARK
	post /url "{\"url\":\"file://$1\"}" >/dev/null
	until_is "$2" 'document.documentElement.dataset.ready'
}
key() { # KEY, to what has the focus
	post /actions '{"actions":[{"type":"key","id":"k","actions":[{"type":"keyDown","value":"'"$1"'"},{"type":"keyUp","value":"'"$1"'"}]}]}' >/dev/null
}
shot() { # NAME
	curl -s "$at/session/$session/screenshot" | sed 's/^{"value":"//; s/"}$//' | base64 -d >"$1.png"
}
nr=0

# -- a page -----------------------------------------------------------------------------------
"$corun" compare "$top/workloads/seed.yaml" --reps 4 --duration 200ms --trace --quiet -o r >/dev/null 2>&1 || exit 1
expect 0 '' "$corun" report r -o page.html
. "$top/tests/page/browser_checks.sh"

[ $failed = 0 ] && echo "ok browser: $nr answers of the page"
exit $failed
