package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class MapMemoryTest {
    @Test
    void map_largerThanOneMayBe_isRefusedAndLeavesNothing() {
        try (BpfRuntime runtime = BpfRuntime.builder().mapMemoryLimit(1 << 16).build()) {
            long before = runtime.memoryUsed();
            assertThatExceptionOfType(BpfMemoryException.class)
                    .isThrownBy(() ->
                            runtime.map("large").valueBytes(64).entriesMax(1025).array())
                    .withMessage("map large needs 69632 bytes, and a map of this runtime may have 65536");
            assertThat(runtime.memoryUsed()).isEqualTo(before);
            assertThat(runtime.map("fits")
                            .valueBytes(64)
                            .entriesMax(1024)
                            .array()
                            .memoryBytes())
                    .isEqualTo(1 << 16);
        }
    }

    @Test
    void memory_ofMaps_isWhatTheRuntimeHasMore() {
        try (BpfRuntime runtime = BpfRuntime.create()) {
            long before = runtime.memoryUsed();
            List<BpfMap> maps = List.of(
                    runtime.map("a").valueBytes(8).entriesMax(100).array(),
                    runtime.map("h")
                            .keyBytes(16)
                            .valueBytes(24)
                            .entriesMax(1000)
                            .hash(),
                    runtime.map("p").valueBytes(8).entriesMax(100).perCpuArray(),
                    runtime.map("q").valueBytes(8).entriesMax(100).queue(),
                    runtime.map("r").entriesMax(1 << 14).ringBuffer());
            assertThat(maps.stream().mapToLong(BpfMap::memoryBytes).sum()).isEqualTo(runtime.memoryUsed() - before);
            maps.forEach(map -> runtime.maps().close(map));
            assertThat(runtime.memoryUsed()).isEqualTo(before);
        }
    }
}
