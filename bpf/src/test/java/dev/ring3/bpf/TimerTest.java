package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.verifier.RejectedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Timers in values of arrays and hash maps: what they call and when, their errors, and when they end. */
class TimerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SOON = 1_000_000;
    private static final long LATE = 3_600_000_000_000L;

    /** A value: a counter of 8 bytes, the timer, what the callback found as its key. */
    private static final int VALUE_BYTES = 32;

    private static final int TIMER_AT = 8;

    private final BlockingQueue<RuntimeException> failures = new LinkedBlockingQueue<>();
    private final BpfRuntime interpreted = runtime(EngineKind.INTERPRETER, Verification.REQUIRED);
    private final BpfRuntime compiled = runtime(EngineKind.JIT, Verification.REQUIRED);
    private final BpfRuntime unverified = runtime(EngineKind.INTERPRETER, Verification.OFF);

    private BpfRuntime runtime(EngineKind engine, Verification verification) {
        return BpfRuntime.builder()
                .engine(engine)
                .verification(verification)
                .host(new BpfHost() {
                    @Override
                    public void timerFailed(RuntimeException failure) {
                        failures.add(failure);
                    }
                })
                .build();
    }

    @AfterEach
    void close() {
        interpreted.close();
        compiled.close();
        unverified.close();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
            Thread.sleep(1);
        }
    }

    /** What is done to the timer of key 1, whose address is in r6; the callback counts. */
    private static String program(String body) {
        return """
                *(u32 *)(r10 - 4) = 1
                r1 = map_by_fd(1) ll
                r2 = r10
                r2 += -4
                call 1
                if r0 == 0 goto none
                r6 = r0
                r6 += 8
                %s
                exit
                none:
                r0 = -1000
                exit
                """.formatted(body) + (body.contains("callback") ? CALLBACK : "");
    }

    private static final String CALLBACK = """
                callback:
                r1 = 1
                lock *(u64 *)(r3 + 0) += r1
                r1 = *(u32 *)(r2 + 0)
                *(u64 *)(r3 + 24) = r1
                r0 = 0
                exit
                """;

    private static final String INIT = """
            r1 = r6
            r2 = map_by_fd(1) ll
            r3 = 1
            call 169
            """;

    private static final String SET = """
            r1 = r6
            r2 = callback ll
            call 170
            """;

    private static String start(long nanos, int flags) {
        return """
                r1 = r6
                r2 = %d ll
                r3 = %d
                call 171
                """.formatted(nanos, flags);
    }

    private static final String CANCEL = """
            r1 = r6
            call 172
            """;

    private static BpfProgram load(BpfMap map, String source) {
        Bindings bindings = new Bindings(Map.of(1, map), List.of(), Map.of());
        BpfRuntime owner = ((MapBase) map).runtime();
        return owner.program("timers", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings);
    }

    private static ArrayMap array(BpfRuntime owner) {
        return owner.map("array")
                .valueBytes(VALUE_BYTES)
                .entriesMax(2)
                .timerAt(TIMER_AT)
                .array();
    }

    private static HashTableMap hash(BpfRuntime owner) {
        HashTableMap map = owner.map("hash")
                .keyBytes(4)
                .valueBytes(VALUE_BYTES)
                .entriesMax(4)
                .timerAt(TIMER_AT)
                .hash();
        put(map);
        return map;
    }

    private static void put(HashTableMap map) {
        assertThat(view(map).put(1, new byte[VALUE_BYTES])).isEqualTo(MapResult.DONE);
    }

    private static MapView<Integer, byte[]> view(BpfMap map) {
        return MapView.of(map, Codec.INT, Codec.ofBytes(VALUE_BYTES));
    }

    private static long number(BpfMap map, int at) {
        byte[] value = view(map).lookup(1).orElseThrow();
        return MemorySegment.ofArray(value).get(ValueLayout.JAVA_LONG_UNALIGNED, at);
    }

    private static long run(BpfProgram program) {
        return program.run(MemorySegment.NULL);
    }

    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void timer_started_callsWithKeyAndValue(EngineKind engine) throws InterruptedException {
        BpfRuntime owner = engine == EngineKind.JIT ? compiled : interpreted;
        for (BpfMap map : List.of(array(owner), hash(owner))) {
            BpfProgram program = load(map, program(INIT + SET + start(SOON, 0)));
            assertThat(run(program)).isZero();
            await(() -> number(map, 0) == 1 && number(map, 24) == 1); // called with the key, which it writes last
            assertThat(run(program)).as("initialised twice, but started anew").isZero();
            await(() -> number(map, 0) == 2);
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void helpers_inWrongOrder_areTheKernelsErrors() {
        ArrayMap map = array(interpreted);
        assertThat(run(load(map, program(SET)))).isEqualTo(-22);
        assertThat(run(load(map, program(start(LATE, 0))))).isEqualTo(-22);
        assertThat(run(load(map, program(CANCEL)))).isEqualTo(-22);
        assertThat(run(load(map, program(INIT.replace("r3 = 1", "r3 = 2")))))
                .as("clock")
                .isEqualTo(-22);
        assertThat(run(load(map, program(INIT.replace("r3 = 1", "r3 = 17")))))
                .as("flags")
                .isEqualTo(-22);
        assertThat(run(load(map, program(INIT)))).isZero();
        assertThat(run(load(map, program(INIT)))).isEqualTo(-16);
        assertThat(run(load(map, program(start(LATE, 0)))))
                .as("nothing to call")
                .isEqualTo(-22);
        assertThat(run(load(map, program(SET + start(LATE, 4))))).as("flags").isEqualTo(-22);
        assertThat(run(load(map, program(SET + start(LATE, 0))))).isZero();
        assertThat(run(load(map, program(CANCEL)))).as("was started").isEqualTo(1);
        assertThat(run(load(map, program(CANCEL)))).as("was not").isZero();
        assertThat(run(load(map, program(start(LATE, 0)))))
                .as("forgot what it calls")
                .isEqualTo(-22);
    }

    @Test
    void start_absolute_isOnItsClock() throws InterruptedException {
        ArrayMap map = array(interpreted);
        long soon = System.nanoTime() + SOON;
        assertThat(run(load(map, program(INIT + SET + start(soon, 1))))).isZero();
        await(() -> number(map, 0) == 1);
        HashTableMap other = hash(interpreted);
        long realTime = ClockHelpers.realNanos() + SOON;
        String program = program(INIT.replace("r3 = 1", "r3 = 0") + SET + start(realTime, 1));
        assertThat(run(load(other, program))).isZero();
        await(() -> number(other, 0) == 1);
    }

    @Test
    void value_replacedOrDeleted_endsItsTimer() {
        ArrayMap array = array(interpreted);
        HashTableMap hash = hash(interpreted);
        for (BpfMap map : List.of(array, hash)) {
            assertThat(run(load(map, program(INIT + SET + start(LATE, 0))))).isZero();
            assertThat(view(map).put(1, new byte[VALUE_BYTES])).isEqualTo(MapResult.DONE);
            assertThat(run(load(map, program(CANCEL)))).as("no timer any more").isEqualTo(-22);
        }
        assertThat(run(load(hash, program(INIT + SET + start(LATE, 0))))).isZero();
        assertThat(view(hash).delete(1)).isEqualTo(MapResult.DONE);
        put(hash);
        assertThat(run(load(hash, program(CANCEL)))).isEqualTo(-22);
    }

    @Test
    void value_deletedWhileTimerIsDue_isNotCalled() throws InterruptedException {
        HashTableMap map = hash(interpreted);
        BpfProgram program = load(map, program(INIT + SET + start(SOON, 0)));
        for (int i = 0; i < 50; i++) {
            assertThat(run(program)).isZero();
            assertThat(view(map).delete(1)).isEqualTo(MapResult.DONE);
            put(map);
            Thread.sleep(i % 3);
            assertThat(number(map, 0)).as("a callback of the value before").isZero();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void callback_cancelsItself_isRefused() throws InterruptedException {
        ArrayMap map = array(interpreted);
        String cancelsItself = program(INIT + SET + start(SOON, 0)).replace("""
                r1 = 1
                lock *(u64 *)(r3 + 0) += r1
                """, """
                r6 = r3
                r7 = r2
                r1 = r3
                r1 += 8
                call 172
                r3 = r6
                r2 = r7
                r0 = -r0
                *(u64 *)(r3 + 0) = r0
                """);
        assertThat(run(load(map, cancelsItself))).isZero();
        await(() -> number(map, 0) != 0);
        assertThat(number(map, 0)).isEqualTo(35);
    }

    @Test
    void close_timerRuns_waitsForIt() throws InterruptedException {
        BpfRuntime owner = runtime(EngineKind.INTERPRETER, Verification.OFF);
        ArrayMap map = array(owner);
        String endless = program(INIT + SET + start(SOON, 0)).replace("lock *(u64 *)(r3 + 0) += r1", """
                lock *(u64 *)(r3 + 0) += r1
                goto -2
                """);
        assertThat(run(load(map, endless))).isZero();
        await(() -> number(map, 0) > 0);
        owner.close();
        assertThat(failures.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(BpfFault.class)
                .hasMessageContaining("cancelled");
        assertThat(owner.memoryUsed()).isZero();
    }

    @Test
    void program_closed_isNotCalled() throws InterruptedException {
        ArrayMap map = array(interpreted);
        BpfProgram program = load(map, program(INIT + SET + start(20 * SOON, 0)));
        assertThat(run(program)).isZero();
        program.close();
        Thread.sleep(60);
        assertThat(number(map, 0)).isZero();
    }

    @Test
    void init_ofWhatIsNoTimer_isRefused() {
        ArrayMap map = array(interpreted);
        assertThatThrownBy(() -> load(map, program(INIT.replace("r1 = r6", "r1 = r6\nr1 += 8"))))
                .isInstanceOf(RejectedException.class);
        ArrayMap other = array(unverified);
        BpfProgram program = load(other, program(INIT.replace("r1 = r6", "r1 = r6\nr1 += 8")));
        assertThatThrownBy(() -> run(program)).isInstanceOf(BpfFault.class).hasMessageContaining("no timer");
        assertThatThrownBy(() -> interpreted
                        .map("q")
                        .valueBytes(16)
                        .entriesMax(1)
                        .timerAt(0)
                        .queue())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lookup_byHost_showsNoTimer() {
        ArrayMap map = array(unverified);
        byte[] value = new byte[VALUE_BYTES];
        value[TIMER_AT] = 7;
        value[0] = 5;
        assertThat(view(map).put(1, value)).isEqualTo(MapResult.DONE);
        assertThat(view(map).lookup(1).orElseThrow()[TIMER_AT]).isZero();
        assertThat(view(map).lookup(1).orElseThrow()[0]).isEqualTo((byte) 5);
    }
}
