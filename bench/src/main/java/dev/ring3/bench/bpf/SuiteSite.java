package dev.ring3.bench.bpf;

import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.kernel.KernelProgramTypes;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** An object file that is loaded somewhere. */
interface SuiteSite {
    /** A program of it, ready to run on the thread that asks; others run at the same time on others. */
    Runner runner(String program, boolean withData);

    /** Runs a program. */
    interface Runner {
        /** So many times, one after the other. */
        Outcome run(long times);
    }

    /**
     * What came of it.
     *
     * @param nanos a run, on average: processor time of the thread, or the kernel's own clock
     * @param result the low half of r0, of the last run
     */
    record Outcome(double nanos, int result) {}

    /** Loads an object into an engine, its programs as ones of a type. */
    static SuiteSite of(Engine engine, BpfObjectFile file, String programType) {
        if (engine == Engine.KERNEL) {
            return SuiteInKernel.load(file, programType);
        }
        ProgramType type = KernelProgramTypes.forSection(programType)
                .orElseThrow(() -> new IllegalArgumentException("no programs of type " + programType));
        return new InRing3(Ring3Subject.runtime(engine).load(file, type, LinkOptions.none()));
    }

    /** In one of Ring3's runtimes, until the process ends. */
    record InRing3(BpfObject object) implements SuiteSite {
        @Override
        public Runner runner(String program, boolean withData) {
            Invocation invocation = object.program(program).newInvocation();
            if (withData) {
                invocation.memory(SuiteCase.PACKET_BYTES);
            }
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            return times -> {
                long begin = threads.getCurrentThreadCpuTime();
                long result = 0;
                for (long i = 0; i < times; i++) {
                    result = invocation.run();
                }
                return new Outcome((double) (threads.getCurrentThreadCpuTime() - begin) / times, (int) result);
            };
        }
    }
}
