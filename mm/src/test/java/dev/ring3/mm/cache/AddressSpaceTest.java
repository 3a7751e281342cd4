package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.CacheFixture.PAGE;
import static dev.ring3.mm.cache.CacheFixture.random;
import static dev.ring3.mm.cache.CacheFixture.read;
import static dev.ring3.mm.cache.CacheFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.ring3.mm.cache.FakeBacking.Kind;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AddressSpaceTest {
    private final CacheFixture fixture = CacheFixture.quiet(256);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void read_twice_fillsOnce() throws IOException {
        byte[] content = random(3 * PAGE + 100, 1);
        FakeBacking backing = FakeBacking.of(content);
        AddressSpace file = fixture.open(backing);
        assertThat(read(file, 0, 4 * PAGE)).isEqualTo(content);
        assertThat(read(file, 10, 2 * PAGE)).isEqualTo(Arrays.copyOfRange(content, 10, 10 + 2 * PAGE));
        assertThat(backing.calls(Kind.FILL)).hasSize(4);
        assertThat(fixture.cache.statistics().misses()).isEqualTo(4);
        assertThat(fixture.cache.statistics().hits()).isPositive();
    }

    @Test
    void read_atAndBeyondTheEnd_isShort() throws IOException {
        AddressSpace file = fixture.open(FakeBacking.of(random(100, 2)));
        assertThat(read(file, 90, 20)).hasSize(10);
        assertThat(read(file, 100, 20)).isEmpty();
        assertThat(read(file, 1 << 20, 20)).isEmpty();
        assertThat(read(file, 0, 0)).isEmpty();
    }

    @Test
    void read_intoNativeMemory_copies() throws IOException {
        byte[] content = random(2 * PAGE, 3);
        AddressSpace file = fixture.open(FakeBacking.of(content));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(PAGE);
            assertThat(file.read(700, into)).isEqualTo(PAGE);
            assertThat(into.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(Arrays.copyOfRange(content, 700, 700 + PAGE));
        }
    }

    @Test
    void read_negativeOffset_isRefused() {
        AddressSpace file = fixture.open(FakeBacking.of(random(100, 2)));
        assertThatThrownBy(() -> read(file, -1, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> write(file, -1, new byte[10])).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 100, PAGE - 1})
    void write_overTheEndWithWritebackMeanwhile_isWhole(int offset) throws IOException {
        // With room for two dirty pages the third waits for the first, which is written back before the size is set.
        CacheOptions options = CacheOptions.forFrames(64)
                .withDirtyFrames(2, 1)
                .withWritebackInterval(Duration.ofHours(1))
                .withReadaheadBytes(0);
        try (CacheFixture narrow = CacheFixture.with(64, options)) {
            AddressSpace file = narrow.open(FakeBacking.of(random(100, 20)));
            byte[] more = random(2 * PAGE, 21);
            write(file, offset, more);
            file.sync(file.errorCursor());
            assertThat(file.invalidate(0, AddressSpace.SIZE_MAX)).isTrue();
            assertThat(read(file, offset, more.length)).isEqualTo(more);
        }
    }

    @Test
    void write_partOfAPage_keepsTheRest() throws IOException {
        byte[] content = random(2 * PAGE, 4);
        AddressSpace file = fixture.open(FakeBacking.of(content));
        byte[] change = random(300, 5);
        write(file, PAGE - 100, change);
        System.arraycopy(change, 0, content, PAGE - 100, 300);
        assertThat(read(file, 0, 2 * PAGE)).isEqualTo(content);
        assertThat(file.dirtyBytes()).isEqualTo(2 * PAGE);
    }

    @Test
    void write_wholePages_readsNothing() throws IOException {
        FakeBacking backing = FakeBacking.of(random(40 * PAGE, 6));
        AddressSpace file = fixture.open(backing);
        byte[] change = random(33 * PAGE, 7);
        write(file, 3L * PAGE, change);
        assertThat(read(file, 3L * PAGE, change.length)).isEqualTo(change);
        assertThat(backing.calls(Kind.FILL)).isEmpty();
        assertThat(file.residency(0, 40L * PAGE))
                .extracting(ResidentRange::folioBytes)
                .contains(16 * PAGE);
    }

    @Test
    void write_beyondTheEnd_leavesZerosBetween() throws IOException {
        AddressSpace file = fixture.open(FakeBacking.of(random(100, 8)));
        write(file, 3L * PAGE + 5, new byte[] {1, 2, 3});
        assertThat(file.size()).isEqualTo(3L * PAGE + 8);
        assertThat(read(file, 100, 3 * PAGE - 95)).containsOnly(0).hasSize(3 * PAGE - 95);
        assertThat(read(file, 3L * PAGE + 5, 10)).containsExactly(1, 2, 3);
    }

    @Test
    void append_severalTimes_goesToTheEnd() throws IOException {
        FakeBacking backing = FakeBacking.of(new byte[0]);
        AddressSpace file = fixture.open(backing);
        byte[] all = random(5 * PAGE + 77, 9);
        for (int done = 0; done < all.length; done += 1000) {
            byte[] part = Arrays.copyOfRange(all, done, Math.min(done + 1000, all.length));
            assertThat(file.append(MemorySegment.ofArray(part))).isEqualTo(done);
        }
        assertThat(read(file, 0, all.length + 1)).isEqualTo(all);
        file.sync(file.errorCursor());
        assertThat(backing.content()).isEqualTo(all);
        assertThat(file.dirtyBytes()).isZero();
    }

    @Test
    void sync_neighbouringFolios_writesOneRun() throws IOException {
        FakeBacking backing = FakeBacking.of(new byte[64 * PAGE]);
        AddressSpace file = fixture.open(backing);
        for (int page : new int[] {9, 7, 8, 10, 20}) {
            write(file, (long) page * PAGE, random(PAGE, page));
        }
        file.sync(file.errorCursor());
        assertThat(backing.calls(Kind.WRITEBACK))
                .extracting(FakeBacking.Call::offset, FakeBacking.Call::length)
                .containsExactly(tuple(7L * PAGE, 4L * PAGE), tuple(20L * PAGE, (long) PAGE));
        assertThat(Arrays.copyOfRange(backing.content(), 8 * PAGE, 9 * PAGE)).isEqualTo(random(PAGE, 8));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, PAGE, PAGE + 1, 3 * PAGE - 1})
    void truncate_thenLonger_readsZeros(int size) throws IOException {
        byte[] content = random(3 * PAGE, 10);
        FakeBacking backing = FakeBacking.of(content);
        AddressSpace file = fixture.open(backing);
        write(file, PAGE, Arrays.copyOfRange(content, PAGE, 2 * PAGE));
        file.resize(size);
        assertThat(read(file, 0, 3 * PAGE)).isEqualTo(Arrays.copyOf(content, size));
        file.resize(3L * PAGE);
        byte[] expected = Arrays.copyOf(Arrays.copyOf(content, size), 3 * PAGE);
        assertThat(read(file, 0, 3 * PAGE)).isEqualTo(expected);
        file.sync(file.errorCursor());
        assertThat(backing.content()).isEqualTo(expected);
        assertThat(file.invalidate(0, 3L * PAGE)).isTrue();
        assertThat(read(file, 0, 3 * PAGE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, PAGE})
    void punchHole_variousEnds_readsZeros(int inset) throws IOException {
        for (int end : new int[] {inset + 5, PAGE, 2 * PAGE, 3 * PAGE + 7, 5 * PAGE, 6 * PAGE}) {
            byte[] content = random(5 * PAGE + 50, 11);
            FakeBacking backing = FakeBacking.of(content);
            AddressSpace file = fixture.open(backing);
            write(file, 2L * PAGE, Arrays.copyOfRange(content, 2 * PAGE, 2 * PAGE + 10));
            file.punchHole(inset, end - inset);
            if (inset < end) {
                Arrays.fill(content, inset, Math.min(end, content.length), (byte) 0);
            }
            assertThat(read(file, 0, content.length + 9)).isEqualTo(content);
            file.sync(file.errorCursor());
            assertThat(backing.content()).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EnumSource(IoMode.class)
    void read_anyMode_seesWhatWasWrittenInAnyOther(IoMode mode) throws IOException {
        byte[] content = random(32 * PAGE, 12);
        FakeBacking backing = FakeBacking.of(content);
        AddressSpace file = fixture.open(backing);
        Random random = new Random(13);
        for (int i = 0; i < 300; i++) {
            IoMode how = IoMode.values()[random.nextInt(3)];
            int page = random.nextInt(30);
            byte[] change = random(random.nextInt(1, 3) * PAGE, i);
            write(file, (long) page * PAGE, change, how);
            System.arraycopy(change, 0, content, page * PAGE, change.length);
            int from = random.nextInt(30);
            assertThat(read(file, (long) from * PAGE, 2 * PAGE, mode))
                    .as("step %d, %s", i, how)
                    .isEqualTo(Arrays.copyOfRange(content, from * PAGE, (from + 2) * PAGE));
        }
        file.sync(file.errorCursor());
        assertThat(backing.content()).isEqualTo(content);
    }

    @Test
    void direct_unaligned_isRefused() {
        AddressSpace file = fixture.open(FakeBacking.of(random(3 * PAGE, 14)));
        assertThatThrownBy(() -> read(file, 1, PAGE, IoMode.DIRECT)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> write(file, 0, new byte[5], IoMode.DIRECT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void direct_beyondTheEnd_makesTheFileLonger() throws IOException {
        AddressSpace file = fixture.open(FakeBacking.of(random(100, 15)));
        byte[] change = random(PAGE, 16);
        write(file, 2L * PAGE, change, IoMode.DIRECT);
        assertThat(file.size()).isEqualTo(3L * PAGE);
        assertThat(file.residentBytes()).isZero();
        assertThat(read(file, 2L * PAGE, PAGE, IoMode.DIRECT)).isEqualTo(change);
        assertThat(read(file, 100, PAGE)).containsOnly(0);
    }

    @Test
    void uncached_readAndWrite_leaveNothingBehind() throws IOException {
        byte[] content = random(40 * PAGE, 17);
        FakeBacking backing = FakeBacking.of(content);
        AddressSpace file = fixture.open(backing);
        assertThat(read(file, 0, 20 * PAGE, IoMode.UNCACHED)).isEqualTo(Arrays.copyOf(content, 20 * PAGE));
        assertThat(file.residentBytes()).isZero();
        write(file, 20L * PAGE, random(20 * PAGE, 18), IoMode.UNCACHED);
        file.sync(file.errorCursor());
        while (file.residentBytes() > 0) {
            Thread.onSpinWait(); // the flusher drops the last ones just after it has written them
        }
        assertThat(Arrays.copyOfRange(backing.content(), 20 * PAGE, 40 * PAGE)).isEqualTo(random(20 * PAGE, 18));
    }

    @Test
    void close_dirtyFile_writesBack() throws IOException {
        FakeBacking backing = FakeBacking.of(new byte[0]);
        AddressSpace file = fixture.open(backing);
        write(file, 0, random(5000, 19));
        file.close();
        assertThat(backing.content()).isEqualTo(random(5000, 19));
        assertThatThrownBy(() -> read(file, 0, 10)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void residency_mixedPages_tellsThemApart() throws IOException {
        AddressSpace file = fixture.open(FakeBacking.of(random(10 * PAGE, 20)));
        assertThat(read(file, PAGE, 2 * PAGE)).hasSize(2 * PAGE);
        write(file, 3L * PAGE, random(PAGE, 21));
        assertThat(file.residency(0, 10L * PAGE))
                .isEqualTo(List.of(
                        new ResidentRange(PAGE, 2L * PAGE, false, false, PAGE),
                        new ResidentRange(3L * PAGE, PAGE, true, false, PAGE)));
    }

    @Test
    void hugeOffsets_farApart_areFound() throws IOException {
        AddressSpace file = fixture.open(new SparseBacking(), 0);
        long[] offsets = {0, 1L << 30, (1L << 40) + 4096, (1L << 45) + 8192, AddressSpace.SIZE_MAX - PAGE};
        for (long offset : offsets) {
            write(file, offset, random(PAGE, offset));
        }
        for (long offset : offsets) {
            assertThat(read(file, offset, PAGE)).isEqualTo(random(PAGE, offset));
        }
        assertThat(file.residency(0, AddressSpace.SIZE_MAX)).hasSize(offsets.length);
    }
}
