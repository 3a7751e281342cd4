package dev.ring3.bench.bpf;

import dev.ring3.bench.measure.Subject;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelProgram;
import dev.ring3.linux.KernelProgramType;
import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import dev.ring3.linux.ProgramSpec;
import dev.ring3.linux.TestInput;
import java.nio.ByteOrder;

/**
 * A program in the kernel, run by {@code BPF_PROG_TEST_RUN} with its own repetition. What that costs around each run is in
 * the time too; an empty program beside it tells how much that is.
 */
final class KernelSubject implements Subject {
    private static final String PROGRAM = "prog";
    private static final int LOG_CHARS = 200;
    private static final int PACKET_BYTES_MIN = 14;

    /** The kernel does not run a packet program more often at a time. */
    static final int REPEAT_MAX = 1 << 24;

    private final KernelProgram program;
    private final TestInput input;

    private KernelSubject(KernelProgram program, byte[] input) {
        this.program = program;
        this.input = TestInput.ofData(input);
    }

    /** The program of an object file that was compiled for the kernel. */
    static KernelSubject of(byte[] object, byte[] input) {
        return of(
                BpfObjectFile.parse(object)
                        .link(LinkOptions.none())
                        .program(PROGRAM)
                        .orElseThrow()
                        .code(),
                input);
    }

    /** A program of instructions. */
    static KernelSubject of(BpfCode code, byte[] input) {
        ProgramSpec spec = ProgramSpec.of(KernelProgramType.XDP, InsnLayout.encode(code, ByteOrder.nativeOrder()))
                .withName("ring3_bench");
        return switch (KernelBpf.open().load(spec)) {
            case Loaded<KernelProgram>(KernelProgram program, String _) -> new KernelSubject(program, input);
            case Rejected<KernelProgram>(var errno, String log) ->
                throw new IllegalStateException("the kernel's verifier refuses it (%s): %s"
                        .formatted(
                                errno,
                                log.strip().substring(Math.max(0, log.strip().length() - LOG_CHARS))));
        };
    }

    /** A program that does nothing. */
    static KernelSubject empty() {
        byte[] exit = {(byte) 0xb7, 0, 0, 0, 0, 0, 0, 0, (byte) 0x95, 0, 0, 0, 0, 0, 0, 0};
        return of(InsnLayout.decode(exit, ByteOrder.LITTLE_ENDIAN), new byte[PACKET_BYTES_MIN]);
    }

    /** The loaded program's descriptor. */
    int descriptor() {
        return program.descriptor();
    }

    @Override
    public long run(long times) {
        long result = 0;
        for (long left = times; left > 0; left -= REPEAT_MAX) {
            result = program.testRun(input.withRepeat((int) Math.min(left, REPEAT_MAX)))
                    .returnValue();
        }
        return result;
    }

    /** By the kernel's clock, which stands still when another thread has the processor, in whole nanoseconds for a run. */
    @Override
    public double nanos(long times) {
        double nanos = 0;
        for (long left = times; left > 0; left -= REPEAT_MAX) {
            int repeat = (int) Math.min(left, REPEAT_MAX);
            nanos += (double) repeat
                    * program.testRun(input.withRepeat(repeat)).duration().toNanos();
        }
        return nanos;
    }

    @Override
    public void close() {
        program.close();
    }
}
