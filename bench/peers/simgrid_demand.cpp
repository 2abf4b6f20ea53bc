// SPDX-License-Identifier: BSD-2-Clause
//
// The demand of bench/demand.yaml in SimGrid: guests of 4 actors that share a
// mutex, on one host.  SimGrid shares the host's cores among all that compute
// (nobody is ever preempted inside a lock), so its results mean something else;
// what is compared is the cost of simulating a step.
//
//	simgrid_demand CORES GUESTS SECONDS	prints steps and CPU seconds
#include <simgrid/s4u.hpp>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

namespace sg4 = simgrid::s4u;

static unsigned long steps;

static void work(sg4::MutexPtr zone, unsigned seed)
{
	std::mt19937_64 random(seed);
	std::exponential_distribution<double> compute(1 / 60e-6), more(1 / 20e-6), nap(1 / 100e-6);
	std::lognormal_distribution<double> hold(std::log(300e-9), 1.2);
	std::uniform_real_distribution<double> coin(0, 1);

	for (;;) {
		sg4::this_actor::execute(compute(random) * 1e9);
		zone->lock();
		sg4::this_actor::execute(hold(random) * 1e9);
		zone->unlock();
		if (coin(random) < 0.75)
			sg4::this_actor::execute(more(random) * 1e9);
		else
			sg4::this_actor::sleep_for(nap(random));
		steps += 3;
	}
}

int main(int argc, char** argv)
{
	sg4::Engine engine(&argc, argv);
	int cores = atoi(argv[1]), guests = atoi(argv[2]);
	double seconds = atof(argv[3]);
	auto* zone = sg4::create_full_zone("zone");
	auto* host = zone->create_host("host", 1e9);

	host->set_core_count(cores);
	host->seal();
	zone->seal();
	for (int g = 0; g < guests; g++) {
		auto lock = sg4::Mutex::create();

		for (int v = 0; v < 4; v++) {
			auto actor = sg4::Actor::create("vcpu", host, work, lock, 4u * g + v + 1u);
			actor->daemonize();
		}
	}
	sg4::Actor::create("clock", host, [seconds] { sg4::this_actor::sleep_for(seconds); });
	clock_t start = clock();
	engine.run();
	printf("%lu %.3f\n", steps, (double)(clock() - start) / CLOCKS_PER_SEC);
	return 0;
}
