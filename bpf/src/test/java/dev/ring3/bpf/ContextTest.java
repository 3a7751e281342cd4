package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FieldKind.Part;
import dev.ring3.bpf.type.StructType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that are called with a context and, through it, with a packet. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class ContextTest {
    private static final int PACKET_BYTES_MAX = 4096;
    private static final List<Field> PACKET_FIELDS = List.of(
            Field.packet("data", 0, 4, Part.START),
            Field.packet("data_end", 4, 4, Part.END),
            Field.packet("data_meta", 8, 4, Part.META));

    /** As {@code struct xdp_md}: 24 bytes, and behind them what no program may touch. */
    private static final StructType XDP = new StructType(
            "xdp_md",
            24,
            List.of(
                    PACKET_FIELDS.get(0),
                    PACKET_FIELDS.get(1),
                    PACKET_FIELDS.get(2),
                    Field.scalar("ingress_ifindex", 12, 4),
                    Field.scalar("rx_queue_index", 16, 4).alsoWritable(),
                    Field.scalar("egress_ifindex", 20, 4)));

    private static final ProgramType READING =
            ProgramType.of("reading", new Entry.Context(XDP, PACKET_BYTES_MAX), ProgramTypes.MEMORY.functions());
    private static final ProgramType WRITING = READING.with(ProgramType.Trait.PACKET_WRITABLE);

    private final BpfRuntime runtime;

    ContextTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private BpfProgram verified(ProgramType type, String source) {
        return verified(type, source, Bindings.NONE);
    }

    /** As if verified: a load of 4 bytes at r1 or r6 below 12 is one of the packet's addresses. */
    private BpfProgram verified(ProgramType type, String source, Bindings bindings) {
        BpfCode code = Assembler.assemble(source, Dialect.LLVM);
        Map<Integer, Field> packetLoads = new HashMap<>();
        int slot = 0;
        for (Insn insn : code) {
            if (insn instanceof Insn.Load load
                    && load.size().bytes() == Integer.BYTES
                    && (load.base().number() == 1 || load.base().number() == 6)
                    && load.offset() < 12) {
                packetLoads.put(slot, PACKET_FIELDS.get(load.offset() / Integer.BYTES));
            }
            slot += insn.slots();
        }
        return runtime.program(new ProgramSource(
                "context", code, type, bindings, Map.of(), Map.of(), new InsnLines(code), true, packetLoads));
    }

    @Test
    void packet_addressesInTheContext_areThoseOfThePacket() {
        BpfProgram program = verified(READING, """
                        r2 = *(u32 *)(r1 + 0)
                        r3 = *(u32 *)(r1 + 4)
                        r4 = *(u32 *)(r1 + 8)
                        r0 = -1
                        if r2 != r4 goto out
                        r5 = r2
                        r5 += 4
                        if r5 > r3 goto out
                        r0 = *(u32 *)(r2 + 0)
                        r3 -= r2
                        r3 <<= 32
                        r0 |= r3
                out:    exit
                """);
        Invocation invocation = program.newInvocation();
        for (int length : new int[] {4, 5, 1500, PACKET_BYTES_MAX, 60}) {
            invocation.memory(length).set(ValueLayout.JAVA_INT, 0, 0x5a000000 + length);
            assertThat(invocation.run()).isEqualTo((long) length << 32 | (0x5a000000 + length));
        }
        for (int length : new int[] {0, 1, 3}) {
            invocation.memory(length);
            assertThat(invocation.run()).as("%d bytes", length).isEqualTo(-1);
        }
    }

    @Test
    void registers_atTheStart_areTheContextAndZeros() {
        Invocation invocation = verified(READING, "r0 = 0").newInvocation();
        invocation.memory(100);
        RunResult.Faulted end = (RunResult.Faulted) invocation.tryRun();
        assertThat(end.registers().get(1)).isPositive();
        assertThat(end.registers().subList(2, 10)).containsOnly(0L);
    }

    @Test
    void context_fields_areTheHostsToSetAndToRead() {
        Invocation invocation = verified(READING, """
                        r0 = *(u32 *)(r1 + 12)
                        r2 = *(u8 *)(r1 + 20)
                        r0 += r2
                        *(u32 *)(r1 + 16) = 17
                        exit
                """).newInvocation();
        MemorySegment context = invocation.context();
        assertThat(context.byteSize()).isEqualTo(24);
        assertThat(context.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        context.set(ValueLayout.JAVA_INT, 12, 300);
        context.set(ValueLayout.JAVA_INT, 20, 5);
        invocation.memory(10);
        assertThat(invocation.run()).isEqualTo(305);
        assertThat(invocation.context().get(ValueLayout.JAVA_INT, 16)).isEqualTo(17);
        assertThat(invocation.run()).isEqualTo(305);
    }

    /** What the host writes where Linux has its narrow addresses misleads nobody. */
    @Test
    void context_filledWithAnything_leavesThePacketWhereItIs() {
        Invocation invocation = verified(READING, "r2 = *(u32 *)(r1 + 0)\n r0 = *(u8 *)(r2 + 0)\n exit")
                .newInvocation();
        invocation.memory(1).set(ValueLayout.JAVA_BYTE, 0, (byte) 9);
        invocation.context().fill((byte) -1);
        assertThat(invocation.run()).isEqualTo(9);
    }

    /** The addresses lie at 24, 32 and 40: nothing but a load that was rewritten reaches them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            r0 = *(u64 *)(r1 + 24)       | ACCESS
            r0 = *(u64 *)(r1 + 20)       | ACCESS
            r0 = *(u8 *)(r1 + 24)        | ACCESS
            r0 = *(u32 *)(r1 + 47)       | ACCESS
            r0 = *(u64 *)(r1 + 48)       | ACCESS
            r0 = *(u8 *)(r1 - 1)         | ACCESS
            *(u64 *)(r1 + 24) = 0        | ACCESS
            *(u8 *)(r1 + 40) = 0         | ACCESS
            r0 = *(u8 *)(r2 + 8)         | ACCESS
            r0 = *(u8 *)(r2 - 1)         | ACCESS
            *(u8 *)(r2 + 7) = 0          | READ_ONLY
            """)
    void access_outsideContextAndPacket_faults(String access, FaultKind kind) {
        Invocation invocation = verified(READING, "r2 = *(u32 *)(r1 + 0)\n %s\n exit".formatted(access))
                .newInvocation();
        invocation.memory(8);
        assertThat(invocation.tryRun()).isInstanceOfSatisfying(RunResult.Faulted.class, faulted -> {
            assertThat(faulted.kind()).isEqualTo(kind);
            assertThat(faulted.programCounter()).isEqualTo(1);
            assertThat(faulted.line()).isEqualTo(access);
        });
    }

    /** A load that was rewritten by mistake reads nothing else. */
    @ParameterizedTest
    @ValueSource(strings = {"r6 = r1\n r6 += 4", "r6 = r1\n r6 -= 8", "r6 = r1\n r6 += 24", "r6 = r10\n r6 -= 100"})
    void rewrittenLoad_ofAnythingButThePacketsAddresses_faults(String base) {
        Invocation invocation =
                verified(READING, base + "\n r0 = *(u32 *)(r6 + 0)\n exit").newInvocation();
        invocation.memory(8);
        assertThat(invocation.tryRun()).isInstanceOfSatisfying(RunResult.Faulted.class, faulted -> {
            assertThat(faulted.kind()).isEqualTo(FaultKind.ACCESS);
            assertThat(faulted.line()).isEqualTo("r0 = *(u32 *)(r6 + 0)");
        });
    }

    @Test
    void run_onPacketData_writesBackWhereTheTypeMayWrite() {
        String source = """
                        r2 = *(u32 *)(r1 + 0)
                        r0 = *(u8 *)(r2 + 1)
                        r3 = *(u32 *)(r1 + 16)
                        r0 += r3
                        *(u32 *)(r1 + 16) = 100
                        *(u8 *)(r2 + 1) = 7
                        exit
                """;
        byte[] packet = {1, 2, 3};
        BpfProgram program = verified(WRITING, source);
        assertThat(program.run(MemorySegment.ofArray(packet))).isEqualTo(2);
        assertThat(packet).containsExactly(1, 7, 3);
        assertThat(program.run(MemorySegment.ofArray(packet)))
                .as("each such run begins with a context of zeros")
                .isEqualTo(7);
        assertThat(verified(READING, source).tryRun(MemorySegment.ofArray(packet)))
                .isInstanceOfSatisfying(
                        RunResult.Faulted.class,
                        faulted -> assertThat(faulted.kind()).isEqualTo(FaultKind.READ_ONLY));
    }

    @Test
    void packetInstructions_readThePacket() {
        BpfProgram program = verified(READING, "r6 = r1\n r0 = *(u16 *)skb[1]\n exit");
        assertThat(program.run(MemorySegment.ofArray(new byte[] {1, 2, 3}))).isEqualTo(0x0203);
        assertThat(program.run(MemorySegment.ofArray(new byte[] {1, 2}))).isZero();
    }

    @Test
    void helper_addressInPacketOrContext_isReadableAndWritableAsForPrograms() {
        HostFunctions functions = HostFunctions.NONE
                .with(
                        1,
                        "read",
                        (call, r1, r2, r3, r4, r5) -> call.readable(r1, r2).byteSize())
                .with(
                        2,
                        "write",
                        (call, r1, r2, r3, r4, r5) -> call.writable(r1, r2).byteSize());
        String packet = "r1 = *(u32 *)(r1 + 0)\n r2 = %d\n call %d\n exit";
        assertThat(run(READING.withFunctions(functions), packet.formatted(8, 1)))
                .isEqualTo(8);
        assertThat(run(WRITING.withFunctions(functions), packet.formatted(8, 2)))
                .isEqualTo(8);
        assertFault(READING.withFunctions(functions), packet.formatted(8, 2), FaultKind.READ_ONLY);
        assertFault(READING.withFunctions(functions), packet.formatted(9, 1), FaultKind.ACCESS);
        String context = "r2 = %d\n call %d\n exit";
        assertThat(run(READING.withFunctions(functions), context.formatted(24, 2)))
                .isEqualTo(24);
        assertFault(READING.withFunctions(functions), context.formatted(25, 1), FaultKind.ACCESS);
    }

    private long run(ProgramType type, String source) {
        return verified(type, source).run(MemorySegment.ofArray(new byte[8]));
    }

    private void assertFault(ProgramType type, String source, FaultKind kind) {
        assertThat(verified(type, source).tryRun(MemorySegment.ofArray(new byte[8])))
                .isInstanceOfSatisfying(
                        RunResult.Faulted.class,
                        faulted -> assertThat(faulted.kind()).isEqualTo(kind));
    }

    @Test
    void tailCall_target_findsTheContext() {
        ProgramArray programs = runtime.programArray("programs", 1);
        programs.set(0, verified(READING, "r2 += 5\n r3 = *(u32 *)(r1 + 0)\n r0 = *(u8 *)(r3 + 0)\n r0 += r2\n exit"));
        BpfProgram caller = verified(
                READING,
                "r2 = map_by_fd(1) ll\n r3 = 0\n call 12\n exit",
                new Bindings(Map.of(1, programs), List.of(), Map.of()));
        assertThat(caller.run(MemorySegment.ofArray(new byte[] {30}))).isEqualTo(35);
    }

    @Test
    void load_notVerified_isRefusedWhereThereIsAPacket() {
        BpfCode code = Assembler.assemble("r0 = 0\n exit", Dialect.LLVM);
        assertThatThrownBy(() -> runtime.program("plain", code, READING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "program plain of type reading is not verified: its context, struct xdp_md, leads to a packet, "
                                + "which only verified programs can follow");
    }

    @Test
    void load_notVerified_runsWithAContextOfNumbers() {
        StructType numbers = new StructType("numbers", 12, List.of(Field.scalar("a", 0, 8), Field.scalar("b", 8, 4)));
        ProgramType type = ProgramType.of("numbers", new Entry.Context(numbers, 0), HostFunctions.NONE);
        BpfProgram program = runtime.program(
                "sum",
                Assembler.assemble("r0 = *(u64 *)(r1 + 0)\n r2 = *(u32 *)(r1 + 8)\n r0 += r2\n exit", Dialect.LLVM),
                type);
        assertThat(program.isVerified()).isFalse();
        Invocation invocation = program.newInvocation();
        invocation.context().set(ValueLayout.JAVA_LONG, 0, 40);
        invocation.context().set(ValueLayout.JAVA_INT, 8, 2);
        assertThat(invocation.run()).isEqualTo(42);
    }

    @Test
    void memory_beyondWhatWasVerified_isRefusedWithBothNumbers() {
        BpfProgram program = verified(READING, "r0 = 0\n exit");
        Invocation invocation = program.newInvocation();
        invocation.memory(PACKET_BYTES_MAX);
        assertThatThrownBy(() -> invocation.memory(PACKET_BYTES_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4097")
                .hasMessageContaining("4096");
        assertThatThrownBy(() -> program.run(MemorySegment.ofArray(new byte[5000])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(invocation.run()).isZero();
        BpfProgram block = verified(ProgramTypes.memory(64), "r0 = r2\n exit");
        assertThat(block.isVerified()).isTrue();
        assertThat(block.run(MemorySegment.ofArray(new byte[64]))).isEqualTo(64);
        assertThatThrownBy(() -> block.run(MemorySegment.ofArray(new byte[65])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("65 bytes of memory for program context, which is verified for at most 64");
    }

    @Test
    void memory_ofAProgramThatIsNotVerified_hasNoSuchLimit() {
        BpfProgram program =
                runtime.program("free", Assembler.assemble("r0 = r2\n exit", Dialect.LLVM), ProgramTypes.memory(64));
        assertThat(program.run(MemorySegment.ofArray(new byte[65]))).isEqualTo(65);
    }

    @Test
    void context_ofATypeWithoutOne_isRefused() {
        Invocation invocation = runtime.program(
                        "block", Assembler.assemble("r0 = 0\n exit", Dialect.LLVM), ProgramTypes.MEMORY)
                .newInvocation();
        assertThatThrownBy(invocation::context)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("memory");
    }

    @Test
    void close_ofAnInvocation_freesContextAndPacket() {
        BpfProgram program = verified(READING, "r0 = 0\n exit");
        long before = runtime.memoryUsed();
        try (Invocation invocation = program.newInvocation()) {
            invocation.memory(1000);
            invocation.run();
            assertThat(runtime.memoryUsed()).isGreaterThan(before);
        }
        assertThat(runtime.memoryUsed()).isEqualTo(before);
    }
}
