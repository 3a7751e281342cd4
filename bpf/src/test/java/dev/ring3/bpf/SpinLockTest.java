package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spin locks in map values: who has one is alone, nobody keeps one, copies leave it out. */
class SpinLockTest {
    /** Finds the value of key 0, takes its lock, at offset 16, and adds 1 to both numbers before it. */
    private static final String ADD = """
            *(u32 *)(r10 - 4) = 0
            r1 = map_by_fd(1) ll
            r2 = r10
            r2 += -4
            call 1
            if r0 == 0 goto out
            r6 = r0
            r1 = r6
            r1 += 16
            call 93
            r1 = *(u64 *)(r6 + 0)
            r2 = *(u64 *)(r6 + 8)
            r1 += 1
            r2 += 1
            *(u64 *)(r6 + 0) = r1
            *(u64 *)(r6 + 8) = r2
            r1 = r6
            r1 += 16
            %s
            r0 = 0
            out: exit
            """;

    private final BpfRuntime runtime = BpfRuntime.create();
    private final BpfRuntime unverified = Unverified.runtime();

    @AfterEach
    void close() {
        runtime.close();
        unverified.close();
    }

    private static MapBuilder builder(BpfRuntime runtime) {
        return runtime.map("locked").keyBytes(4).valueBytes(24).entriesMax(2).spinLockAt(16);
    }

    private static BpfProgram program(BpfRuntime runtime, BpfMap map, String source) {
        Bindings bindings = new Bindings(Map.of(1, map), List.of(), Map.of());
        return runtime.program("p", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings);
    }

    private static byte[] value(long first, long second, int lock) {
        MemorySegment value = MemorySegment.ofArray(new byte[24]);
        value.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, first);
        value.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, second);
        value.set(ValueLayout.JAVA_INT_UNALIGNED, 16, lock);
        return value.toArray(ValueLayout.JAVA_BYTE);
    }

    /** Additions under the lock lose nothing; those without it would. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lock_additionsOfSeveralThreads_loseNothing(boolean hash) throws Exception {
        BpfMap map = hash ? builder(runtime).hash() : builder(runtime).array();
        MapView<Integer, byte[]> view = MapView.of(map, Codec.INT, Codec.ofBytes(24));
        view.put(0, value(0, 0, 0));
        BpfProgram program = program(runtime, map, ADD.formatted("call 94"));
        int runs = 20_000;
        Parallel.run(3, i -> () -> {
            Invocation invocation = program.newInvocation();
            for (int run = 0; run < runs; run++) {
                invocation.run();
            }
            return 0;
        });
        assertThat(view.lookup(0).orElseThrow()).isEqualTo(value(3L * runs, 3L * runs, 0));
    }

    /** The host's copies have a free lock, and its updates leave the lock in the map alone. */
    @Test
    void view_updates_leaveTheLockAlone() {
        ArrayMap map = builder(runtime).array();
        map.value(0).set(ValueLayout.JAVA_INT, 16, 1); // as if a run had it
        MapView<Integer, byte[]> view = MapView.of(map, Codec.INT, Codec.ofBytes(24));
        assertThat(view.put(0, value(5, 6, 77))).isEqualTo(MapResult.DONE);
        assertThat(map.value(0).get(ValueLayout.JAVA_INT, 16)).isEqualTo(1);
        assertThat(view.lookup(0).orElseThrow()).isEqualTo(value(5, 6, 0));
        HashTableMap hash = builder(runtime).hash();
        MapView<Integer, byte[]> ofHash = MapView.of(hash, Codec.INT, Codec.ofBytes(24));
        ofHash.put(1, value(5, 6, 77));
        assertThat(ofHash.lookup(1).orElseThrow()).isEqualTo(value(5, 6, 0));
    }

    /** BPF_F_LOCK (4): with the lock, and only where there is one. */
    @Test
    void update_withTheLock_isWhole() {
        HashTableMap map = builder(unverified).hash();
        String update = """
                *(u32 *)(r10 - 4) = 0
                *(u64 *)(r10 - 32) = 8
                *(u64 *)(r10 - 24) = 9
                *(u64 *)(r10 - 16) = 0
                r1 = map_by_fd(1) ll
                r2 = r10
                r2 += -4
                r3 = r10
                r3 += -32
                r4 = %d
                call 2
                exit
                """;
        assertThat(program(unverified, map, update.formatted(6)).run(MemorySegment.NULL))
                .isEqualTo(-2);
        assertThat(program(unverified, map, update.formatted(4)).run(MemorySegment.NULL))
                .isZero();
        assertThat(program(unverified, map, update.formatted(4)).run(MemorySegment.NULL))
                .isZero();
        assertThat(program(unverified, map, update.formatted(5)).run(MemorySegment.NULL))
                .isEqualTo(-17);
        assertThat(MapView.of(map, Codec.INT, Codec.ofBytes(24)).lookup(0).orElseThrow())
                .isEqualTo(value(8, 9, 0));
    }

    /** However a run ends, others find its lock free. */
    @ParameterizedTest
    @ValueSource(strings = {"r0 = 0\n exit", "r0 = *(u64 *)(r1 + 64)", "loop: goto loop"})
    void run_thatEndsWithALock_losesIt(String end) {
        ArrayMap map = builder(unverified).array();
        Invocation keeping = program(unverified, map, ADD.formatted(end)).newInvocation();
        keeping.budget(10_000);
        keeping.tryRun();
        assertThat(map.value(0).get(ValueLayout.JAVA_INT, 16)).isZero();
        assertThat(program(unverified, map, ADD.formatted("call 94")).run(MemorySegment.NULL))
                .isZero();
        assertThat(map.value(0).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            call 93                              | a second spin lock
            r1 += 1; call 94                     | no multiple of 4
            r1 = r6; call 94                     | is not held by the run
            call 94; r1 = r6; r1 += 16; call 94  | is not held by the run
            """)
    void program_thatUsesLocksWrongly_faults(String lines, String message) {
        ArrayMap map = builder(unverified).array();
        RunResult.Faulted fault = (RunResult.Faulted) program(unverified, map, ADD.formatted(lines.replace(';', '\n')))
                .tryRun(MemorySegment.NULL);
        assertThat(fault.kind()).isEqualTo(FaultKind.HELPER);
        assertThat(fault.detail()).contains(message);
    }

    /** A lock that nobody gives back, since a program wrote it: the run that waits for it can be cancelled. */
    @Test
    void lock_thatIsNeverFree_canBeCancelled() throws Exception {
        ArrayMap map = builder(unverified).array();
        map.value(0).set(ValueLayout.JAVA_INT, 16, 1);
        Invocation waiting = program(unverified, map, ADD.formatted("call 94")).newInvocation();
        Parallel.run(2, i -> () -> {
            if (i == 0) {
                assertThat(waiting.tryRun()).isInstanceOf(RunResult.Faulted.class);
            } else {
                Thread.sleep(50);
                waiting.cancel();
            }
            return 0;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {-4, 2, 21, 24})
    void create_lockOutsideTheValue_isRefused(int offset) {
        MapBuilder builder =
                runtime.map("m").keyBytes(4).valueBytes(24).entriesMax(2).spinLockAt(offset);
        assertThatThrownBy(builder::hash).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(builder::array).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.spinLockAt(0).perCpuArray()).isInstanceOf(IllegalArgumentException.class);
    }
}
