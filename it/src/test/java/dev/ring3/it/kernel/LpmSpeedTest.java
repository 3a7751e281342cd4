package dev.ring3.it.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.ArrayMap;
import dev.ring3.bpf.Bindings;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.Codec;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.LpmTrieMap;
import dev.ring3.bpf.MapFlags;
import dev.ring3.bpf.MapView;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.linux.Errno;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelMap;
import dev.ring3.linux.KernelMapType;
import dev.ring3.linux.KernelProgram;
import dev.ring3.linux.KernelProgramType;
import dev.ring3.linux.LoadResult;
import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import dev.ring3.linux.MapSpec;
import dev.ring3.linux.ProgramSpec;
import dev.ring3.linux.TestInput;
import dev.ring3.linux.UpdateMode;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/**
 * Lookups in a trie of many prefixes, by one program in the kernel and here, in turn. {@code -Dring3.long=true} takes a
 * million prefixes and asks for a ratio; otherwise it is only shown that both find the same.
 */
class LpmSpeedTest {
    private static final boolean IS_LONG = Boolean.getBoolean("ring3.long");
    private static final int PREFIXES = IS_LONG ? 1_000_000 : 20_000;
    private static final int ROUNDS = IS_LONG ? 15 : 3;
    private static final int RUNS = IS_LONG ? 500 : 20;
    private static final int LOOKUPS = 1_000;
    private static final double RATIO_MIN = 3;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Adds up the values of random addresses; the state of the generator stays in the other map. */
    private static BpfCode code(int state, int trie) {
        String program = """
            r1 = map_by_fd(%d) ll
            *(u32 *)(r10 - 4) = 0
            r2 = r10
            r2 += -4
            call 1
            if r0 == 0 goto end
            r7 = r0
            r8 = *(u64 *)(r7 + 0)
            r6 = 0
            r9 = 0
            loop:
            r1 = 0x5851f42d4c957f2d ll
            r8 *= r1
            r8 += 1442695041
            r1 = r8
            r1 >>= 32
            *(u32 *)(r10 - 12) = r1
            *(u32 *)(r10 - 16) = 32
            r1 = map_by_fd(%d) ll
            r2 = r10
            r2 += -16
            call 1
            if r0 == 0 goto next
            r1 = *(u64 *)(r0 + 0)
            r9 += r1
            next:
            r6 += 1
            if r6 < %d goto loop
            *(u64 *)(r7 + 0) = r8
            r0 = r9
            exit
            end:
            r0 = 0
            exit
            """.formatted(state, trie, LOOKUPS);
        return Assembler.assemble(program, Dialect.LLVM);
    }

    /** Most of 24 bits, as in the tables of routers. */
    private static byte[] prefix(Random random) {
        int bits = random.nextInt(10) < 6 ? 24 : 10 + random.nextInt(23);
        return ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putInt(bits)
                .putInt(random.nextInt())
                .array();
    }

    private static byte[] value(long number) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.nativeOrder())
                .putLong(number)
                .array();
    }

    @Test
    void lookup_manyPrefixes_isFasterThanTheKernels() {
        KernelBpf bpf = TestSettings.requireKernelBpf();
        Random random = new Random(TestSettings.seed());
        try (BpfRuntime runtime = BpfRuntime.builder().engine(EngineKind.JIT).build();
                KernelMap state = bpf.createMap(MapSpec.array(8, 1));
                KernelMap trie = bpf.createMap(
                        new MapSpec(KernelMapType.LPM_TRIE, 8, 8, PREFIXES, MapFlags.NO_PREALLOC, "trie"))) {
            ArrayMap ownState = runtime.arrayMap("state", 8, 1);
            LpmTrieMap ownTrie = runtime.map("trie")
                    .keyBytes(8)
                    .valueBytes(8)
                    .entriesMax(PREFIXES)
                    .lpmTrie();
            MapView<byte[], Long> view = MapView.of(ownTrie, Codec.ofBytes(8), Codec.LONG);
            for (long i = 0; i < PREFIXES; i++) {
                byte[] key = prefix(random);
                trie.update(key, value(i), UpdateMode.ANY);
                view.put(key, i);
            }
            Bindings bindings = new Bindings(Map.of(1, ownState, 2, ownTrie), List.of(), Map.of());
            byte[] bytes = InsnLayout.encode(code(state.descriptor(), trie.descriptor()), ByteOrder.nativeOrder());
            try (BpfProgram own = runtime.program("own", code(1, 2), ProgramTypes.MEMORY, bindings);
                    Invocation invocation = own.newInvocation();
                    KernelProgram kernel = loaded(bpf.load(ProgramSpec.of(KernelProgramType.XDP, bytes)))) {
                compare(invocation, kernel);
            }
        }
    }

    private static KernelProgram loaded(LoadResult<KernelProgram> result) {
        return switch (result) {
            case Loaded<KernelProgram>(KernelProgram program, String _) -> program;
            case Rejected<KernelProgram>(Errno errno, String log) -> throw new IllegalStateException(errno + log);
        };
    }

    private static void compare(Invocation own, KernelProgram kernel) {
        TestInput packet = TestInput.ofData(new byte[64]);
        for (int i = 0; i < 50; i++) {
            assertThat((int) own.run()).isEqualTo(kernel.testRun(packet).returnValue());
        }
        double[] ownNanos = new double[ROUNDS];
        double[] kernelNanos = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            ownNanos[round] = timed(() -> {
                long start = THREADS.getCurrentThreadCpuTime(); // the kernel does not count when others run either
                for (int i = 0; i < RUNS; i++) {
                    own.run();
                }
                return (THREADS.getCurrentThreadCpuTime() - start) / RUNS;
            });
            kernelNanos[round] = timed(
                    () -> kernel.testRun(packet.withRepeat(RUNS)).duration().toNanos());
        }
        Arrays.sort(ownNanos);
        Arrays.sort(kernelNanos);
        double ratio = kernelNanos[ROUNDS / 2] / ownNanos[ROUNDS / 2];
        System.out.printf(
                "%d prefixes, ns per lookup: own %.1f (%.1f to %.1f), kernel %.1f (%.1f to %.1f), ratio %.2f%n",
                PREFIXES,
                ownNanos[ROUNDS / 2],
                ownNanos[0],
                ownNanos[ROUNDS - 1],
                kernelNanos[ROUNDS / 2],
                kernelNanos[0],
                kernelNanos[ROUNDS - 1],
                ratio);
        if (IS_LONG) {
            assertThat(ratio).isGreaterThanOrEqualTo(RATIO_MIN);
        }
    }

    private static double timed(LongSupplier nanosOfRun) {
        return (double) nanosOfRun.getAsLong() / LOOKUPS;
    }
}
