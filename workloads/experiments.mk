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

.PHONY: rivals-doc
rivals-doc: rivals map ## the table and the maps of docs/rivals.md, anew (many minutes)
	docs/rivals.sh out

.PHONY: pictures
pictures: demo overcommit hints grain ## the pictures of README and docs, anew
	cp out/demo/plots/time.png out/demo/plots/timeline.png out/overcommit/plots/overcommit.png \
		out/grain/plots/grain.png docs/pictures/
	cp out/hints/plots/bars.png docs/pictures/hints.png
