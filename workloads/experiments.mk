# SPDX-License-Identifier: BSD-2-Clause
# The experiments that the docs tell of, each a command; they write to out/.

.PHONY: overcommit
overcommit: built ## the seed problem with 1 to 5 guests: spin waste against overcommit
	@rm -rf out/overcommit && mkdir -p out
	$(B)/corun sweep workloads/seed.yaml --over vms.build.count=1,2,3,4,5 \
		--metric spin,throughput --reps 20 -o out/overcommit --plot

# Experiment 10: a sweep for even work, for uneven work, and for it with 8 threads a guest.
GRAINS := 50us 150us 500us 1500us 5ms 15ms 50ms
empty :=
blank := $(empty) $(empty)
comma := ,
joined = $(subst $(blank),$(1),$(strip $(2)))
GRAIN_AXES := --over interval:vms.job.program=$(call joined,$(comma),$(GRAINS)) \
	--over wait:$(call joined,+,$(GRAINS:%=programs.%.barriers.meet))=spin,block \
	--metric host_useful,overhead,throughput
.PHONY: grain
grain: built ## experiment 10: gang and spin against block, by the grain of synchronisation
	@rm -rf out/grain && mkdir -p out/grain
	$(B)/corun sweep workloads/grain.yaml $(GRAIN_AXES) -o out/grain/even
	$(B)/corun sweep workloads/grain-uneven.yaml $(GRAIN_AXES) -o out/grain/uneven
	$(B)/corun sweep workloads/grain-threads.yaml $(GRAIN_AXES) -o out/grain/uneven-8-threads
	$(B)/corun plot out/grain/even out/grain/uneven out/grain/uneven-8-threads --only grain \
		-o out/grain/plots

.PHONY: calibrate-p1
calibrate-p1: built ## experiment P1: fit the lock rate to native locks; paravirtual ones beside it
	@workloads/calibrate-p1.sh $(B)/corun

.PHONY: hints
hints: built ## the seed problem on hosts and guests that know of spinning: none, kvm, xen, oracle
	@rm -rf out/hints && mkdir -p out
	$(B)/corun sweep workloads/seed.yaml --over hints=none,kvm,xen,oracle \
		--metric throughput,spin --reps 20 -o out/hints --plot

.PHONY: rivals
rivals: built ## the seed problem: all locks, all hints, all policies, one table (minutes)
	@rm -rf out/rivals && mkdir -p out
	$(B)/corun sweep workloads/seed-all.yaml \
		--over lock:programs.kernbench.locks.zone=tas,ticket,mcs,qspinlock,preemptable,pv,mutex \
		--over hints=none,kvm,xen,oracle --metric throughput,spin --reps 20 -o out/rivals \
		>out/rivals.txt
	@cat out/rivals.txt

# Overcommit, as every guest is as wide as the host; grain of synchronisation; width.
LEFT_OVER = --over guests:vms.build.count=1,2,3,4 \
	--over 'grain:programs.$(1).repeat[0].compute.exponential.mean=20us,60us,200us,1ms,5ms' \
	--over width:vms.build.vcpus+host.cores=2,4,8,16

.PHONY: map
map: built ## what paravirtual locks and pause-loop exits leave for a gang to gain (minutes)
	@rm -rf out/left && mkdir -p out/left
	$(B)/corun sweep workloads/left-locks.yaml $(call LEFT_OVER,kernbench) \
		--metric throughput,spin -o out/left/locks --plot
	$(B)/corun sweep workloads/left-barriers.yaml $(call LEFT_OVER,openmp) \
		--metric throughput,spin -o out/left/barriers --plot

# README's table and figure, and docs/headline.md.  CELLS=young,old: these are run only
.PHONY: headline headline-doc headline-maps
headline: built ## the headline, all of its cells, and README and docs anew (12 CPU minutes; resumable)
	workloads/headline.sh $(if $(CELLS),-c $(CELLS)) $(B)/corun out/headline
	paper/headline-table.sh out/headline >$(B)/headline.csv
	cp $(B)/headline.csv paper/data/headline.csv
	$(MAKE) headline-doc

headline-doc: $(B)/corun ## README and docs/headline.md from paper/data/headline.csv
	paper/headline.sh $(B)/corun $(B)/headline-doc
	$(B)/corun plot $(B)/headline-doc/figure --only line -o $(B)/headline-doc/plots
	cp $(B)/headline-doc/README.md README.md
	cp $(B)/headline-doc/headline.md docs/headline.md
	cp $(B)/headline-doc/plots/line.png docs/pictures/headline.png
	paper/headline-sum.sh $(B)/headline-doc/figure/sweep.csv >paper/data/headline.sum

# Around the default, 10 replications a cell.  KVM's hints take their effect at once, and cost
# most where locks are hot: shorter runs.
MAP := $(B)/corun sweep workloads/headline.yaml --policy gang,cfs,cfs-vm --metric throughput,convoy \
	--reps 10 --plot
WIDTHS := --over width:vms.build.vcpus+host.cores=4,8,16,32
BUILD := programs.make.repeat
GAPS := --over 'gap:$(BUILD)[0].compute.exponential=200us,600us,2760us,10ms'
headline-maps: built ## maps around the headline: lock gap, sleep, width, host, start (10 CPU minutes)
	@rm -rf out/headline-maps && mkdir -p out/headline-maps
	$(MAP) $(WIDTHS) $(GAPS) -o out/headline-maps/gap
	$(MAP) $(WIDTHS) $(GAPS) --set hints=kvm --set run.warmup=2s --duration 2s -o out/headline-maps/gap-kvm
	$(MAP) $(WIDTHS) -o out/headline-maps/sleep \
		--over 'sleep:$(BUILD)[1].choose[3].do[0].sleep.exponential=1ms,10ms,50ms,200ms,500ms'
	$(MAP) --over start:run.starts=together,interleaved,sequential,spread \
		--over host:host.irregularity=regular,linux,xen,busy \
		--over width:vms.build.vcpus+host.cores=8,16,32 -o out/headline-maps/start
	for map in gap gap-kvm sleep start; do \
		cp out/headline-maps/$$map/plots/map.png docs/pictures/headline-$$map.png; done

.PHONY: rivals-doc
rivals-doc: rivals map ## the table and the maps of docs/rivals.md, anew (many minutes)
	docs/rivals.sh out

.PHONY: pictures
pictures: demo overcommit hints grain ## the pictures of README and docs, anew
	cp out/demo/plots/time.png out/demo/plots/timeline.png out/overcommit/plots/overcommit.png \
		out/grain/plots/grain.png docs/pictures/
	cp out/hints/plots/bars.png docs/pictures/hints.png
