package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.FAR;
import static dev.ring3.bpf.Insns.add;
import static dev.ring3.bpf.Insns.atomic;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.Insns.store;
import static dev.ring3.bpf.Insns.wide;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R10;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Register.R4;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What one thread sees of atomic operations (RFC 9669 section 5.3), load-acquire and store-release. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class AtomicTest {
    private final BpfRuntime runtime;

    AtomicTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    static Stream<Arguments> operations() {
        return Stream.of(Size.WORD, Size.DOUBLE)
                .flatMap(size -> Stream.of(AtomicOp.values()).map(op -> Arguments.of(size, op)));
    }

    /** In r3 is the source, in r4 what memory holds in the end. */
    @ParameterizedTest
    @MethodSource("operations")
    void atomic_boundaries_updatesMemoryAndFetches(Size size, AtomicOp op) {
        for (long old : Values.BOUNDARIES) {
            for (long source : List.of(0L, 1L, -1L, 0x8000_0000L, 0xf0f0_f0f0_1234_5678L, old)) {
                for (long r0 : List.of(old, ~old, old ^ 1L << 63, 0x77L)) {
                    assertUpdates(size, op, old, source, r0);
                }
            }
        }
    }

    private void assertUpdates(Size size, AtomicOp op, long old, long source, long r0) {
        List<Insn> insns = new ArrayList<>(List.of(
                wide(R0, r0),
                wide(R3, old),
                store(Size.DOUBLE, R10, -8, R3),
                wide(R3, source),
                atomic(size, op, R10, -8, R3),
                load(size, R4, R10, -8)));
        List<Long> registers = RegisterDump.after(runtime, insns);
        long mask = size == Size.WORD ? 0xffff_ffffL : -1;
        long fetched = old & mask;
        boolean equal = fetched == (r0 & mask);
        String what = "%s %s: memory 0x%x, source 0x%x, r0 0x%x".formatted(size, op, old, source, r0);
        assertThat(registers.get(4)).as(what).isEqualTo(stored(op, old, source, equal) & mask);
        assertThat(registers.get(0)).as(what).isEqualTo(op == AtomicOp.COMPARE_EXCHANGE ? fetched : r0);
        boolean sourceReceives = op.fetches() && op != AtomicOp.COMPARE_EXCHANGE;
        assertThat(registers.get(3)).as(what).isEqualTo(sourceReceives ? fetched : source);
    }

    private static long stored(AtomicOp op, long old, long source, boolean equal) {
        return switch (op) {
            case ADD, FETCH_ADD -> old + source;
            case OR, FETCH_OR -> old | source;
            case AND, FETCH_AND -> old & source;
            case XOR, FETCH_XOR -> old ^ source;
            case EXCHANGE -> source;
            case COMPARE_EXCHANGE -> equal ? source : old;
        };
    }

    @ParameterizedTest
    @EnumSource(AtomicOp.class)
    void atomic_of32Bits_leavesItsNeighbours(AtomicOp op) {
        List<Long> registers = RegisterDump.after(
                runtime,
                List.of(
                        wide(R3, 0x0123_4567_89ab_cdefL),
                        store(Size.DOUBLE, R10, -16, R3),
                        store(Size.DOUBLE, R10, -8, R3),
                        atomic(Size.WORD, op, R10, -12, R3),
                        load(Size.WORD, R0, R10, -16),
                        load(Size.DOUBLE, R4, R10, -8)));
        assertThat(registers.get(4)).isEqualTo(0x0123_4567_89ab_cdefL);
        assertThat(registers.get(0)).isIn(0x89ab_cdefL, 0x0123_4567L); // the half at the lower address, either order
    }

    /** The source of a compare-exchange may be r0 itself: then what is stored is what was compared with. */
    @Test
    void compareExchange_sourceIsR0_fetchesIntoR0() {
        for (long r0 : List.of(5L, 6L)) {
            List<Long> registers = RegisterDump.after(
                    runtime,
                    List.of(
                            store(Size.DOUBLE, R10, -8, Insns.imm(5)),
                            wide(R0, r0),
                            atomic(Size.DOUBLE, AtomicOp.COMPARE_EXCHANGE, R10, -8, R0),
                            load(Size.DOUBLE, R4, R10, -8)));
            assertThat(registers.get(0)).isEqualTo(5);
            assertThat(registers.get(4)).isEqualTo(5);
        }
    }

    /** The base may be the source: its address is used before it receives the old value. */
    @Test
    void fetch_sourceIsBase_receivesTheOldValue() {
        List<Long> registers = RegisterDump.after(
                runtime,
                List.of(
                        store(Size.DOUBLE, R10, -8, Insns.imm(41)),
                        Insns.mov(R3, R10),
                        atomic(Size.DOUBLE, AtomicOp.EXCHANGE, R3, -8, R3),
                        load(Size.DOUBLE, R4, R10, -8)));
        assertThat(registers.get(3)).isEqualTo(41);
        assertThat(registers.get(4)).isEqualTo(registers.get(10));
    }

    @ParameterizedTest
    @EnumSource(Size.class)
    void acquireAndRelease_everySize_storeAndZeroExtend(Size size) {
        for (long value : Values.BOUNDARIES) {
            List<Long> registers = RegisterDump.after(
                    runtime,
                    List.of(
                            wide(R3, value),
                            store(Size.DOUBLE, R10, -16, Insns.imm(0)),
                            new Insn.StoreRelease(size, R10, -16, R3),
                            wide(R4, -1),
                            new Insn.LoadAcquire(size, R4, R10, -16),
                            load(size, R0, R10, -16)));
            long expected = Values.unsigned(value, size.bits()).longValue();
            assertThat(registers.get(4)).isEqualTo(expected);
            assertThat(registers.get(0)).isEqualTo(expected);
            assertThat(registers.get(3)).as("the source").isEqualTo(value);
        }
    }

    static Stream<Insn> orderedAccesses() {
        Stream<Insn> atomics = Stream.of(Size.WORD, Size.DOUBLE)
                .flatMap(size -> Stream.of(AtomicOp.values()).map(op -> atomic(size, op, R1, 0, R3)));
        Stream<Insn> others = Stream.of(Size.values())
                .flatMap(size ->
                        Stream.of(new Insn.LoadAcquire(size, R4, R1, 0), new Insn.StoreRelease(size, R1, 0, R3)));
        return Stream.concat(atomics, others);
    }

    @ParameterizedTest
    @MethodSource("orderedAccesses")
    void orderedAccess_misaligned_faultsThere(Insn insn) {
        int bytes = bytes(insn);
        for (int shift = 1; shift < bytes; shift++) {
            RunResult.Faulted faulted = runAt(insn, shift);
            assertThat(faulted.kind()).as("shifted by %d", shift).isEqualTo(FaultKind.MISALIGNED);
            assertThat(faulted.programCounter()).isEqualTo(3);
        }
        assertThat(runAt(insn, 0).kind()).as("aligned").isEqualTo(FaultKind.NO_EXIT);
        assertThat(runAt(insn, bytes).kind()).as("aligned").isEqualTo(FaultKind.NO_EXIT);
    }

    /** Not the program's memory at all is the graver fault, so it comes first. */
    @ParameterizedTest
    @MethodSource("orderedAccesses")
    void orderedAccess_outOfBounds_faultsThere(Insn insn) {
        for (long shift : List.of(64L, -8L, 64L - bytes(insn) + 1, FAR, FAR + 1, Long.MIN_VALUE)) {
            RunResult.Faulted faulted = runAt(insn, shift);
            assertThat(faulted.kind()).as("shifted by %d", shift).isEqualTo(FaultKind.ACCESS);
            assertThat(faulted.programCounter()).isEqualTo(3);
            assertThat(faulted.registers().get(4)).as("the register before").isEqualTo(shift);
        }
    }

    private RunResult.Faulted runAt(Insn insn, long shift) {
        BpfCode code = BpfCode.of(wide(R4, shift), add(R1, R4), insn);
        try (BpfProgram program = runtime.program("ordered", code, ProgramTypes.MEMORY);
                Invocation invocation = program.newInvocation()) {
            invocation.memory(64);
            return (RunResult.Faulted) invocation.tryRun();
        }
    }

    private static int bytes(Insn insn) {
        return switch (insn) {
            case Insn.Atomic access -> access.size().bytes();
            case Insn.LoadAcquire access -> access.size().bytes();
            case Insn.StoreRelease access -> access.size().bytes();
            case Insn other -> throw new AssertionError(other);
        };
    }
}
