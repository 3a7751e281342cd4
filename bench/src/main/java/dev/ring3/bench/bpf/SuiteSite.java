package dev.ring3.bench.bpf;

import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.kernel.KernelProgramTypes;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.MapSpec;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashSet;
import java.util.Set;

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

    /**
     * Loads an object into an engine.
     *
     * @param programType of which all programs are to be: the word of a section, as libbpf has it, or bpftool's for the same
     * @param wanted programs that will run; those that maps hold come with them, others need not be good
     */
    static SuiteSite of(Engine engine, BpfObjectFile file, String programType, Set<String> wanted) {
        String section = switch (programType) {
            case "socket_filter" -> "socket";
            case "sched_cls" -> "tc";
            default -> programType;
        };
        if (engine == Engine.KERNEL) {
            return SuiteInKernel.load(file, section);
        }
        ProgramType type = KernelProgramTypes.forSection(section)
                .orElseThrow(() -> new IllegalArgumentException("no programs of type " + programType));
        Set<String> programs = new HashSet<>(wanted);
        file.maps().stream().flatMap(map -> map.initialValues().stream()).forEach(value -> {
            if (value instanceof MapSpec.InitialProgram(long _, String name)) {
                programs.add(name);
            }
        });
        LinkOptions options = LinkOptions.none().withPrograms(programs::contains);
        return new InRing3(Ring3Subject.verifying(engine).load(file, type, options), section);
    }

    /** In one of Ring3's runtimes, until the process ends. */
    record InRing3(BpfObject object, String section) implements SuiteSite {
        private static final int ETHERNET_BYTES = 14;

        @Override
        public Runner runner(String program, boolean withData) {
            Invocation invocation = object.program(program).newInvocation();
            if (withData) {
                give(invocation);
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

        /** The packet as the kernel gives it in a test run: to a socket without its link-layer header. */
        private void give(Invocation invocation) {
            switch (section) {
                case "socket" -> giveSocketBuffer(invocation, SuiteCase.PACKET_BYTES - ETHERNET_BYTES);
                case "tc", "classifier" -> giveSocketBuffer(invocation, SuiteCase.PACKET_BYTES);
                default -> invocation.memory(SuiteCase.PACKET_BYTES);
            }
        }

        private static void giveSocketBuffer(Invocation invocation, int bytes) {
            invocation.memory(bytes);
            invocation.context().set(ValueLayout.JAVA_INT, 0, bytes); // len, the first member of struct __sk_buff
        }
    }
}
