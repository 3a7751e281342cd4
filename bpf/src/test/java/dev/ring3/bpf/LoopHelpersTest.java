package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.map.HelperErrors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code bpf_loop} (181), {@code bpf_for_each_map_elem} (164) and the numeric iterator. */
@ParameterizedClass
@EnumSource(EngineKind.class)
class LoopHelpersTest {
    private static final int MAP = 1;
    private static final long E2BIG = -7;
    private static final long EINVAL = -22;

    private final BpfRuntime runtime;
    private final ArrayMap array;
    private final ArrayMap inner;
    private final ProgramArray programs;
    private final Bindings bindings;

    LoopHelpersTest(EngineKind engine) {
        runtime = Unverified.runtime(engine);
        array = runtime.arrayMap("array", 8, 5);
        inner = runtime.arrayMap("inner", 4, 3);
        programs = runtime.programArray("programs", 2);
        bindings = new Bindings(Map.of(MAP, array, 2, programs, 3, inner), List.of(), Map.of());
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private Invocation invocation(String source) {
        return runtime.program("loops", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings)
                .newInvocation();
    }

    private long run(String source) {
        return invocation(source).run();
    }

    /** Turns that are asked for, the index at which the callback stops, flags; what bpf_loop returns, and the last index. */
    @ParameterizedTest
    @CsvSource({
        "0,                100, 0, 0,       -1",
        "1,                100, 0, 1,       0",
        "10,               100, 0, 10,      9",
        "10,               9,   0, 10,      9",
        "10,               0,   0, 1,       0",
        "10,               4,   0, 5,       4",
        "8388608,          -1,  0, 8388608, 8388607",
        "8388609,          -1,  0, -7,      -1",
        "4294967295,       -1,  0, -7,      -1",
        "4294967299,       -1,  0, 3,       2",
        "10,               100, 1, -22,     -1",
        "8388609,          100, 1, -22,     -1",
    })
    void loop_turns_areCountedAndBounded(long turns, int stopAt, long flags, long result, long last) {
        Invocation invocation = invocation("""
                        *(u64 *)(r10 - 8) = -1
                        *(u64 *)(r10 - 16) = %d
                        r6 = r1
                        r1 = %d ll
                        r2 = body ll
                        r3 = r10
                        r4 = %d
                        call 181
                        r1 = *(u64 *)(r10 - 8)
                        *(u64 *)(r6 + 0) = r1
                        exit
                body:   *(u64 *)(r2 - 8) = r1
                        r0 = 0
                        r3 = *(u64 *)(r2 - 16)
                        if r1 != r3 goto out
                        r0 = 1
                out:    exit
                """.formatted(stopAt, turns, flags));
        var memory = invocation.memory(8);
        assertThat(invocation.run()).isEqualTo(result);
        assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(last);
    }

    @Test
    void forEach_array_visitsKeysValuesAndContextInOrder() {
        for (int i = 0; i < 5; i++) {
            array.value(i).set(ValueLayout.JAVA_LONG, 0, 10 + i);
        }
        assertThat(run("""
                        *(u64 *)(r10 - 8) = 0
                        r1 = map_by_fd(1) ll
                        r2 = body ll
                        r3 = r10
                        r4 = 0
                        call 164
                        if r0 != 5 goto bad
                        r0 = *(u64 *)(r10 - 8)
                        exit
                bad:    r0 = -1
                        exit
                body:   r5 = *(u64 *)(r4 - 8)
                        r5 *= 100
                        r2 = *(u32 *)(r2 + 0)
                        r5 += r2
                        r2 = *(u64 *)(r3 + 0)
                        r5 += r2
                        *(u64 *)(r4 - 8) = r5
                        *(u64 *)(r3 + 0) = 7
                        r0 = 0
                        exit
                """)).isEqualTo(1012141618L);
        for (int i = 0; i < 5; i++) {
            assertThat(array.value(i).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "2, 3", "4, 5", "5, 5"})
    void forEach_callbackThatStops_countsTheElementItStoppedAt(int stopAt, long result) {
        assertThat(run("""
                        r1 = map_by_fd(1) ll
                        r2 = body ll
                        r3 = 0
                        r4 = 0
                        call 164
                        exit
                body:   r2 = *(u32 *)(r2 + 0)
                        r0 = 0
                        if r2 != %d goto out
                        r0 = 1
                out:    exit
                """.formatted(stopAt))).isEqualTo(result);
    }

    @Test
    void forEach_map_isPassedOn() {
        assertThat(run("""
                        r1 = map_by_fd(1) ll
                        r6 = r1
                        r2 = body ll
                        r3 = r6
                        r4 = 0
                        call 164
                        exit
                body:   r0 = 0
                        if r1 == r4 goto out
                        r0 = 1
                out:    exit
                """)).isEqualTo(5);
    }

    /** Each turn of each loop has a key of its own. */
    @Test
    void forEach_insideAnother_keepsTheOuterKey() {
        assertThat(run("""
                        *(u64 *)(r10 - 8) = 0
                        r1 = map_by_fd(1) ll
                        r2 = outer ll
                        r3 = r10
                        r4 = 0
                        call 164
                        r0 = *(u64 *)(r10 - 8)
                        exit
                outer:  r6 = r2
                        r7 = r4
                        r1 = map_by_fd(3) ll
                        r2 = inner ll
                        r3 = r7
                        r4 = 0
                        call 164
                        r1 = *(u32 *)(r6 + 0)
                        r2 = *(u64 *)(r7 - 8)
                        r2 += r1
                        *(u64 *)(r7 - 8) = r2
                        r0 = 0
                        exit
                inner:  r1 = *(u32 *)(r2 + 0)
                        r1 *= 1000
                        r2 = *(u64 *)(r4 - 8)
                        r2 += r1
                        *(u64 *)(r4 - 8) = r2
                        r0 = 0
                        exit
                """)).isEqualTo(5 * 3000 + 10);
    }

    /** The key: 4 bytes, to read, as long as its callback runs. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            *(u32 *)(r2 + 0) = 1      | READ_ONLY
            r0 = *(u64 *)(r2 + 0)     | ACCESS
            r0 = *(u8 *)(r2 + 4)      | ACCESS
            r0 = *(u8 *)(r2 + 8)      | ACCESS
            r0 = *(u32 *)(r2 + 1)     | ACCESS
            """)
    void forEach_accessesOfTheKeyThatAreNotAllowed_fault(String access, FaultKind kind) {
        RunResult.Faulted faulted =
                (RunResult.Faulted) invocation("""
                        r1 = map_by_fd(1) ll
                        r2 = body ll
                        r3 = 0
                        r4 = 0
                        call 164
                        exit
                body:   %s
                        r0 = 0
                        exit
                """.formatted(access)).tryRun();
        assertThat(faulted.kind()).isEqualTo(kind);
        assertThat(faulted.programCounter()).isEqualTo(8);
    }

    @Test
    void forEach_keyAfterTheLoop_isOutOfReach() {
        RunResult.Faulted faulted = (RunResult.Faulted) invocation("""
                        r1 = map_by_fd(1) ll
                        r2 = body ll
                        r3 = r10
                        r4 = 0
                        call 164
                        r1 = *(u64 *)(r10 - 8)
                        r0 = *(u32 *)(r1 + 0)
                        exit
                body:   *(u64 *)(r4 - 8) = r2
                        r0 = *(u32 *)(r2 + 0)
                        r0 = 1
                        exit
                """).tryRun();
        assertThat(faulted.kind()).isEqualTo(FaultKind.ACCESS);
        assertThat(faulted.programCounter()).isEqualTo(8);
    }

    /** A loop that faulted leaves nothing lent behind. */
    @Test
    void forEach_afterAFaultInACallback_worksAgain() {
        Invocation invocation = invocation("""
                        r6 = r1
                        r1 = map_by_fd(1) ll
                        r2 = body ll
                        r3 = r6
                        r4 = 0
                        call 164
                        exit
                body:   *(u64 *)(r4 + 0) = r2
                        r1 = *(u64 *)(r4 + 8)
                        r0 = 0
                        exit
                """);
        Set<Long> keys = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            MemorySegment memory = invocation.memory(8);
            assertThat(invocation.tryRun()).isInstanceOf(RunResult.Faulted.class);
            keys.add(memory.get(ValueLayout.JAVA_LONG, 0));
        }
        assertThat(keys).hasSize(1);
        invocation.memory(16);
        assertThat(invocation.run()).isEqualTo(5);
    }

    @Test
    void forEach_flagsOrProgramArray_areRefused() {
        String source = """
                        r1 = map_by_fd(%d) ll
                        r2 = body ll
                        r3 = 0
                        r4 = %d
                        call 164
                        exit
                body:   r0 = 0
                        exit
                """;
        assertThat(run(source.formatted(1, 1))).isEqualTo(EINVAL);
        RunResult.Faulted faulted =
                (RunResult.Faulted) invocation(source.formatted(2, 0)).tryRun();
        assertThat(faulted.kind()).isEqualTo(FaultKind.HELPER);
        assertThat(faulted.detail()).contains("programs");
    }

    private String withIterator(String source) {
        HostFunctions functions = ProgramTypes.MEMORY.functions();
        return source.replace(
                        "call new",
                        "call " + functions.number("bpf_iter_num_new").orElseThrow())
                .replace(
                        "call next",
                        "call " + functions.number("bpf_iter_num_next").orElseThrow())
                .replace(
                        "call destroy",
                        "call " + functions.number("bpf_iter_num_destroy").orElseThrow());
    }

    /** Start and end; what bpf_iter_num_new returns, and then how many numbers, the first and the last. */
    @ParameterizedTest
    @CsvSource({
        "0, 10, 0, 10, 0, 9",
        "5, 6, 0, 1, 5, 5",
        "-3, 2, 0, 5, -3, 1",
        "7, 7, 0, 0, -1, -1",
        "8, 7, -22, 0, -1, -1",
        "2147483647, -2147483648, -22, 0, -1, -1",
        "0, 8388608, 0, 8388608, 0, 8388607",
        "0, 8388609, -7, 0, -1, -1",
        "-2147483648, 2147483647, -7, 0, -1, -1",
        "-2147483648, -2147483646, 0, 2, -2147483648, -2147483647",
        "2147483645, 2147483647, 0, 2, 2147483645, 2147483646",
        "2147483647, 2147483647, 0, 0, -1, -1",
    })
    void iterator_numbers_areThoseFromStartToEnd(int start, int end, long created, long count, int first, int last) {
        Invocation invocation = invocation(withIterator("""
                        r6 = r1                             // [created][count][first][last]
                        *(u64 *)(r6 + 8) = 0
                        *(u64 *)(r6 + 16) = -1
                        *(u64 *)(r6 + 24) = -1
                        r1 = r10
                        r1 += -8
                        r2 = %d
                        r3 = %d
                        call new
                        *(u64 *)(r6 + 0) = r0
                loop:   r1 = r10
                        r1 += -8
                        call next
                        if r0 == 0 goto out
                        r1 = *(s32 *)(r0 + 0)
                        r2 = *(u64 *)(r6 + 8)
                        if r2 != 0 goto later
                        *(u64 *)(r6 + 16) = r1
                later:  *(u64 *)(r6 + 24) = r1
                        r2 += 1
                        *(u64 *)(r6 + 8) = r2
                        goto loop
                out:    r1 = r10
                        r1 += -8
                        call next
                        r7 = r0                             // no number comes after the end
                        r1 = r10
                        r1 += -8
                        call destroy
                        r0 = r7
                        exit
                """.formatted(start, end)));
        invocation.budget(1_000_000_000);
        var memory = invocation.memory(32);
        assertThat(invocation.run()).isZero();
        assertThat(memory.toArray(ValueLayout.JAVA_LONG)).containsExactly(created, count, first, last);
    }

    /** As {@code bpf_iter_num_next} of the kernel: the number stands in the iterator itself. */
    @Test
    void iterator_element_liesInTheIterator() {
        assertThat(run(withIterator("""
                        r1 = r10
                        r1 += -8
                        r2 = 41
                        r3 = 100
                        call new
                        r1 = r10
                        r1 += -8
                        call next
                        r1 = r10
                        r1 += -8
                        if r0 != r1 goto bad
                        r0 = *(s32 *)(r10 - 8)
                        exit
                bad:    r0 = -1
                        exit
                """))).isEqualTo(41);
    }

    @Test
    void iterator_destroyed_isZeroAndGivesNothing() {
        assertThat(run(withIterator("""
                        r1 = r10
                        r1 += -8
                        r2 = 41
                        r3 = 100
                        call new
                        r1 = r10
                        r1 += -8
                        call destroy
                        r6 = *(u64 *)(r10 - 8)
                        r1 = r10
                        r1 += -8
                        call next
                        r0 += r6
                        exit
                """))).isZero();
    }

    @Test
    void iterator_memoryThatIsNotTheProgramsToWrite_faults() {
        for (String function : List.of("new", "next", "destroy")) {
            RunResult.Faulted faulted = (RunResult.Faulted)
                    invocation(withIterator("r1 = r10\n r1 += -4\n r2 = 1\n r3 = 2\n call " + function + "\n exit"))
                            .tryRun();
            assertThat(faulted.kind()).isEqualTo(FaultKind.ACCESS);
            assertThat(faulted.programCounter()).isEqualTo(4);
        }
    }

    @Test
    void limits_areTheKernels() {
        assertThat(LoopHelpers.TURNS_MAX).isEqualTo(1 << 23);
        assertThat(HelperErrors.E2BIG).isEqualTo(E2BIG);
    }
}
