package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.verifier.RejectedException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ring buffers: what programs write, what becomes of it, what the host reads and when. */
class RingBufferTest {
    private static final int PAGE = 4096;

    /** Reserves 16 bytes, writes r6, and ends as the given lines do. */
    private static final String RESERVE = """
            r6 = *(u64 *)(r1 + 0)
            r1 = map_by_fd(1) ll
            r2 = 16
            r3 = 0
            call 131
            if r0 == 0 goto full
            *(u64 *)(r0 + 0) = r6
            *(u64 *)(r0 + 8) = r6
            r1 = r0
            r2 = 0
            %s
            r0 = 0
            exit
            full: r0 = 1
            exit
            """;

    private final BpfRuntime runtime =
            BpfRuntime.builder().verification(Verification.OFF).build();
    private final RingBuffer ring = runtime.map("ring").entriesMax(PAGE).ringBuffer();

    @AfterEach
    void close() {
        runtime.close();
    }

    private Invocation invocation(String source) {
        Bindings bindings = new Bindings(Map.of(1, ring), List.of(), Map.of());
        Invocation invocation = runtime.program(
                        "p", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings)
                .newInvocation();
        invocation.memory(8);
        return invocation;
    }

    private static long write(Invocation invocation, long number) {
        invocation.memory(8).set(ValueLayout.JAVA_LONG, 0, number);
        return invocation.run();
    }

    private List<Long> read() {
        List<Long> numbers = new ArrayList<>();
        ring.consume(record -> numbers.add(record.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)));
        return numbers;
    }

    @Test
    void submit_records_arriveInOrder() {
        Invocation invocation = invocation(RESERVE.formatted("call 132"));
        for (int i = 0; i < 5; i++) {
            assertThat(write(invocation, i)).isZero();
        }
        assertThat(ring.availableBytes()).isEqualTo(5 * 24);
        assertThat(read()).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(read()).isEmpty();
        assertThat(ring.availableBytes()).isZero();
    }

    /** 24 bytes each; one byte must stay free, as in the kernel. */
    @Test
    void reserve_fullBuffer_fails() {
        Invocation invocation = invocation(RESERVE.formatted("call 132"));
        int written = 0;
        while (write(invocation, written) == 0) {
            written++;
        }
        assertThat(written).isEqualTo((PAGE - 1) / 24);
        assertThat(read()).hasSize(written);
        assertThat(write(invocation, 1)).isZero();
    }

    @Test
    void records_overTheEnd_areWhole() {
        Invocation invocation = invocation(RESERVE.formatted("call 132"));
        for (long i = 0; i < 3000; i++) {
            assertThat(write(invocation, i)).isZero();
            long number = i;
            assertThat(ring.consume(record -> {
                        assertThat(record.byteSize()).isEqualTo(16);
                        assertThat(record.get(ValueLayout.JAVA_LONG_UNALIGNED, 0))
                                .isEqualTo(number);
                        assertThat(record.get(ValueLayout.JAVA_LONG_UNALIGNED, 8))
                                .isEqualTo(number);
                    }))
                    .isEqualTo(1);
        }
    }

    @Test
    void discard_records_arePassedOver() {
        Invocation discarding = invocation(RESERVE.formatted("call 133"));
        Invocation submitting = invocation(RESERVE.formatted("call 132"));
        write(discarding, 1);
        write(submitting, 2);
        write(discarding, 3);
        assertThat(read()).containsExactly(2L);
        assertThat(ring.availableBytes()).isZero();
    }

    /** A run that is stopped between reserving and submitting does not hold up those after it. */
    @ParameterizedTest
    @ValueSource(strings = {"r0 = 0\n exit", "*(u64 *)(r0 + 16) = 1", "loop: goto loop"})
    void run_thatEndsWithAReservation_discardsIt(String end) {
        Invocation leaving = invocation(RESERVE.formatted(end));
        leaving.budget(10_000);
        leaving.tryRun();
        write(invocation(RESERVE.formatted("call 132")), 7);
        assertThat(read()).containsExactly(7L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            r3 = *(u64 *)(r0 + 9)        | ACCESS
            r3 = *(u64 *)(r0 - 8)        | ACCESS
            *(u8 *)(r0 + 16) = 1         | ACCESS
            call 132; r3 = *(u64 *)(r6 + 0) | ACCESS
            r1 += 8; call 132            | HELPER
            call 132; r1 = r6; r2 = 0; call 132 | HELPER
            """)
    void program_memoryThatIsNotARecordOfTheRun_isOutOfReach(String lines, FaultKind kind) {
        Invocation invocation = invocation(RESERVE.formatted("r6 = r0\n" + lines.replace(';', '\n')));
        assertThat(((RunResult.Faulted) invocation.tryRun()).kind()).isEqualTo(kind);
    }

    @Test
    void program_thatKeepsReserving_getsSoManyAtATime() {
        assertThat(invocation("""
                        r6 = 0
                again:  r1 = map_by_fd(1) ll
                        r2 = 0
                        r3 = 0
                        call 131
                        if r0 == 0 goto out
                        r6 += 1
                        goto again
                out:    r0 = r6
                        exit
                """).run()).isEqualTo(64);
    }

    /** 130: EAGAIN when there is no room, EINVAL for flags. */
    @ParameterizedTest
    @CsvSource({"8, 0, 0", "8, 3, 0", "8, 4, -22", "0, 0, 0", "512, 0, 0"})
    void output_records_areCopied(int bytes, long flags, long result) {
        assertThat(invocation("""
                        r1 = map_by_fd(1) ll
                        r2 = r10
                        r2 += -512
                        r3 = %d
                        r4 = %d
                        call 130
                        exit
                """.formatted(bytes, flags)).run()).isEqualTo(result);
        assertThat(ring.consume(record -> assertThat(record.byteSize()).isEqualTo(bytes)))
                .isEqualTo(result == 0 ? 1 : 0);
    }

    @Test
    void output_fullBuffer_isEagain() {
        Invocation invocation = invocation("""
                        r1 = map_by_fd(1) ll
                        r2 = r10
                        r2 += -504
                        r3 = 504
                        r4 = 0
                        call 130
                        exit
                """);
        for (int i = 0; i < 7; i++) {
            assertThat(invocation.run()).isZero();
        }
        assertThat(invocation.run()).isEqualTo(-11);
    }

    @Test
    void query_positions_areTheKernels() {
        write(invocation(RESERVE.formatted("call 132")), 1);
        read();
        write(invocation(RESERVE.formatted("call 132")), 1);
        long[] answers = new long[5];
        for (int what = 0; what < answers.length; what++) {
            answers[what] = invocation("r1 = map_by_fd(1) ll\n r2 = %d\n call 134\n exit".formatted(what))
                    .run();
        }
        assertThat(answers).containsExactly(24, PAGE, 24, 48, 0);
    }

    /** What the verifier demands: every record is given back. */
    @Test
    void verifiedProgram_thatForgetsItsRecord_isRefused() {
        try (BpfRuntime verifying = BpfRuntime.create()) {
            RingBuffer own = verifying.map("own").entriesMax(PAGE).ringBuffer();
            Bindings bindings = new Bindings(Map.of(1, own), List.of(), Map.of());
            String source = RESERVE.replace("r6 = *(u64 *)(r1 + 0)", "r6 = 5");
            assertThat(verifying
                            .program(
                                    "good",
                                    Assembler.assemble(source.formatted("call 132"), Dialect.LLVM),
                                    ProgramTypes.MEMORY,
                                    bindings)
                            .run(MemorySegment.NULL))
                    .isZero();
            assertThatThrownBy(() -> verifying.program(
                            "bad",
                            Assembler.assemble(source.formatted("r3 = 0"), Dialect.LLVM),
                            ProgramTypes.MEMORY,
                            bindings))
                    .isInstanceOf(RejectedException.class);
        }
    }

    @Test
    void iterator_goesThroughWhatIsThere() {
        Invocation invocation = invocation(RESERVE.formatted("call 132"));
        write(invocation, 1);
        write(invocation, 2);
        List<Long> numbers = new ArrayList<>();
        for (byte[] record : ring) {
            numbers.add(ByteBuffer.wrap(record).order(ByteOrder.nativeOrder()).getLong());
        }
        assertThat(numbers).containsExactly(1L, 2L);
        assertThat(ring.iterator().hasNext()).isFalse();
    }

    @Test
    void consume_thatWaits_isWokenBySubmit() throws Exception {
        Invocation invocation = invocation(RESERVE.formatted("call 132"));
        List<Long> waited = Parallel.run(2, i -> () -> {
            if (i == 0) {
                Thread.sleep(50);
                return write(invocation, 9);
            }
            AtomicLong seen = new AtomicLong();
            int records = ring.consume(
                    record -> seen.set(record.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)), Duration.ofSeconds(30));
            return records * seen.get();
        });
        assertThat(waited).containsExactly(0L, 9L);
        assertThat(ring.consume(record -> {}, Duration.ofMillis(5))).isZero();
    }

    @Test
    void consume_readerThatThrows_losesOnlyItsRecord() {
        Invocation invocation = invocation(RESERVE.formatted("call 132"));
        write(invocation, 1);
        write(invocation, 2);
        assertThatThrownBy(() -> ring.consume(record -> {
                    throw new IllegalArgumentException("enough");
                }))
                .hasMessage("enough");
        assertThat(read()).containsExactly(2L);
    }

    @Test
    void consume_closedBuffer_isRefused() {
        runtime.close(ring);
        assertThatThrownBy(() -> ring.consume(record -> {})).hasMessage("map ring is closed");
    }

    @ParameterizedTest
    @CsvSource({"4095, 0", "2048, 0", "12288, 0", "4096, 1", "4096, 8"})
    void create_otherSizesOrFlags_areRefused(int bytes, int flags) {
        MapBuilder builder = runtime.map("bad").entriesMax(bytes).flags(flags);
        assertThatThrownBy(builder::ringBuffer).isInstanceOf(IllegalArgumentException.class);
    }

    /** Several writers and a reader: each writer's records arrive in its order, none twice, none lost but those refused. */
    @Test
    void records_ofSeveralWriters_arriveInTheOrderOfEach() throws Exception {
        int writers = 3;
        int each = 20_000;
        long[] last = new long[writers];
        AtomicLong received = new AtomicLong();
        AtomicLong sent = new AtomicLong();
        AtomicLong ended = new AtomicLong();
        String submit = RESERVE.formatted("call 132");
        String discard = RESERVE.formatted("call 133");
        Parallel.run(writers + 1, i -> () -> {
            if (i < writers) {
                Invocation submitting = invocation(submit);
                Invocation discarding = invocation(discard);
                for (long n = 1; n <= each; n++) {
                    sent.addAndGet(write(submitting, n * writers + i) == 0 ? 1 : 0);
                    if (n % 5 == 0) {
                        write(discarding, 0);
                    }
                }
                ended.incrementAndGet();
                return 0;
            }
            while (ended.get() < writers || ring.availableBytes() != 0) {
                ring.consume(
                        record -> {
                            long number = record.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
                            int writer = (int) (number % writers);
                            assertThat(record.get(ValueLayout.JAVA_LONG_UNALIGNED, 8))
                                    .isEqualTo(number);
                            assertThat(number / writers).isGreaterThan(last[writer]);
                            last[writer] = number / writers;
                            received.incrementAndGet();
                        },
                        Duration.ofMillis(1));
            }
            return 0;
        });
        assertThat(received.get()).isEqualTo(sent.get()).isPositive();
    }
}
