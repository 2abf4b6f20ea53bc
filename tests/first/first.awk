# SPDX-License-Identifier: BSD-2-Clause
# first.awk -v dir=DIR PAGE: the page as it would be if it were written now.  A block `yaml` is
# all of DIR/first.yaml from there on; in a block `console` the lines that begin with `$ ` are
# run in DIR, and what they say stands below them.

/^```yaml$/ {
	inside = "yaml"
	file = dir "/first.yaml"
	printf "" >file
	print
	next
}
/^```console$/ {
	inside = "console"
	print
	next
}
/^```$/ {
	if (inside == "yaml")
		close(file)
	inside = ""
	print
	next
}
inside == "yaml" { print >file }
inside == "console" {
	if (!/^\$ /)
		next # what it said when the page was written
	print
	script = dir "/command"
	print substr($0, 3) >script
	close(script)
	run = "cd '" dir "' && sh ./command 2>&1"
	while ((run | getline line) > 0)
		print line
	close(run)
	nr++
	next
}
{ print }
END {
	if (nr < 8) {
		print "only " nr + 0 " commands were found" >"/dev/stderr"
		exit 1
	}
}
