package dev.ring3.it.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.BpfMemoryException;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.MapBuilder;
import dev.ring3.bpf.MapFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Which maps can be: sizes and flags that the kernel refuses are refused here, those that it accepts are accepted. */
class MapCreationDifferentialTest {
    private static final int MAPS = Boolean.getBoolean("ring3.long") ? 20_000 : 1_500;
    private static final int[] KEY_BYTES = {0, 1, 4, 4, 4, 5, 8, 8, 20, 260, 261, 512, 4096};
    private static final int[] VALUE_BYTES = {0, 1, 4, 4, 8, 8, 12, 4096, 32 << 10, (32 << 10) + 1, 65_400};
    private static final int[] ENTRIES = {0, 1, 1, 3, 4, 100, 4096, 4097, 8192};

    private static final Map<Integer, Function<MapBuilder, ?>> KINDS = kinds();

    private static Map<Integer, Function<MapBuilder, ?>> kinds() {
        Map<Integer, Function<MapBuilder, ?>> kinds = new TreeMap<>();
        kinds.put(1, MapBuilder::hash);
        kinds.put(2, MapBuilder::array);
        kinds.put(5, MapBuilder::perCpuHash);
        kinds.put(6, MapBuilder::perCpuArray);
        kinds.put(9, MapBuilder::lruHash);
        kinds.put(10, MapBuilder::lruPerCpuHash);
        kinds.put(11, MapBuilder::lpmTrie);
        kinds.put(22, MapBuilder::queue);
        kinds.put(23, MapBuilder::stack);
        kinds.put(27, MapBuilder::ringBuffer);
        return kinds;
    }

    private static int pick(Random random, int[] from) {
        return from[random.nextInt(from.length)];
    }

    /** What the methods of the builder say by their names is as it must be: the rest is anything. */
    private static RawMap.Spec randomSpec(Random random) {
        List<Integer> types = new ArrayList<>(KINDS.keySet());
        int type = types.get(random.nextInt(types.size()));
        int keyBytes = type == 2 || type == 6 ? Integer.BYTES : type >= 22 ? 0 : pick(random, KEY_BYTES);
        int valueBytes = type == 27 ? 0 : pick(random, VALUE_BYTES);
        int flags = type == 11 ? MapFlags.NO_PREALLOC : 0;
        for (int i = random.nextInt(3); i > 0; i--) {
            int bit = 1 << random.nextInt(20);
            flags |= bit == MapFlags.NUMA_NODE ? 0 : bit; // the node would be 0, which need not be there
        }
        return new RawMap.Spec(type, keyBytes, valueBytes, pick(random, ENTRIES), flags);
    }

    private static boolean isPossible(BpfRuntime runtime, RawMap.Spec spec) {
        try {
            MapBuilder builder = runtime.map("m")
                    .keyBytes(spec.keyBytes())
                    .valueBytes(spec.valueBytes())
                    .entriesMax(spec.entriesMax())
                    .flags(spec.flags());
            Function<MapBuilder, ?> make = Objects.requireNonNull(KINDS.get(spec.type()));
            return make.apply(builder) != null;
        } catch (IllegalArgumentException e) {
            return false;
        } catch (BpfMemoryException e) {
            throw new IllegalStateException(spec.toString(), e);
        }
    }

    @Test
    void maps_ofAnySizesAndFlags_areThoseOfTheKernel() {
        TestSettings.requireKernelBpf();
        Random random = new Random(TestSettings.seed());
        Map<String, String> differences = new TreeMap<>();
        int possible = 0;
        for (int i = 0; i < MAPS; i++) {
            RawMap.Spec spec = randomSpec(random);
            int descriptor = RawMap.create(spec, 0, 0, 0);
            if (descriptor >= 0) {
                possible++;
                RawMap.close(descriptor);
            }
            try (BpfRuntime runtime = BpfRuntime.builder().memoryLimit(4L << 30).build()) {
                if (isPossible(runtime, spec) != descriptor >= 0) {
                    differences.put(spec.toString(), descriptor >= 0 ? "accepted by Linux" : "errno " + -descriptor);
                }
            }
        }
        System.out.printf("%d kinds of maps, %d of them possible%n", MAPS, possible);
        assertThat(differences).isEmpty();
        assertThat(possible).isBetween(MAPS / 10, MAPS * 9 / 10);
    }
}
