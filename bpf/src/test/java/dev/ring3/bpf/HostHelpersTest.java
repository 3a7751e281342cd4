package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Helpers that ask the host or tell it something: the running process, traced texts, reads of any address, clocks. */
class HostHelpersTest {
    private static final HostTask TASK =
            new HostTask(HostObject.task(99), 7, 5, 1000, 100, "a command of some length", 42);

    private final List<String> traced = new ArrayList<>();
    private Optional<HostTask> task = Optional.of(TASK);
    private final BpfRuntime runtime = BpfRuntime.builder().host(new Host()).build();
    private final BpfRuntime unverified = // which may pass addresses on as numbers
            BpfRuntime.builder().host(new Host()).verification(Verification.OFF).build();

    private final class Host implements BpfHost {
        @Override
        public Optional<HostTask> currentTask() {
            return task;
        }

        @Override
        public void trace(String text) {
            traced.add(text);
        }
    }

    @AfterEach
    void close() {
        runtime.close();
        unverified.close();
    }

    private long run(String source, MemorySegment memory) {
        return run(runtime, source, memory);
    }

    private static long run(BpfRuntime owner, String source, MemorySegment memory) {
        try (BpfProgram program = owner.program("p", Assembler.assemble(source, Dialect.LLVM), ProgramTypes.MEMORY)) {
            return program.run(memory);
        }
    }

    private long run(String source) {
        return run(source, MemorySegment.NULL);
    }

    private static MemorySegment memory(int bytes, String text) {
        byte[] characters = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment memory = MemorySegment.ofArray(new byte[bytes]);
        MemorySegment.copy(characters, 0, memory, ValueLayout.JAVA_BYTE, 0, characters.length);
        return memory;
    }

    @Test
    void ids_taskKnown_areItsOwn() {
        assertThat(run("call 14\nexit")).isEqualTo(5L << 32 | 7);
        assertThat(run("call 15\nexit")).isEqualTo(100L << 32 | 1000);
        assertThat(run("call 80\nexit")).isEqualTo(42);
    }

    @Test
    void ids_noTask_areErrors() {
        task = Optional.empty();
        assertThat(run("call 14\nexit")).isEqualTo(-22);
        assertThat(run("call 15\nexit")).isEqualTo(-22);
        assertThat(run(unverified, "call 158\nexit", MemorySegment.NULL)).isZero();
    }

    @Test
    void command_longName_isCutAndPadded() {
        MemorySegment memory = memory(32, "x".repeat(32));
        String source = """
                if r2 < 32 goto end
                r2 = 32
                call 16
                exit
                end:
                r0 = 0
                exit
                """;
        assertThat(run(source, memory)).isZero();
        assertThat(memory.getString(0)).isEqualTo("a command of so");
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 31)).isZero();
        task = Optional.empty();
        assertThat(run(source, memory)).isEqualTo(-22);
        assertThat(memory.getString(0)).isEmpty();
    }

    private static String trace(int size, long number) {
        return """
                if r2 < %1$d goto end
                r2 = %1$d
                r3 = %2$d
                r4 = 0
                r5 = 0
                call 6
                exit
                end:
                r0 = 0
                exit
                """.formatted(size, number);
    }

    @Test
    void tracePrintk_format_reachesTheHost() {
        assertThat(run(trace(16, -3), memory(16, "n=%d|%05x"))).isEqualTo(10);
        assertThat(traced).containsExactly("n=-3|00000");
    }

    @Test
    void tracePrintk_badFormats_areRefused() {
        assertThat(run(trace(4, 1), memory(16, "four"))).as("no zero byte").isEqualTo(-22);
        assertThat(run(trace(16, 1), memory(16, "%d%d%d%d"))).as("four places").isEqualTo(-22);
        assertThat(run(trace(16, 1), memory(16, "%f"))).isEqualTo(-22);
        assertThat(run(trace(16, 1), memory(16, "%p%"))).isEqualTo(-22);
        assertThat(run(trace(16, 1), memory(16, "a\u0001"))).isEqualTo(-22);
        assertThat(traced).isEmpty();
    }

    @Test
    void tracePrintk_address_isNotShown() {
        assertThat(run(trace(16, 0x12345), memory(16, "%p"))).isEqualTo(16);
        assertThat(traced.getFirst()).hasSize(16).startsWith("00000000").doesNotContain("12345");
    }

    @Test
    void traceVprintk_numbers_areThoseInMemory() {
        String source = """
                if r2 < 16 goto end
                *(u64 *)(r10 - 16) = 1
                *(u64 *)(r10 - 8) = 2
                r2 = 16
                r3 = r10
                r3 += -16
                r4 = %d
                call 177
                exit
                end:
                r0 = 0
                exit
                """;
        assertThat(run(source.formatted(16), memory(16, "%d and %d"))).isEqualTo(7);
        assertThat(traced).containsExactly("1 and 2");
        assertThat(run(source.formatted(8), memory(16, "%d and %d"))).isEqualTo(-22);
        assertThat(run(source.formatted(12), memory(16, "%d"))).isEqualTo(-22);
    }

    private static String probe(int helper, int size, String address) {
        return """
                r6 = r1
                if r2 < 32 goto end
                %s
                r2 = %d
                r1 = r10
                r1 += -32
                call %d
                r7 = *(u64 *)(r10 - 32)
                *(u64 *)(r6 + 0) = r7
                exit
                end:
                r0 = 77
                exit
                """.formatted(address, size, helper);
    }

    @Test
    void probeRead_anyAddress_readsOrFails() {
        MemorySegment memory = memory(32, "12345678text");
        assertThat(run(unverified, probe(113, 32, "r3 = r6\nr3 += 8"), memory))
                .as("past the end")
                .isEqualTo(-14);
        assertThat(memory.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)).isZero();
        assertThat(run(unverified, probe(113, 8, "r3 = r6\nr3 += 8"), memory)).isZero();
        assertThat(memory.getString(0)).startsWith("text");
        assertThat(run(unverified, probe(4, 8, "r3 = 0x1234567812345678 ll"), memory))
                .isEqualTo(-14);
    }

    @Test
    void probeReadString_anyAddress_readsToTheZeroByte() {
        MemorySegment memory = memory(32, "12345678text");
        assertThat(run(unverified, probe(115, 32, "r3 = r6\nr3 += 8"), memory)).isEqualTo(5);
        assertThat(memory.getString(0)).isEqualTo("text");
        memory = memory(32, "12345678text");
        assertThat(run(unverified, probe(115, 3, "r3 = r6\nr3 += 8"), memory))
                .as("cut off")
                .isEqualTo(3);
        assertThat(memory.getString(0)).isEqualTo("te");
        assertThat(run(unverified, probe(115, 8, "r3 = 64"), memory)).isEqualTo(-14);
    }

    @Test
    void clocks_twice_goOn() {
        for (int number : new int[] {5, 118, 125, 160, 208}) {
            long first = run("call %d\nexit".formatted(number));
            assertThat(run("call %d\nexit".formatted(number)))
                    .as("helper %d", number)
                    .isGreaterThanOrEqualTo(first);
        }
        long tai = run("call 208\nexit");
        assertThat(tai / 1_000_000_000 - 37).isCloseTo(System.currentTimeMillis() / 1000, Offset.offset(5L));
    }

    @Test
    void csumDiff_smallWords_isTheirSum() {
        String source = """
                *(u32 *)(r10 - 8) = 0x00010002
                *(u32 *)(r10 - 4) = 0x00010001
                r1 = r10
                r1 += -4
                r2 = 4
                r3 = r10
                r3 += -8
                r4 = 4
                r5 = 0
                call 28
                exit
                """;
        assertThat(run(source)).isEqualTo(1);
    }
}
