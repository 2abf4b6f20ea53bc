#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cells.sh CORUN DIR: `corun cells` makes one row of several cells, and says what all of them say.
corun=$(realpath "$1") dir=$2
. tests/lib/expect.sh
rm -rf "$dir"
mkdir -p "$dir/a" "$dir/b"
cd "$dir" || exit 1

head='width,starts,point,overcommit,policy,group,metric,unit,mean,lo,hi,difference,difference_lo,difference_hi,verdict,better,replications'
# WIDTH STARTS POLICY MEAN DIFFERENCE,LO,HI
row() {
	echo "$1,$2,0,2,$3,all,throughput,op/s,$4,,,$5,,higher,40"
	echo "$1,$2,0,2,$3,all,spin,1,0.5,,,0.25,0.2,0.3,,lower,40"
}
{
	echo "$head"
	row 4 spread gang 100 ,,
	row 4 spread cfs 110 10,9,11
	row 4 together gang 100 ,,
	row 4 together cfs 102 2,1,3
	row 8 spread gang 100 ,,
	row 8 spread cfs 103 3,1,5
} >a/sweep.csv
# a table by itself may begin with its licence
{
	echo '# SPDX-License-Identifier: BSD-2-Clause'
	echo "$head"
	row 4 spread gang 200 ,,
	row 4 spread cfs 200 0,0,0
	row 8 spread gang 100 ,,
	row 8 spread cfs 50 -50,-60,-40
} >b/kept.csv

expect 0 '^width  policy  ratio           in all cells' "$corun" cells a b/kept.csv --by width
# the same in one of them does not disturb
expect 0 '^4      cfs     1.000 to 1.100  better (2 better, 1 same)' "$corun" cells a b/kept.csv --by width
# a sign that differs
expect 0 '^8      cfs     0.500 to 1.030  undecided (1 better, 1 worse)' "$corun" cells a b/kept.csv --by width
grep -q gang said && fail "the baseline has a row"
expect 0 '^cfs     1.020 to 1.100  better (3 cells)' "$corun" cells a
expect 0 '^spread    cfs     1.030 to 1.100  better (2 cells)' "$corun" cells a --by starts
expect 0 '^4,cfs,throughput,3,1,1.1,better,2,0,1,0,0$' "$corun" cells a b/kept.csv --by width --format csv
# where lower is better, signs change places
expect 0 '^4,cfs,spin,2,2,2,worse,0,2,0,0,0$' "$corun" cells a --by width --metric spin --format csv

# -- mistakes ----------------------------------------------------------------------------
expect 2 'found no result folder' "$corun" cells --by width
expect 2 'c/sweep.csv: no such file' "$corun" cells a c
expect 2 "no column 'wdith'" "$corun" cells a --by wdith
expect 2 "no metric 'spni'; did you mean 'spin'?" "$corun" cells a --metric spni
expect 2 'more than 4 axes' "$corun" cells a --by a,b,c,d,e
expect 2 "did you mean 'csv'?" "$corun" cells a --format cvs
sed 's/,higher,40$/,40/' a/sweep.csv >b/sweep.csv
expect 2 'sweep.csv:2:1: another number of fields' "$corun" cells b
sed '2,$s/throughput/thruput/' a/sweep.csv >b/sweep.csv
expect 2 "sweep.csv:2:1: no metric 'thruput'" "$corun" cells b
[ $failed = 0 ] && echo "ok cells: a row says what all of its cells say"
exit $failed
