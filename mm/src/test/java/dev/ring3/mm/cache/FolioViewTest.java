package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.CacheFixture.PAGE;
import static dev.ring3.mm.cache.CacheFixture.random;
import static dev.ring3.mm.cache.CacheFixture.read;
import static dev.ring3.mm.cache.CacheFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FolioViewTest {
    private final CacheFixture fixture = CacheFixture.quiet(2048);
    private final byte[] content = random(600 * PAGE + 17, 1);
    private final FakeBacking backing = FakeBacking.of(content);
    private final AddressSpace file = fixture.open(backing);

    @AfterEach
    void close() {
        fixture.close();
    }

    private static byte[] bytes(FolioView view) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        view.segments().forEach(segment -> bytes.writeBytes(segment.toArray(ValueLayout.JAVA_BYTE)));
        return bytes.toByteArray();
    }

    @Test
    void pin_range_showsTheFile() throws IOException {
        try (FolioView view = file.pin(100, 5L * PAGE)) {
            assertThat(view.length()).isEqualTo(5L * PAGE);
            assertThat(bytes(view)).isEqualTo(Arrays.copyOfRange(content, 100, 100 + 5 * PAGE));
            assertThat(view.segments()).allMatch(MemorySegment::isReadOnly);
        }
        try (FolioView view = file.pin(600L * PAGE, 5L * PAGE)) {
            assertThat(view.length()).isEqualTo(17);
        }
        try (FolioView view = file.pin(700L * PAGE, 5L * PAGE)) {
            assertThat(view.length()).isZero();
            assertThat(view.segments()).isEmpty();
        }
        assertThat(fixture.cache.statistics().pinnedFrames()).isZero();
    }

    @Test
    void pin_thenEvict_staysInMemory() throws IOException {
        try (FolioView view = file.pin(0, PAGE)) {
            assertThat(fixture.cache.reclaim(1000)).isZero();
            assertThat(bytes(view)).isEqualTo(Arrays.copyOf(content, PAGE));
        }
        assertThat(fixture.cache.reclaim(1000)).isEqualTo(1);
    }

    @Test
    void pin_thenTruncate_viewKeepsItsFramesUntilClosed() throws IOException {
        FolioView view = file.pin(0, 2L * PAGE);
        file.resize(0);
        write(file, 0, random(2 * PAGE, 2));
        assertThat(bytes(view)).isEqualTo(Arrays.copyOf(content, 2 * PAGE));
        assertThat(fixture.cache.statistics().heldFrames()).isEqualTo(4);
        view.close();
        view.close();
        assertThat(fixture.cache.statistics().heldFrames()).isEqualTo(2);
    }

    @Test
    void map_scatteredPages_becomesOnePiece() throws IOException {
        for (int page : new int[] {5, 3, 9, 0}) {
            assertThat(read(file, (long) page * PAGE, PAGE)).hasSize(PAGE);
        }
        write(file, 4L * PAGE + 5, new byte[] {1, 2, 3});
        System.arraycopy(new byte[] {1, 2, 3}, 0, content, 4 * PAGE + 5, 3);
        try (FolioView view = file.map(PAGE, 10L * PAGE)) {
            assertThat(view.segments()).hasSize(1);
            assertThat(bytes(view)).isEqualTo(Arrays.copyOfRange(content, PAGE, 11 * PAGE));
        }
        try (FolioView view = file.map(20L * PAGE, 400L * PAGE)) {
            assertThat(view.segments()).hasSize(1);
            assertThat(bytes(view)).isEqualTo(Arrays.copyOfRange(content, 20 * PAGE, 420 * PAGE));
        }
    }

    @Test
    void map_acrossTwoMebibytes_isRefused() {
        assertThatThrownBy(() -> file.map(511L * PAGE, 2L * PAGE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void map_partsPinnedInOtherPieces_stillWorksOnNewFrames() throws IOException {
        try (FolioView pinned = file.pin(3L * PAGE, PAGE);
                FolioView view = file.map(0, 16L * PAGE)) {
            assertThat(bytes(pinned)).isEqualTo(Arrays.copyOfRange(content, 3 * PAGE, 4 * PAGE));
            assertThat(bytes(view)).isEqualTo(Arrays.copyOf(content, 16 * PAGE));
        }
    }
}
