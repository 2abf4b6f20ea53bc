# SPDX-License-Identifier: BSD-2-Clause
# boxes.awk -v name=NAME BOXES: the text boxes of a figure (pdftotext -bbox): each lies on the
# page, and none on another.  Prints what is wrong, and the words, a line each, behind "word ".

function attribute(line, key,    at) {
	at = index(line, key "=\"")
	line = substr(line, at + length(key) + 2)
	return substr(line, 1, index(line, "\"") - 1) + 0
}
/<page / {
	page_w = attribute($0, "width")
	page_h = attribute($0, "height")
}
/<word / {
	n++
	left[n] = attribute($0, "xMin")
	right[n] = attribute($0, "xMax")
	top[n] = attribute($0, "yMin")
	bottom[n] = attribute($0, "yMax")
	text[n] = $0
	sub(/.*">/, "", text[n])
	sub(/<\/word>.*/, "", text[n])
	print "word " text[n]
	if (left[n] < -0.5 || top[n] < -0.5 || right[n] > page_w + 0.5 || bottom[n] > page_h + 0.5)
		print name ": '" text[n] "' is not on the page"
	# ascent and descent that no letter uses may touch
	h = (bottom[n] - top[n]) * 0.16
	w = (right[n] - left[n]) * 0.02
	top[n] += h
	bottom[n] -= h
	left[n] += w
	right[n] -= w
	for (i = 1; i < n; i++)
		if (left[n] < right[i] && right[n] > left[i] && top[n] < bottom[i] && bottom[n] > top[i])
			print name ": '" text[n] "' lies on '" text[i] "'"
}
END {
	if (!n)
		print name ": no words"
}
