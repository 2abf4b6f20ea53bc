# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh disable=SC2016
# The list: row NAME CALLBACK STATUS PATTERN BODY [FLAGS [OUTSIDE]] (hostile.sh).

# -- crashes, in every callback --------------------------------------------------------------
null='*(volatile int *)16 = 1'
row null-init init 4 'error.crash.: policy hostile, replication 0, seed 7: init at 0 ns crashed (Segmentation fault)' "$null"
row null-online pcpu_online 4 'error.crash.: .*: pcpu_online at 0 ns crashed' "$null"
row null-offline pcpu_offline 4 'error.crash.: .*: pcpu_offline at 30000000 ns crashed' "$null"
row null-vm-add vm_add 4 'error.crash.: .*: vm_add at [0-9]* ns crashed' "$null"
row null-vm-remove vm_remove 4 'error.crash.: .*: vm_remove at 70000000 ns crashed' "$null"
row null-vcpu-add vcpu_add 4 'error.crash.: .*: vcpu_add at [0-9]* ns crashed' "$null"
row null-vcpu-remove vcpu_remove 4 'error.crash.: .*: vcpu_remove at 70000000 ns crashed' "$null"
row null-wake vcpu_wake 4 'error.crash.: .*: vcpu_wake at [0-9]* ns crashed' "if (LATE) $null"
row null-stopped vcpu_stopped 4 'error.crash.: .*: vcpu_stopped at [0-9]* ns crashed' "if (LATE) $null"
row null-pick pick_next 4 'error.crash.: .*: pick_next at [0-9]* ns crashed' "if (LATE) $null"
row null-timer timer 4 'error.crash.: .*: timer at [0-9]* ns crashed' "if (LATE) $null"
row null-tick tick 4 'error.crash.: .*: tick at [0-9]* ns crashed' "if (LATE) $null"
row divides pick_next 4 'pick_next at [0-9]* ns crashed (Floating point exception)' \
	'volatile int zero = 0; if (LATE) out->next = 7 / zero'
row aborts pick_next 4 'pick_next at [0-9]* ns crashed (Aborted)' 'if (LATE) abort()' own
row traps vcpu_wake 4 'vcpu_wake at [0-9]* ns crashed (Illegal instruction)' 'if (LATE) __builtin_trap()'
row jumps pick_next 4 'pick_next at [0-9]* ns crashed (Segmentation fault)' 'if (LATE) ((void (*)(void))8)()'
row recurses tick 4 'tick at [0-9]* ns crashed (Segmentation fault)' 'if (LATE) deep((char *)st)' - \
	'__attribute__((noinline)) static int deep(char *p) { volatile char big[4096]; big[0] = *p; return deep((char *)big) + big[0]; }'
row own-table pick_next 4 'pick_next at [0-9]* ns crashed (Segmentation fault)' \
	'if (LATE) ((struct sp_policy *)&hostile_policy)->tick = 0'
row own-code pick_next 4 'pick_next at [0-9]* ns crashed (Segmentation fault)' 'if (LATE) *(char *)lottery_init = 0'
row frees vcpu_wake 4 'vcpu_wake at [0-9]* ns crashed' 'if (LATE) free((char *)st + 24)' own
row late-replication init 4 'error.crash.: policy hostile, replication 2, seed 7: init at 0 ns' \
	'if (config->seed % 3 == 0) abort()' own

# -- ends of the process ----------------------------------------------------------------------
row exits-init init 4 'error.exit.: policy hostile, replication 0, seed 7: init at 0 ns ended its process (exit status 0)' 'exit(0)' own
row exits-pick pick_next 4 'pick_next at [0-9]* ns ended its process (exit status 0)' 'if (LATE) exit(0)' own
row exits-3 vcpu_stopped 4 'vcpu_stopped at [0-9]* ns ended its process (exit status 3)' 'if (LATE) exit(3)' own
row _exits tick 4 'tick at [0-9]* ns ended its process (exit status 0)' 'if (LATE) _exit(0)' own
row execs vcpu_wake 4 'vcpu_wake at [0-9]* ns ended its process (exit status 0)' \
	'if (LATE) execl("/bin/true", "true", (char *)0)' own
row kills-itself pick_next 4 'pick_next at [0-9]* ns was killed (Killed' 'if (LATE) kill(getpid(), SIGKILL)' own
row terminates pick_next 4 'pick_next at [0-9]* ns crashed (Terminated)' 'if (LATE) raise(SIGTERM)' own
row interrupts pick_next 4 'pick_next at [0-9]* ns crashed (Interrupt)' 'if (LATE) raise(SIGINT)' own
row alarms pick_next 4 'crashed (Alarm clock)' \
	'struct itimerval t = {{0, 0}, {0, 1000}}; if (LATE) { setitimer(ITIMER_REAL, &t, 0); for (;;) pause(); }' own
row forks pick_next 4 'ended its process (exit status 0)' 'if (LATE && fork()) _exit(0)' own
row fork-goes-on vcpu_stopped 0 'policies  rr (baseline), cfs, hostile' 'if (LATE && now_ns < 21000000) fork()' own
row closes-files pick_next 4 'pick_next at [0-9]* ns did not return\|closed its pipe and went on' \
	'if (LATE) { int i; for (i = 0; i < 64; i++) close(i); for (;;) ; }' own
row writes-to-all pick_next 4 'error.[a-z]*.: policy hostile, replication 0, seed 7: ' \
	'if (LATE) { int i; for (i = 3; i < 64; i++) write(i, "garbage in the pipe of the worker, long enough", 46); }' own
row talks pick_next 0 'policies  rr (baseline), cfs, hostile' 'if (LATE && now_ns < 21000000) write(1, "hostile,noise", 13)' own

# -- hangs --------------------------------------------------------------------------------------
hang='for (;;) __asm__ volatile("")'
row hangs-init init 4 'error.hang.: policy hostile, replication 0, seed 7: init at 0 ns did not return' "$hang"
row hangs-wake vcpu_wake 4 'error.hang.: .*: vcpu_wake at [0-9]* ns did not return' "if (LATE) $hang"
row hangs-stopped vcpu_stopped 4 'error.hang.: .*: vcpu_stopped at [0-9]* ns did not return' "if (LATE) $hang"
row hangs-pick pick_next 4 'error.hang.: .*: pick_next at [0-9]* ns did not return' "if (LATE) $hang"
row hangs-timer timer 4 'error.hang.: .*: timer at [0-9]* ns did not return' "if (LATE) $hang"
row hangs-tick tick 4 'error.hang.: .*: tick at [0-9]* ns did not return' "if (LATE) $hang"
row deaf pick_next 4 'error.hang.: .*: pick_next at [0-9]* ns did not return' \
	"if (LATE) { int i; for (i = 1; i < 64; i++) signal(i, SIG_IGN); $hang; }" own
row sleeps pick_next 4 'error.hang.: .*: pick_next at [0-9]* ns fell asleep' 'if (LATE) for (;;) pause()' own
row stops pick_next 4 'error.hang.: .*: pick_next at [0-9]* ns fell asleep' 'if (LATE) raise(SIGSTOP)' own
row deadlocks vcpu_wake 4 'error.hang.: .*: vcpu_wake at [0-9]* ns fell asleep' \
	'if (LATE) { pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER; pthread_mutex_lock(&m); pthread_mutex_lock(&m); }' own

row crawls pick_next 4 'error.hang.: .*: pick_next at [0-9]* ns let no simulated time pass' \
	'if (LATE) { unsigned long i; for (i = 0; i < 30000000; i++) __asm__ volatile(""); out->run_until_ns = now_ns + 1; sp_kick(out, 0); sp_kick(out, 1); }'
row livelocks pick_next 4 'error.livelock.: policy hostile, replication 0, seed 7: livelock at [0-9]* ns' \
	'if (LATE) sp_kick(out, pcpu)'
row livelocks-timer timer 4 'error.livelock.: .*: livelock at [0-9]* ns' 'if (LATE) out->timer_ns = now_ns'
row forgets vcpu_wake 0 'policies  rr (baseline), cfs, hostile' 'if (LATE) out->nr_kicks = 0'

# -- writes where it may not ----------------------------------------------------------------------
row past-8 pick_next 4 'error.stray.: policy hostile, replication 0, seed 7: pick_next at [0-9]* ns wrote outside of its state' \
	'if (LATE) memset((char *)st + STATE_BYTES, 1, 8)'
row past-1 vcpu_wake 4 'error.stray.: .*: vcpu_wake at [0-9]* ns wrote outside of its state' \
	'if (LATE) ((char *)st)[STATE_BYTES] = 0'
row before-8 vcpu_stopped 4 'error.stray.: .*: vcpu_stopped at [0-9]* ns wrote outside of its state' \
	'if (LATE) memset((char *)st - 8, 1, 8)'
row past-page tick 4 'error.crash.: .*: tick at [0-9]* ns crashed (Segmentation fault)' \
	'if (LATE) memset((char *)st + STATE_BYTES, 1, 5000)'
row past-init init 4 'error.stray.: .*: init at 0 ns wrote outside of its state' \
	'memset((char *)st + STATE_BYTES, 1, 8)'
row past-out pick_next 4 'wrote past sp_out\|crashed (Segmentation fault)' \
	'if (LATE) ((char *)out)[sizeof(*out)] = 1'
row writes-table pick_next 4 'error.stray.: .*: pick_next at [0-9]* ns changed its own table' \
	'if (LATE) { mprotect((void *)((unsigned long)&hostile_policy & -4096UL), 4096, PROT_READ | PROT_WRITE); ((struct sp_policy *)&hostile_policy)->caps = 0xff; }' own

row unmaps pick_next 4 'error.crash.: .*: pick_next at [0-9]* ns crashed (Segmentation fault)' \
	'if (LATE) munmap((void *)((unsigned long)st & -4096UL), 1 << 20)' own
row maps-over tick 4 'error.[a-z]*.: policy hostile, replication 0, seed 7: ' \
	'if (LATE) mmap((void *)((unsigned long)out & -4096UL), 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)' own
row starves pick_next 4 'error.memory.: policy hostile, replication 0, seed 7: .*out of memory' \
	'struct rlimit r = {1, 1}; if (LATE) setrlimit(RLIMIT_AS, &r)' own
row writes-where pick_next 4 'error.crash.: policy hostile, replication 0, seed 7: .*crashed (Aborted)' \
	'FILE *f; char l[300]; unsigned long a, b; if (LATE) { f = fopen("/proc/self/maps", "r"); while (fgets(l, 300, f)) if (strstr(l, " rw-s") && sscanf(l, "%lx-%lx", &a, &b) == 2) memset((void *)a, 0xff, b - a); abort(); }' own

# -- numbers -----------------------------------------------------------------------------------------
row rounds-up pick_next 4 'error.rounding.: policy hostile, replication 0, seed 7: pick_next at [0-9]* ns changed how floating-point' \
	'unsigned m; if (LATE) { __asm__ volatile("stmxcsr %0" : "=m"(m)); m |= 0x4000; __asm__ volatile("ldmxcsr %0" : : "m"(m)); }'
row rounds-init init 4 'error.rounding.: .*: init at 0 ns changed how floating-point' \
	'unsigned m; __asm__ volatile("stmxcsr %0" : "=m"(m)); m |= 0x2000; __asm__ volatile("ldmxcsr %0" : : "m"(m))'
row flushes vcpu_wake 4 'error.rounding.: .*: vcpu_wake at [0-9]* ns changed how floating-point' \
	'unsigned m; if (LATE) { __asm__ volatile("stmxcsr %0" : "=m"(m)); m |= 0x8040; __asm__ volatile("ldmxcsr %0" : : "m"(m)); }'
row x87 tick 4 'error.rounding.: .*: tick at [0-9]* ns changed how floating-point' \
	'unsigned short m; if (LATE) { __asm__ volatile("fnstcw %0" : "=m"(m)); m &= ~0x300; __asm__ volatile("fldcw %0" : : "m"(m)); }'
row unmasks pick_next 4 'error.rounding.: .*: pick_next at [0-9]* ns changed how floating-point' \
	'unsigned m; if (LATE) { __asm__ volatile("stmxcsr %0" : "=m"(m)); m &= ~0x1f80; __asm__ volatile("ldmxcsr %0" : : "m"(m)); }'
row backwards pick_next 4 'pick_next at [0-9]* ns left the direction flag set\|crashed (Segmentation fault)' 'if (LATE) __asm__ volatile("std")'

# -- sp_out ---------------------------------------------------------------------------------------------
row kicks-60000 pick_next 0 'CONTRACT  hostile broke it .*: nr_kicks beyond its array (60000)' 'if (LATE) out->nr_kicks = 60000'
row notes-60000 pick_next 0 'CONTRACT  hostile broke it .*: nr_notes beyond its array (60000)' 'if (LATE) out->nr_notes = 60000'
row marks-60000 pick_next 0 'CONTRACT  hostile broke it .*: nr_marks beyond its array (60000)' 'if (LATE) out->nr_marks = 60000'
row kicks-4g pick_next 4 'error.contract.: policy hostile, replication 0, seed 7: .*nr_kicks beyond its array' \
	'if (LATE) out->nr_kicks = 0xffffffff' strict
row kicks-offline pick_next 0 'CONTRACT  hostile broke it .*: kick of a pCPU that is offline (3)' \
	'if (now_ns > 40000000 && now_ns < 50000000) sp_kick(out, 3)'
row kicks-offline-strict pick_next 4 'error.contract.: .*kick of a pCPU that is offline' \
	'if (now_ns > 40000000 && now_ns < 50000000) sp_kick(out, 3)' strict
row kicks-twice tick 0 'CONTRACT  hostile broke it .*: kick of a pCPU twice in one call (1)' \
	'if (LATE) { out->nr_kicks = 2; out->kicks[0] = out->kicks[1] = 1; }'
row kicks-twice-strict tick 4 'error.contract.: .*kick of a pCPU twice in one call' \
	'if (LATE) { out->nr_kicks = 2; out->kicks[0] = out->kicks[1] = 1; }' strict
row kicks-nowhere tick 0 'CONTRACT  hostile broke it .*: kick of a pCPU that is not there (9)' 'if (LATE) sp_kick(out, 9)'
row kicks-far tick 0 'CONTRACT  hostile broke it .*: kick of a pCPU that is not there' \
	'if (LATE) { out->nr_kicks = 1; out->kicks[0] = 0xffff; }'
row notes-nobody tick 0 'CONTRACT  hostile broke it .*: note about a vCPU that is not there' 'if (LATE) sp_note(out, 60, SP_COSTOP, 0)'
row epoch pick_next 0 "CONTRACT  hostile broke it .*: changed sp_out's epoch" 'if (LATE) out->epoch -= 3'
row picks-nobody pick_next 0 'CONTRACT  hostile broke it .*: picked a vCPU that is not there' 'if (LATE && now_ns < 22000000) out->next = 50'
row picks-garbage pick_next 4 'error.contract.: .*picked a vCPU that is not there' 'if (LATE) out->next = 0xdeadbeef' strict
row past-until pick_next 0 'CONTRACT  hostile broke it .*: run_until is not in the future' 'if (LATE && now_ns < 22000000) out->run_until_ns = 1'
row spills tick 0 'CONTRACT  hostile broke it .*: notes or marks without room' \
	'int i; if (LATE) for (i = 0; i < 9; i++) sp_mark(out, 1, 2, 3)'

# -- loading -----------------------------------------------------------------------------------------------
row constructor-exits tick 2 'found code that runs when it is loaded (a constructor), expected none' '' - \
	'__attribute__((constructor)) static void begin(void) { exit(0); }'
row own-constructor-exits tick 4 'a constructor ended its process (exit status 0)' '' own \
	'__attribute__((constructor)) static void begin(void) { exit(0); }'
row own-constructor-crashes tick 4 'a constructor crashed (Segmentation fault)' '' own \
	'__attribute__((constructor)) static void begin(void) { *(volatile int *)8 = 1; }'
row own-constructor-hangs tick 4 'a constructor did not return' '' 'own limited' \
	'__attribute__((constructor)) static void begin(void) { for (;;) __asm__ volatile(""); }'
row own-constructor-sleeps tick 4 'a constructor fell asleep' '' own \
	'__attribute__((constructor)) static void begin(void) { for (;;) pause(); }'
row own-constructor-forks tick 4 'a constructor ended its process (exit status 0)' '' own \
	'__attribute__((constructor)) static void begin(void) { if (fork()) _exit(0); }'
row own-constructor-closes tick 4 'a constructor ended its process (exit status 0)' '' own \
	'__attribute__((constructor)) static void begin(void) { int i; for (i = 0; i < 64; i++) close(i); }'
row own-constructor-babbles tick 4 'a constructor ended its process (exit status 0)\|its trial sent what is no table' '' own \
	'__attribute__((constructor)) static void begin(void) { int i; for (i = 3; i < 64; i++) write(i, "garbage in the pipe of the trial, and long enough", 48); }'
row own-constructor-deaf tick 0 'policies  rr (baseline), cfs, hostile' '' own \
	'__attribute__((constructor)) static void begin(void) { int i; for (i = 1; i < 65; i++) signal(i, SIG_IGN); }'
row own-constructor-rounds tick 4 'error.rounding.: policy hostile, replication 0, seed 7: .* changed how floating-point' '' own \
	'__attribute__((constructor)) static void begin(void) { unsigned m; __asm__ volatile("stmxcsr %0" : "=m"(m)); m |= 0x2000; __asm__ volatile("ldmxcsr %0" : : "m"(m)); }'
row own-constructor-late tick 4 'error.hang.: policy hostile, replication 0, seed 7: a constructor did not return' '' own \
	'__attribute__((constructor)) static void begin(void) { char name[40]; struct stat s; int f; sprintf(name, "loads.%d", getppid()); f = open(name, O_WRONLY | O_CREAT | O_APPEND, 0600); write(f, "x", 1); fstat(f, &s); if (s.st_size > 2) for (;;) __asm__ volatile(""); }'
row rand pick_next 2 'found a call of rand, expected none' 'out->run_until_ns += rand() % 1000'
row threads pick_next 2 'found a call of pthread_create, expected none' 'pthread_t t; if (LATE) pthread_create(&t, 0, 0, 0)'
row thread-data pick_next 2 "found writable data outside of the policy's state" 'calls++' - 'static __thread int calls;'
row data tick 2 "found writable data outside of the policy's state" 'calls++' - 'static int calls;'
