package dev.ring3.linux;

import static dev.ring3.linux.RealKernel.exit;
import static dev.ring3.linux.RealKernel.insn;
import static dev.ring3.linux.RealKernel.load;
import static dev.ring3.linux.RealKernel.program;
import static dev.ring3.linux.RealKernel.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KernelProgramTest {
    private static final byte[] PACKET =
            Arrays.copyOf("a packet with a header and a body".getBytes(StandardCharsets.US_ASCII), 64);

    /** Reads {@code r1} as a context where the program has been given none: {@code r2} was never written. */
    private static final byte[] READS_UNINITIALISED = program(insn(0xbf, 0, 2, 0, 0), exit());

    private static KernelBpf bpf;

    @BeforeAll
    static void requireKernel() {
        bpf = RealKernel.requireBpf();
    }

    @Test
    void testRun_programThatReturnsANumber_givesIt() {
        try (KernelProgram program = load(bpf, ProgramSpec.of(KernelProgramType.XDP, program(result(-7), exit())))) {
            TestRun run = program.testRun(TestInput.ofData(PACKET));

            assertThat(run.returnValue()).isEqualTo(-7);
            assertThat(run.data()).isEqualTo(PACKET);
            assertThat(run.context()).isEmpty();
        }
    }

    @Test
    void testRun_programThatWritesThePacket_givesTheChangedPacket() {
        byte[] insns = program(
                insn(0x61, 2, 1, 0, 0), // r2 = ctx->data
                insn(0x61, 3, 1, 4, 0), // r3 = ctx->data_end
                insn(0xbf, 4, 2, 0, 0), // r4 = r2
                insn(0x07, 4, 0, 0, 32), // r4 += 32
                result(1),
                insn(0x2d, 4, 3, 2, 0), // if r4 > r3 goto exit
                insn(0x7a, 2, 0, 16, 0x41424344), // *(u64 *)(r2 + 16) = 0x41424344
                result(2),
                exit());
        try (KernelProgram program =
                load(bpf, ProgramSpec.of(KernelProgramType.XDP, insns).withName("writer"))) {
            byte[] expected = PACKET.clone();
            System.arraycopy(new byte[] {0x44, 0x43, 0x42, 0x41, 0, 0, 0, 0}, 0, expected, 16, 8);

            TestRun run = program.testRun(TestInput.ofData(PACKET));
            assertThat(run.returnValue()).isEqualTo(2);
            assertThat(run.data()).isEqualTo(expected);

            TestRun shorter = program.testRun(TestInput.ofData(Arrays.copyOf(PACKET, 31)));
            assertThat(shorter.returnValue()).isEqualTo(1);
            assertThat(shorter.data()).isEqualTo(Arrays.copyOf(PACKET, 31));
        }
    }

    @Test
    void testRun_repeated_runsThatOftenAndTakesTime() {
        byte[] insns = program(
                insn(0x61, 2, 1, 0, 0),
                insn(0x61, 3, 1, 4, 0),
                insn(0xbf, 4, 2, 0, 0),
                insn(0x07, 4, 0, 0, 32),
                result(1),
                insn(0x2d, 4, 3, 4, 0),
                insn(0x79, 5, 2, 16, 0), // r5 = *(u64 *)(r2 + 16)
                insn(0x07, 5, 0, 0, 1),
                insn(0x7b, 2, 5, 16, 0),
                result(2),
                exit());
        try (KernelProgram program = load(bpf, ProgramSpec.of(KernelProgramType.XDP, insns))) {
            TestRun run = program.testRun(TestInput.ofData(new byte[32]).withRepeat(1_000));

            assertThat(ByteBuffer.wrap(run.data())
                            .order(ByteOrder.nativeOrder())
                            .getLong(16))
                    .isEqualTo(1_000);
            assertThat(run.duration()).isPositive();
        }
    }

    @Test
    void testRun_context_isReadAndGivenBack() {
        // struct __sk_buff: mark at 8; a program of type sched_cls may write it
        byte[] insns = program(
                insn(0x61, 2, 1, 8, 0), // r2 = ctx->mark
                insn(0x07, 2, 0, 0, 1),
                insn(0x63, 1, 2, 8, 0), // ctx->mark = r2
                result(0),
                exit());
        byte[] context = new byte[192];
        context[8] = 41;
        try (KernelProgram program = load(bpf, ProgramSpec.of(KernelProgramType.SCHED_CLS, insns))) {
            TestRun run = program.testRun(TestInput.ofData(PACKET).withContext(context));

            assertThat(run.context()).hasSize(192);
            assertThat(run.context()[8]).isEqualTo((byte) 42);
        }
    }

    @Test
    void testRun_syscallProgram_writesItsContextInPlace() {
        byte[] insns =
                program(insn(0x79, 2, 1, 0, 0), insn(0x27, 2, 0, 0, 3), insn(0x7b, 1, 2, 8, 0), result(0), exit());
        // BPF_F_SLEEPABLE: programs of this type have to be
        ProgramSpec spec = ProgramSpec.of(KernelProgramType.SYSCALL, insns).withFlags(1 << 4);
        try (KernelProgram program = load(bpf, spec)) {
            byte[] context = new byte[16];
            context[0] = 14;

            assertThat(program.testRun(TestInput.ofContext(context)).context()[8])
                    .isEqualTo((byte) 42);
        }
    }

    @Test
    void testRun_packetShorterThanAHeader_isEinval() {
        try (KernelProgram program = load(
                bpf,
                ProgramSpec.of(KernelProgramType.XDP, program(result(0), exit()))
                        .withName("tiny"))) {
            assertThatThrownBy(() -> program.testRun(TestInput.ofData(new byte[13])))
                    .isInstanceOfSatisfying(
                            LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
                    .hasMessage(
                            "bpf(PROG_TEST_RUN): XDP program \"tiny\" of 2 instructions: EINVAL (Invalid argument)");
        }
    }

    @Test
    void testRun_closedProgram_isRefused() {
        KernelProgram program = load(bpf, ProgramSpec.of(KernelProgramType.XDP, program(result(0), exit())));
        program.close();

        assertThatThrownBy(() -> program.testRun(TestInput.ofData(PACKET))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void load_programTheVerifierRefuses_carriesItsLog() {
        assertThat(bpf.load(ProgramSpec.of(KernelProgramType.XDP, READS_UNINITIALISED)))
                .isInstanceOfSatisfying(Rejected.class, rejected -> {
                    assertThat(rejected.errno()).isEqualTo(Errno.EACCES);
                    assertThat(rejected.log()).contains("R2 !read_ok");
                });
    }

    @Test
    void load_longRefusal_carriesAllOfTheLog() {
        // Every instruction has a line in the log; 20,000 of them pass the first buffer.
        byte[][] insns = new byte[20_002][];
        Arrays.fill(insns, 0, 20_000, result(1));
        insns[20_000] = insn(0xbf, 0, 2, 0, 0);
        insns[20_001] = exit();

        assertThat(bpf.load(ProgramSpec.of(KernelProgramType.XDP, program(insns))))
                .isInstanceOfSatisfying(Rejected.class, rejected -> {
                    assertThat(rejected.errno()).isEqualTo(Errno.EACCES);
                    assertThat(rejected.log())
                            .contains("0: (b7) r0 = 1")
                            .contains("19999: (b7) r0 = 1")
                            .contains("R2 !read_ok");
                });
    }

    @Test
    void load_logAskedFor_showsThePathOfAnAcceptedProgram() {
        LoadResult<KernelProgram> result = bpf.load(ProgramSpec.of(KernelProgramType.XDP, program(result(3), exit()))
                .withLogLevel(2));

        assertThat(result)
                .isInstanceOfSatisfying(
                        Loaded.class, loaded -> assertThat(loaded.log()).contains("r0 = 3"));
        ((Loaded<KernelProgram>) result).value().close();
    }

    @Test
    void load_unknownType_isEinvalWithoutAVerdict() {
        assertThatThrownBy(() -> bpf.load(ProgramSpec.of(new KernelProgramType(4711), program(result(0), exit()))))
                .isInstanceOfSatisfying(LinuxException.class, e -> {
                    assertThat(e.errno()).isEqualTo(Errno.EINVAL);
                    assertThat(e.object()).startsWith("type 4711 program");
                });
    }

    @Test
    void load_noInstructions_isE2big() {
        assertThatThrownBy(() -> bpf.load(ProgramSpec.of(KernelProgramType.XDP, new byte[0])))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.E2BIG));
    }

    @Test
    void load_gplHelper_needsTheLicence() {
        // bpf_trace_printk(fmt, 1), helper 6, is reserved for GPL programs.
        byte[] insns = program(
                insn(0xb7, 2, 0, 0, 0),
                insn(0x7b, 10, 2, -8, 0),
                insn(0xbf, 1, 10, 0, 0),
                insn(0x07, 1, 0, 0, -8),
                insn(0xb7, 2, 0, 0, 1),
                insn(0x85, 0, 0, 0, 6),
                result(0),
                exit());
        ProgramSpec spec = ProgramSpec.of(KernelProgramType.XDP, insns);

        assertThat(bpf.load(spec))
                .isInstanceOfSatisfying(
                        Rejected.class, rejected -> assertThat(rejected.log()).contains("GPL"));
        load(bpf, spec.withLicense("Dual BSD/GPL")).close();
    }

    @Test
    void loadBtf_minimal_isAccepted() {
        try (KernelBtf btf = ((Loaded<KernelBtf>) bpf.loadBtf(minimalBtf())).value()) {
            assertThat(btf.descriptor()).isPositive();
        }
    }

    @Test
    void loadBtf_wrongMagic_isRejectedWithAReason() {
        byte[] btf = minimalBtf();
        btf[0] = 0;

        assertThat(bpf.loadBtf(btf)).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.errno()).isEqualTo(Errno.EINVAL);
            assertThat(rejected.log()).contains("magic");
        });
    }

    @Test
    void descriptors_afterLoadsRefusalsAndRuns_areAllClosed() {
        useAndClose();
        long before = RealKernel.openDescriptors();
        for (int i = 0; i < 200; i++) {
            useAndClose();
        }

        assertThat(RealKernel.openDescriptors()).isEqualTo(before);
    }

    private void useAndClose() {
        bpf.load(ProgramSpec.of(KernelProgramType.XDP, READS_UNINITIALISED));
        try (KernelProgram program = load(bpf, ProgramSpec.of(KernelProgramType.XDP, program(result(0), exit())));
                KernelMap map = bpf.createMap(MapSpec.hash(4, 8, 2))) {
            program.testRun(TestInput.ofData(PACKET));
            map.update(new byte[4], new byte[8], UpdateMode.ANY);
            assertThatThrownBy(() -> program.testRun(TestInput.ofData(new byte[1])))
                    .isInstanceOf(LinuxException.class);
        }
    }

    /** A header of 24 bytes, one type (INT of 32 bits, name at 1), strings {@code "\0int\0"}. */
    private static byte[] minimalBtf() {
        ByteBuffer btf = ByteBuffer.allocate(24 + 16 + 5).order(ByteOrder.nativeOrder());
        btf.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
        btf.putInt(0).putInt(16).putInt(16).putInt(5);
        btf.putInt(1).putInt(1 << 24).putInt(4).putInt(1 << 24 | 32);
        return btf.put("\0int\0".getBytes(StandardCharsets.US_ASCII)).array();
    }
}
