package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MappedMemoryTest {
    private static final long MIB = 1 << 20;

    @BeforeEach
    void setUp() {
        assumeTrue(HostSystemCalls.availability().isAvailable(), "needs system calls of Linux");
    }

    @Test
    void memory_new_isZeroAlignedAndWritable() {
        try (MappedMemory memory = MappedMemory.ofHugePages(5 * MIB + 4096)) {
            MemorySegment segment = memory.segment();
            assertThat(segment.byteSize()).isEqualTo(5 * MIB + 4096);
            assertThat(segment.address() % MappedMemory.HUGE_PAGE_BYTES).isZero();
            assertThat(segment.get(ValueLayout.JAVA_BYTE, 5 * MIB)).isZero();
            segment.fill((byte) 7);
            assertThat(segment.get(ValueLayout.JAVA_BYTE, segment.byteSize() - 1))
                    .isEqualTo((byte) 7);
        }
    }

    @Test
    void hugePages_touched_areGivenWhereTheHostHasThem() throws IOException {
        assumeTrue(
                hostSetting("enabled").matches(".*\\[(madvise|always)].*"), "needs transparent huge pages by madvise");
        try (MappedMemory memory = MappedMemory.ofHugePages(64 * MIB)) {
            assertThat(memory.hugePagesAdvised()).isTrue();
            assertThat(hugeBytes(memory)).isZero();
            memory.segment().fill((byte) 1);
            assertThat(hugeBytes(memory)).isBetween(MIB, 64 * MIB);
        }
        try (MappedMemory memory = MappedMemory.ofSmallPages(64 * MIB)) {
            assumeTrue(hostSetting("enabled").contains("[madvise]"), "small pages only where huge ones are asked for");
            memory.segment().fill((byte) 1);
            assertThat(hugeBytes(memory)).isZero();
        }
    }

    @Test
    void discard_range_readsAsZeroAndLeavesTheRest() {
        try (MappedMemory memory = MappedMemory.ofSmallPages(4 * 4096)) {
            memory.segment().fill((byte) 7);
            memory.discard(4096, 2 * 4096);
            assertThat(memory.segment().get(ValueLayout.JAVA_BYTE, 4096)).isZero();
            assertThat(memory.segment().get(ValueLayout.JAVA_BYTE, 3 * 4096 - 1))
                    .isZero();
            assertThat(memory.segment().get(ValueLayout.JAVA_BYTE, 4095)).isEqualTo((byte) 7);
            assertThat(memory.segment().get(ValueLayout.JAVA_BYTE, 3 * 4096)).isEqualTo((byte) 7);
            assertThatThrownBy(() -> memory.discard(1, 4096))
                    .isInstanceOf(LinuxException.class)
                    .hasMessageContaining("EINVAL");
        }
    }

    @Test
    void close_accessAfterwards_isRefusedAndTheMappingGone() throws IOException {
        MemorySegment segment;
        try (MappedMemory memory = MappedMemory.ofSmallPages(8 * MIB)) {
            segment = memory.segment();
            assertThat(mapping(segment.address())).isNotEmpty();
        }
        assertThatThrownBy(() -> segment.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
        assertThat(mapping(segment.address())).isEmpty();
    }

    @Test
    void map_noRoom_isEnomem() {
        assertThatThrownBy(() -> MappedMemory.ofSmallPages(1L << 60))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOMEM));
        assertThatThrownBy(() -> MappedMemory.ofSmallPages(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void resident_everythingTouched_isNoMoreThanAskedFor() throws IOException {
        long bytes = 5 * MIB + 3 * 4096;
        try (MappedMemory memory = MappedMemory.ofHugePages(bytes)) {
            long before = sum(memory, "Rss:"); // of a neighbour with which the kernel may have joined it
            memory.segment().fill((byte) 1);
            assertThat(sum(memory, "Rss:") - before).isEqualTo(bytes);
        }
    }

    private static String hostSetting(String name) throws IOException {
        Path file = Path.of("/sys/kernel/mm/transparent_hugepage", name);
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    /** The lines of {@code smaps} for the mapping that an address lies in; empty if none does. */
    private static List<String> mapping(long address) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                String[] range = lines.get(i).split("[- ]", 3);
                if (Long.parseUnsignedLong(range[0], 16) <= address && address < Long.parseUnsignedLong(range[1], 16)) {
                    int end = i + 1;
                    while (end < lines.size() && !lines.get(end).matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                        end++;
                    }
                    return lines.subList(i, end);
                }
            }
        }
        return List.of();
    }

    private static long hugeBytes(MappedMemory memory) throws IOException {
        return sum(memory, "AnonHugePages:");
    }

    /** Adds up a field of {@code smaps}, in bytes, over the mappings that an area lies in: advice splits it. */
    private static long sum(MappedMemory memory, String field) throws IOException {
        long bytes = 0;
        long end = memory.segment().address() + memory.segment().byteSize();
        for (long at = memory.segment().address(); at < end; ) {
            List<String> lines = mapping(at);
            for (String line : lines) {
                bytes += line.startsWith(field) ? Long.parseLong(line.replaceAll("\\D", "")) << 10 : 0;
            }
            at = Long.parseUnsignedLong(lines.getFirst().split("[- ]", 3)[1], 16);
        }
        return bytes;
    }
}
