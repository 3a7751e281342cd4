package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.FAR;
import static dev.ring3.bpf.Insns.imm;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.Insns.loadSigned;
import static dev.ring3.bpf.Insns.map;
import static dev.ring3.bpf.Insns.mapValue;
import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.Insns.store;
import static dev.ring3.bpf.Insns.wide;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R10;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Register.R6;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Size;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where a program may not read or write: each side of everything it has, and all that it has not. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class AccessFaultTest {
    private static final int MEMORY_BYTES = 100;
    private static final int VALUE_BYTES = 20; // padded to 24 in the array
    private static final int STRIDE_BYTES = 24;
    private static final int ENTRIES = 3;
    private static final int FD = 1;
    private static final int READ_ONLY_FD = 2;

    private final BpfRuntime runtime;
    private final ArrayMap array;
    private final ArrayMap constants;
    private final Bindings bindings;

    AccessFaultTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
        array = runtime.arrayMap("array", VALUE_BYTES, ENTRIES);
        constants = runtime.arrayMap("constants", VALUE_BYTES, 1, false);
        bindings = new Bindings(Map.of(FD, array, READ_ONLY_FD, constants), List.of(), Map.of());
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    @ParameterizedTest
    @EnumSource(Size.class)
    void stack_eachSide_faults(Size size) {
        Insn frame = mov(R6, R10);
        assertAllowed(size, frame, -512, -512 + 1, -size.bytes());
        assertRefused(size, frame, -513, -512 - size.bytes(), -size.bytes() + 1, 0, 1, 8, -520, 4000);
    }

    @ParameterizedTest
    @EnumSource(Size.class)
    void memory_eachSide_faults(Size size) {
        Insn memory = mov(R6, R1);
        assertAllowed(size, memory, 0, 1, MEMORY_BYTES - size.bytes());
        assertRefused(
                size, memory, -1, -8, -size.bytes(), MEMORY_BYTES - size.bytes() + 1, MEMORY_BYTES, MEMORY_BYTES + 8);
    }

    @ParameterizedTest
    @EnumSource(Size.class)
    void mapValue_eachSide_faults(Size size) {
        Insn value = mapValue(R6, FD);
        int rest = VALUE_BYTES - size.bytes();
        for (int i = 0; i < ENTRIES; i++) {
            int start = i * STRIDE_BYTES;
            assertAllowed(size, value, start, start + rest);
            assertRefused(size, value, start + rest + 1, start + VALUE_BYTES, start + STRIDE_BYTES - 1);
        }
        assertRefused(size, value, -1, -size.bytes(), ENTRIES * STRIDE_BYTES, ENTRIES * STRIDE_BYTES + 8, 4096);
    }

    @ParameterizedTest
    @EnumSource(Size.class)
    void readOnlyValue_reads_butIsNotWritten(Size size) {
        Insn value = mapValue(R6, READ_ONLY_FD);
        assertThat(access(load(size, R0, R6, 0), value)).isEqualTo(new RunResult.Finished(0));
        for (Insn write : writes(size, 0)) {
            RunResult.Faulted faulted = refusal(write, value);
            assertThat(faulted.kind()).as("%s", write).isEqualTo(FaultKind.READ_ONLY);
            assertThat(faulted.programCounter()).isEqualTo(4);
        }
        assertThat(refusal(store(size, R6, VALUE_BYTES, imm(1)), value).kind())
                .as("outside of it there is nothing to read either")
                .isEqualTo(FaultKind.ACCESS);
        assertThat(constants.value(0).asByteBuffer()).isEqualTo(ByteBuffer.allocate(VALUE_BYTES));
    }

    /** Addresses that are nobody's: null and near it, other programs' pages, above the range, negative, at the edges. */
    static Stream<Long> strayAddresses() {
        long end = BpfRuntime.memoryReserved();
        return Stream.of(
                0L,
                1L,
                8L,
                4096L,
                (64L << 10) - 8,
                end - 8,
                end - 1,
                end,
                end + 8,
                64L << 30,
                (64L << 30) + 4096,
                FAR,
                1L << 61,
                1L << 62,
                Long.MAX_VALUE,
                Long.MAX_VALUE - 7,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 8,
                -1L,
                -8L,
                -4096L,
                -(64L << 30),
                0xffff_ffffL);
    }

    @ParameterizedTest
    @MethodSource("strayAddresses")
    void strayAddress_anyAccess_faults(long address) {
        for (Size size : Size.values()) {
            assertRefused(size, wide(R6, address), 0, 7, -7, Short.MAX_VALUE, Short.MIN_VALUE);
        }
    }

    @Test
    void noMemory_addressZero_isNotReadable() {
        BpfCode code = BpfCode.of(load(Size.BYTE, R0, R1, 0), EXIT);
        Invocation invocation =
                runtime.program("none", code, ProgramTypes.MEMORY).newInvocation();
        invocation.memory(0);
        assertThat(invocation.tryRun())
                .isInstanceOfSatisfying(
                        RunResult.Faulted.class, f -> assertThat(f.kind()).isEqualTo(FaultKind.ACCESS));
    }

    @Test
    void mapPointer_dereferenced_faults() {
        assertRefused(Size.WORD, map(R6, FD), 0);
    }

    @Test
    void mapOfSameRuntime_notBound_isOutOfReach() {
        ArrayMap other = runtime.arrayMap("other", 8, 1);
        assertRefused(Size.DOUBLE, wide(R6, other.addressOrZero(0)), 0);
    }

    @Test
    void stackOfAnotherInvocation_address_isOutOfReach() {
        BpfCode ownFrame = BpfCode.of(mov(R0, R10), EXIT);
        try (Invocation other =
                runtime.program("frame", ownFrame, ProgramTypes.MEMORY).newInvocation()) {
            assertRefused(Size.DOUBLE, wide(R6, other.run()), -8);
        }
    }

    @Test
    void fault_inALoad_leavesTheDestination() {
        for (Insn insn : List.of(load(Size.WORD, R0, R6, 0), loadSigned(Size.WORD, R0, R6, 0))) {
            assertThat(refusal(insn, wide(R6, 16)).registers().getFirst())
                    .as("r0 before the load")
                    .isEqualTo(77);
        }
    }

    private void assertAllowed(Size size, Insn base, int... offsets) {
        for (int offset : offsets) {
            assertThat(access(load(size, R0, R6, offset), base))
                    .as("load of %s at %d", size, offset)
                    .isInstanceOf(RunResult.Finished.class);
            assertThat(access(store(size, R6, offset, imm(1)), base))
                    .as("store of %s at %d", size, offset)
                    .isInstanceOf(RunResult.Finished.class);
        }
    }

    private void assertRefused(Size size, Insn base, int... offsets) {
        for (int offset : offsets) {
            for (Insn insn : Stream.concat(
                            Stream.of(load(size, R0, R6, offset), new Insn.LoadAcquire(size, R0, R6, offset)),
                            writes(size, offset).stream())
                    .toList()) {
                RunResult.Faulted faulted = refusal(insn, base);
                assertThat(faulted.kind()).as("%s", insn).isEqualTo(FaultKind.ACCESS);
                assertThat(faulted.programCounter()).isEqualTo(2 + base.slots());
                assertThat(faulted.detail()).contains(size.bytes() + " bytes");
            }
        }
    }

    private static List<Insn> writes(Size size, int offset) {
        List<Insn> stores = List.of(
                store(size, R6, offset, imm(1)),
                store(size, R6, offset, R3),
                new Insn.StoreRelease(size, R6, offset, R3));
        return size.bytes() < 4
                ? stores
                : Stream.concat(
                                stores.stream(),
                                Stream.of(AtomicOp.ADD, AtomicOp.EXCHANGE, AtomicOp.COMPARE_EXCHANGE)
                                        .map(op -> new Insn.Atomic(size, op, R6, offset, R3)))
                        .toList();
    }

    private RunResult.Faulted refusal(Insn insn, Insn base) {
        return (RunResult.Faulted) access(insn, base);
    }

    /** Runs one access whose base register is r6. */
    private RunResult access(Insn insn, Insn base) {
        BpfCode code = BpfCode.of(mov(R0, 77), mov(R3, 1), base, insn, EXIT);
        try (BpfProgram program = runtime.program("access", code, ProgramTypes.MEMORY, bindings);
                Invocation invocation = program.newInvocation()) {
            invocation.memory(MEMORY_BYTES);
            return invocation.tryRun();
        }
    }
}
