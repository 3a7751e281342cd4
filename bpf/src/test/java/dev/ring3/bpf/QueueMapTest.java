package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queues, stacks and bloom filters, from programs and from the host. */
class QueueMapTest {
    private final BpfRuntime runtime = BpfRuntime.create();

    @AfterEach
    void close() {
        runtime.close();
    }

    private long run(BpfMap map, String source) {
        Bindings bindings = new Bindings(Map.of(1, map), List.of(), Map.of());
        try (BpfProgram program =
                runtime.program("p", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY, bindings)) {
            return program.run(MemorySegment.NULL);
        }
    }

    private static String push(long value, long flags) {
        return """
                *(u64 *)(r10 - 8) = %d
                r1 = map_by_fd(1) ll
                r2 = r10
                r2 += -8
                r3 = %d
                call 87
                exit
                """.formatted(value, flags);
    }

    /** The value, or the error. */
    private static String take(int helper) {
        return """
                *(u64 *)(r10 - 8) = 99
                r1 = map_by_fd(1) ll
                r2 = r10
                r2 += -8
                call %d
                r1 = *(u64 *)(r10 - 8)
                if r0 == 0 goto out
                r0 += r1
                exit
                out: r0 = r1
                exit
                """.formatted(helper);
    }

    @Test
    void queue_values_comeInTheirOrder() {
        QueueMap queue = runtime.map("queue").valueBytes(8).entriesMax(3).queue();
        for (long value = 1; value <= 3; value++) {
            assertThat(run(queue, push(value, 0))).isZero();
        }
        assertThat(run(queue, push(4, 0))).isEqualTo(-7);
        assertThat(run(queue, push(4, 2))).isZero(); // in place of 1
        assertThat(run(queue, take(89))).isEqualTo(2);
        assertThat(run(queue, take(88))).isEqualTo(2);
        assertThat(run(queue, take(88))).isEqualTo(3);
        assertThat(queue.push(Codec.LONG, 5L)).isEqualTo(MapResult.DONE);
        assertThat(queue.peek(Codec.LONG)).contains(4L);
        assertThat(queue.pop(Codec.LONG)).contains(4L);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.pop(Codec.LONG)).contains(5L);
        assertThat(queue.pop(Codec.LONG)).isEmpty();
        assertThat(run(queue, take(88))).as("ENOENT, and the value zero").isEqualTo(-2);
        assertThat(run(queue, take(89))).isEqualTo(-2);
    }

    @Test
    void stack_values_comeTheOtherWayRound() {
        QueueMap stack = runtime.map("stack").valueBytes(8).entriesMax(3).stack();
        for (long value = 1; value <= 4; value++) {
            assertThat(run(stack, push(value, 2))).isZero(); // 4 in place of the oldest
        }
        assertThat(run(stack, take(89))).isEqualTo(4);
        assertThat(run(stack, take(88))).isEqualTo(4);
        assertThat(stack.pop(Codec.LONG)).contains(3L);
        assertThat(stack.pop(Codec.LONG)).contains(2L);
        assertThat(stack.pop(Codec.LONG)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1", "3", "4", "-1"})
    void push_otherFlags_areEinval(long flags) {
        assertThat(run(runtime.map("q").valueBytes(8).entriesMax(3).queue(), push(1, flags)))
                .isEqualTo(-22);
    }

    @Test
    void create_sizesThatCannotBe_areRefused() {
        assertThatThrownBy(() -> runtime.map("q").entriesMax(3).queue()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> runtime.map("q").valueBytes(3).stack()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        runtime.map("q").valueBytes(3).entriesMax(1).flags(1).queue())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> runtime.map("b").valueBytes(3).entriesMax(1).bloomFilter(16))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** What goes in by several threads comes out once, and each thread's values in its order. */
    @Test
    void queue_ofSeveralThreads_losesAndRepeatsNothing() throws Exception {
        QueueMap queue = runtime.map("queue").valueBytes(16).entriesMax(8).queue();
        int each = 20_000;
        Codec<byte[]> codec = Codec.ofBytes(16);
        AtomicLong left = new AtomicLong(2L * each);
        List<List<Long>> results = Parallel.run(4, i -> () -> {
            List<Long> popped = new ArrayList<>();
            MemorySegment bytes = MemorySegment.ofArray(new byte[16]);
            for (long n = 0; i < 2 && n < each; n++) {
                bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 2 * n + i);
                bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, 8, 2 * n + i);
                while (queue.push(codec, bytes.toArray(ValueLayout.JAVA_BYTE)) != MapResult.DONE) {
                    Thread.onSpinWait();
                }
            }
            while (i >= 2 && left.get() > 0) {
                queue.pop(codec).ifPresent(value -> {
                    MemorySegment got = MemorySegment.ofArray(value);
                    long number = got.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
                    assertThat(got.get(ValueLayout.JAVA_LONG_UNALIGNED, 8)).isEqualTo(number);
                    popped.add(number);
                    left.decrementAndGet();
                });
            }
            return popped;
        });
        List<Long> all = new ArrayList<>(results.get(2));
        all.addAll(results.get(3));
        assertThat(all).hasSize(2 * each).doesNotHaveDuplicates();
        for (List<Long> seen : results) {
            assertThat(seen.stream().filter(number -> number % 2 == 0).toList()).isSorted();
            assertThat(seen.stream().filter(number -> number % 2 == 1).toList()).isSorted();
        }
    }

    @Test
    void bloomFilter_valuesThatWereAdded_areAlwaysFound() {
        BloomFilterMap filter =
                runtime.map("seen").valueBytes(8).entriesMax(1000).bloomFilter(0);
        assertThat(run(filter, push(5, 0))).isZero();
        assertThat(run(filter, push(5, 1))).isEqualTo(-22);
        assertThat(filter.mayContain(Codec.LONG, 5L)).isTrue();
        for (long value = 0; value < 1000; value++) {
            assertThat(filter.add(Codec.LONG, value)).isEqualTo(MapResult.DONE);
        }
        int wrong = 0;
        for (long value = 0; value < 11_000; value++) {
            boolean found = filter.mayContain(Codec.LONG, value);
            assertThat(found || value >= 1000).isTrue();
            wrong += found && value >= 1000 ? 1 : 0;
        }
        assertThat(wrong).as("of 10000, about 3 %% at most").isLessThan(600);
        String asks = "*(u64 *)(r10 - 8) = %d\n r1 = map_by_fd(1) ll\n r2 = r10\n r2 += -8\n call 89\n exit";
        assertThat(run(filter, asks.formatted(7))).isZero();
        assertThat(run(runtime.map("empty").valueBytes(8).entriesMax(9).bloomFilter(3), asks.formatted(7)))
                .isEqualTo(-2);
    }
}
