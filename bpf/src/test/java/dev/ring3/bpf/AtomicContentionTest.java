package dev.ring3.bpf;

import static dev.ring3.bpf.Insns.EXIT;
import static dev.ring3.bpf.Insns.add;
import static dev.ring3.bpf.Insns.alu;
import static dev.ring3.bpf.Insns.atomic;
import static dev.ring3.bpf.Insns.imm;
import static dev.ring3.bpf.Insns.load;
import static dev.ring3.bpf.Insns.mapValue;
import static dev.ring3.bpf.Insns.mov;
import static dev.ring3.bpf.Insns.store;
import static dev.ring3.bpf.Insns.sub;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R3;
import static dev.ring3.bpf.insn.Register.R4;
import static dev.ring3.bpf.insn.Register.R6;
import static dev.ring3.bpf.insn.Register.R7;
import static dev.ring3.bpf.insn.Register.R8;
import static dev.ring3.bpf.insn.Register.R9;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Size;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Atomic operations lose nothing when threads work on one value; the same programs made of plain loads and stores do,
 * which shows that these tests would notice.
 *
 * <p>Each program works {@code r7} times on the cell at {@code r6} with its thread's number in {@code r8}, and returns
 * what it gathered in {@code r9}.
 */
@ParameterizedClass
@EnumSource(EngineKind.class)
class AtomicContentionTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 100_001;
    private static final long TOTAL = (long) THREADS * ROUNDS;
    private static final int NEGATIVE_ATTEMPTS = 100;
    private static final int CELL = 1;

    private final EngineKind engine;

    AtomicContentionTest(EngineKind engine) {
        this.engine = engine;
    }

    /** What a set of runs left: the cell, and the result of each thread. */
    record Outcome(long cell, List<Long> results) {
        long sum() {
            return results.stream().mapToLong(Long::longValue).sum();
        }
    }

    /** A contest of threads over one cell, with atomic operations or with plain ones in their place. */
    record Contest(EngineKind engine, Size size, boolean isAtomic) {

        /** {@code r3} receives the old value if the operation fetches; the plain form always does. */
        Code perform(Code code, AtomicOp op) {
            if (isAtomic) {
                return code.add(mov(R3, R8), atomic(size, op, R6, 0, R3));
            }
            code.add(load(size, R3, R6, 0), mov(R4, R3));
            code.add(
                    switch (op) {
                        case ADD, FETCH_ADD -> add(R4, R8);
                        case OR, FETCH_OR -> alu(AluOp.OR, R4, R8);
                        case AND, FETCH_AND -> alu(AluOp.AND, R4, R8);
                        case XOR, FETCH_XOR -> alu(AluOp.XOR, R4, R8);
                        case EXCHANGE -> mov(R4, R8);
                        case COMPARE_EXCHANGE -> throw new AssertionError("see compareExchanges");
                    });
            return code.add(store(size, R6, 0, R4));
        }

        Outcome additions(AtomicOp op) throws Exception {
            return run(loop(perform(prologue(), op).add(add(R9, R3))), _ -> 1);
        }

        /** Each thread sets and clears a bit of its own, and counts how often it was not so. */
        Outcome bits(AtomicOp set, AtomicOp clear) throws Exception {
            boolean complement = clear == AtomicOp.AND || clear == AtomicOp.FETCH_AND;
            Code code = perform(prologue(), set).add(load(size, R4, R6, 0));
            code.jumpIf(R4, Condition.BITS_SET, R8, "set").add(add(R9, 1)).label("set");
            if (set.fetches()) {
                code.jumpIf(R3, Condition.BITS_SET, R8, "was set")
                        .jump("was clear")
                        .label("was set")
                        .add(add(R9, 1))
                        .label("was clear");
            }
            flip(code, complement);
            perform(code, clear);
            flip(code, complement);
            code.add(load(size, R4, R6, 0))
                    .jumpIf(R4, Condition.BITS_SET, R8, "left")
                    .jump("cleared")
                    .label("left")
                    .add(add(R9, 1))
                    .label("cleared");
            return run(loop(code), thread -> 1L << (7 * thread));
        }

        private static void flip(Code code, boolean really) {
            if (really) {
                code.add(alu(AluOp.XOR, R8, imm(-1)));
            }
        }

        /** Every number that is put in comes out once, or is there at the end. */
        Outcome exchanges() throws Exception {
            return run(
                    loop(perform(prologue(), AtomicOp.EXCHANGE).add(add(R9, R3), add(R8, 1))),
                    AtomicContentionTest::firstNumber);
        }

        /** Adds one by compare-exchange, again until it succeeds. */
        Outcome compareExchanges() throws Exception {
            Code code = prologue().label("again").add(load(size, R0, R6, 0), mov(R3, R0), mov(R4, R0), add(R3, 1));
            if (isAtomic) {
                code.add(atomic(size, AtomicOp.COMPARE_EXCHANGE, R6, 0, R3))
                        .jumpIf(R0, Condition.NOT_EQUAL, R4, "again");
            } else {
                code.add(load(size, R0, R6, 0))
                        .jumpIf(R0, Condition.NOT_EQUAL, R4, "again")
                        .add(store(size, R6, 0, R3));
            }
            return run(loop(code), _ -> 0);
        }

        private static Code prologue() {
            return new Code()
                    .add(mapValue(R6, CELL), load(Size.DOUBLE, R8, R1, 0), mov(R7, ROUNDS), mov(R9, 0))
                    .label("loop");
        }

        private static BpfCode loop(Code code) {
            return code.add(sub(R7, 1))
                    .jumpIf(R7, Condition.NOT_EQUAL, imm(0), "loop")
                    .add(mov(R0, R9), EXIT)
                    .build();
        }

        private Outcome run(BpfCode code, IntToLongFunction number) throws Exception {
            try (BpfRuntime runtime = Unverified.runtime(engine)) {
                ArrayMap cell = runtime.arrayMap("cell", 8, 1);
                Bindings bindings = new Bindings(Map.of(CELL, cell), List.of(), Map.of());
                BpfProgram program = runtime.program("contest", code, ProgramTypes.MEMORY, bindings);
                List<Long> results = Parallel.run(THREADS, thread -> () -> {
                    Invocation invocation = program.newInvocation();
                    invocation.memory(8).set(ValueLayout.JAVA_LONG, 0, number.applyAsLong(thread));
                    return invocation.run();
                });
                MemorySegment value = cell.value(0);
                return new Outcome(
                        size == Size.WORD
                                ? Integer.toUnsignedLong(value.get(ValueLayout.JAVA_INT, 0))
                                : value.get(ValueLayout.JAVA_LONG, 0),
                        results);
            }
        }
    }

    private static long firstNumber(int thread) {
        return 1 + (long) thread * ROUNDS;
    }

    /** An experiment with a contest, and whether its outcome is what no lost update can give. */
    record Experiment(String name, Body body, Predicate<Outcome> intact) {
        interface Body {
            Outcome run(Contest contest) throws Exception;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Experiment> experiments() {
        return Stream.of(
                new Experiment("add", c -> c.additions(AtomicOp.ADD), o -> o.cell() == TOTAL),
                new Experiment(
                        "fetch and add", c -> c.additions(AtomicOp.FETCH_ADD), AtomicContentionTest::eachOldValueOnce),
                new Experiment("or, and", c -> c.bits(AtomicOp.OR, AtomicOp.AND), AtomicContentionTest::allClear),
                new Experiment(
                        "fetch or, fetch and",
                        c -> c.bits(AtomicOp.FETCH_OR, AtomicOp.FETCH_AND),
                        AtomicContentionTest::allClear),
                new Experiment("xor", c -> c.bits(AtomicOp.XOR, AtomicOp.XOR), AtomicContentionTest::allClear),
                new Experiment(
                        "fetch xor",
                        c -> c.bits(AtomicOp.FETCH_XOR, AtomicOp.FETCH_XOR),
                        AtomicContentionTest::allClear),
                new Experiment("exchange", Contest::exchanges, AtomicContentionTest::nothingLostOrTwice),
                new Experiment("compare and exchange", Contest::compareExchanges, o -> o.cell() == TOTAL));
    }

    private static boolean eachOldValueOnce(Outcome outcome) {
        return outcome.cell() == TOTAL && outcome.sum() == TOTAL * (TOTAL - 1) / 2;
    }

    private static boolean allClear(Outcome outcome) {
        return outcome.cell() == 0 && outcome.sum() == 0;
    }

    private static boolean nothingLostOrTwice(Outcome outcome) {
        return outcome.cell() + outcome.sum()
                == LongStream.rangeClosed(1, TOTAL).sum();
    }

    static Stream<Arguments> sized() {
        return experiments().flatMap(e -> Stream.of(Arguments.of(e, Size.WORD), Arguments.of(e, Size.DOUBLE)));
    }

    @ParameterizedTest
    @MethodSource("sized")
    void atomic_severalThreads_losesNothing(Experiment experiment, Size size) throws Exception {
        Outcome outcome = experiment.body().run(new Contest(engine, size, true));
        assertThat(outcome).matches(experiment.intact());
    }

    @ParameterizedTest
    @MethodSource("sized")
    void plainAccesses_severalThreads_loseUpdates(Experiment experiment, Size size) throws Exception {
        boolean intact = true;
        for (int i = 0; i < NEGATIVE_ATTEMPTS && intact; i++) {
            intact = experiment.intact().test(experiment.body().run(new Contest(engine, size, false)));
        }
        assertThat(intact).as("lost updates were noticed").isFalse();
    }

    /** Without contention the plain programs are right too: what they lose, they lose to each other. */
    @Test
    void plainAccesses_oneThread_areTheSameProgram() {
        try (BpfRuntime runtime = Unverified.runtime(engine)) {
            ArrayMap cell = runtime.arrayMap("cell", 8, 1);
            Contest contest = new Contest(engine, Size.DOUBLE, false);
            BpfCode code = Contest.loop(contest.perform(Contest.prologue(), AtomicOp.ADD));
            BpfProgram program = runtime.program(
                    "alone", code, ProgramTypes.MEMORY, new Bindings(Map.of(CELL, cell), List.of(), Map.of()));
            Invocation invocation = program.newInvocation();
            invocation.memory(8).set(ValueLayout.JAVA_LONG, 0, 1);
            invocation.run();
            assertThat(cell.value(0).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(ROUNDS);
        }
    }
}
