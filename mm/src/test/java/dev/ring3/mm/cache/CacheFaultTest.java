package dev.ring3.mm.cache;

import static dev.ring3.mm.cache.CacheFixture.PAGE;
import static dev.ring3.mm.cache.CacheFixture.random;
import static dev.ring3.mm.cache.CacheFixture.read;
import static dev.ring3.mm.cache.CacheFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.mm.OutOfFramesException;
import dev.ring3.mm.cache.FakeBacking.Kind;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Backings that fail: who learns of it, how often, and that nothing is lost and nobody waits for ever. */
@Timeout(60)
class CacheFaultTest {
    private final CacheFixture fixture = CacheFixture.quiet(64);
    private final byte[] content = random(20 * PAGE, 1);
    private final FakeBacking backing = FakeBacking.of(content);
    private final AddressSpace file = fixture.open(backing);

    @AfterEach
    void close() {
        fixture.close();
    }

    private static FakeBacking.Hook failing(Kind kind, String message) {
        return call -> {
            if (call.kind() == kind) {
                throw new IOException(message);
            }
        };
    }

    @Test
    void fill_throws_reachesTheReaderAndIsTriedAgain() throws IOException {
        backing.before(failing(Kind.FILL, "checksum"));
        assertThatThrownBy(() -> read(file, 0, 100))
                .isInstanceOf(IOException.class)
                .hasMessage("checksum");
        assertThat(fixture.cache.statistics().heldFrames()).isZero();
        assertThat(fixture.cache.statistics().fillFailures()).isEqualTo(1);
        backing.before(_ -> {});
        assertThat(read(file, 0, 100)).hasSize(100);
    }

    @Test
    void fill_throwsHalfWay_readIsShortAndThenThrows() throws IOException {
        backing.before(call -> {
            if (call.kind() == Kind.FILL && call.offset() >= 3 * PAGE) {
                throw new IOException("bad block");
            }
        });
        assertThat(read(file, 0, 5 * PAGE)).hasSize(3 * PAGE);
        assertThatThrownBy(() -> read(file, 3L * PAGE, PAGE)).hasMessage("bad block");
    }

    @Test
    void fill_throwsForOneOfMany_allReadersReturn() throws Exception {
        AtomicInteger fills = new AtomicInteger();
        backing.before(call -> {
            if (fills.incrementAndGet() == 1) {
                throw new IOException("once");
            }
        });
        AtomicInteger succeeded = new AtomicInteger();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            readers.add(Thread.ofVirtual().start(() -> {
                try {
                    succeeded.addAndGet(read(file, 0, PAGE).length == PAGE ? 1 : 0);
                } catch (IOException e) {
                    // one of them
                }
            }));
        }
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(succeeded).hasValue(7);
        assertThat(fills).hasValue(2);
    }

    @Test
    void fill_error_leavesNoLockBehind() {
        backing.before(call -> {
            throw new AssertionError("our bug");
        });
        assertThatThrownBy(() -> read(file, 0, 100)).isInstanceOf(AssertionError.class);
        backing.before(_ -> {});
        assertThatCode(() -> read(file, 0, 100)).doesNotThrowAnyException();
    }

    @Test
    void fill_short_isCompleted() throws IOException {
        backing.fillAtMost(1000);
        assertThat(read(file, 0, 20 * PAGE)).isEqualTo(content);
    }

    @Test
    void fill_moreThanAsked_isRefused() throws IOException {
        Backing broken = new BrokenBacking(PAGE + 1, 0);
        AddressSpace of = fixture.open(broken, PAGE);
        assertThatThrownBy(() -> read(of, 0, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("4097 of 4096");
    }

    @Test
    void writeback_fails_eachCursorLearnsOnceAndNothingIsLost() throws IOException {
        ErrorCursor first = file.errorCursor();
        ErrorCursor second = file.errorCursor();
        byte[] change = random(2 * PAGE, 2);
        write(file, PAGE, change);
        backing.before(failing(Kind.WRITEBACK, "ENOSPC"));
        assertThatThrownBy(() -> file.sync(first))
                .isInstanceOf(WritebackException.class)
                .hasRootCauseMessage("ENOSPC");
        assertThat(file.dirtyBytes()).isEqualTo(2 * PAGE);
        backing.before(_ -> {});
        file.sync(first); // told once; and now it is written
        assertThat(Arrays.copyOfRange(backing.content(), PAGE, 3 * PAGE)).isEqualTo(change);
        assertThatThrownBy(() -> file.sync(second)).hasRootCauseMessage("ENOSPC");
        file.sync(second);
        assertThatCode(() -> file.sync(file.errorCursor())).doesNotThrowAnyException();
    }

    @Test
    void writeback_failureNobodyWasToldOf_isToldToTheNextWhoOpens() throws Exception {
        write(file, 0, random(PAGE, 3));
        backing.before(failing(Kind.WRITEBACK, "EIO"));
        file.flush();
        while (fixture.cache.statistics().writebackFailures() == 0) {
            Thread.onSpinWait();
        }
        backing.before(_ -> {});
        ErrorCursor later = file.errorCursor();
        assertThatThrownBy(() -> file.sync(later)).hasRootCauseMessage("EIO");
        assertThatCode(() -> file.sync(file.errorCursor())).doesNotThrowAnyException();
    }

    @Test
    void writeback_short_isContinued() throws IOException {
        backing.writeBackAtMost(3 * PAGE);
        byte[] change = random(10 * PAGE, 4);
        write(file, 0, change);
        file.sync(file.errorCursor());
        assertThat(Arrays.copyOf(backing.content(), 10 * PAGE)).isEqualTo(change);
        assertThat(backing.calls(Kind.WRITEBACK)).hasSize(4);
    }

    @Test
    void writeback_ofNotOnePage_isAFailure() throws IOException {
        backing.writeBackAtMost(PAGE - 1);
        write(file, 0, random(2 * PAGE, 5));
        assertThatThrownBy(() -> file.sync(file.errorCursor()))
                .isInstanceOf(WritebackException.class)
                .hasStackTraceContaining("not one page");
        assertThat(file.dirtyBytes()).isEqualTo(2 * PAGE);
    }

    @Test
    void writeback_failsForOneRun_othersAreWritten() throws IOException {
        backing.before(call -> {
            if (call.kind() == Kind.WRITEBACK && call.offset() == 0) {
                throw new IOException("EIO");
            }
        });
        write(file, 0, random(PAGE, 6));
        write(file, 5L * PAGE, random(PAGE, 7));
        assertThatThrownBy(() -> file.sync(file.errorCursor())).isInstanceOf(WritebackException.class);
        assertThat(Arrays.copyOfRange(backing.content(), 5 * PAGE, 6 * PAGE)).isEqualTo(random(PAGE, 7));
        assertThat(file.dirtyBytes()).isEqualTo(PAGE);
    }

    @Test
    void writeback_onePageCannotBeWritten_itsNeighboursAreInTheEnd() throws IOException {
        backing.before(call -> {
            if (call.kind() == Kind.WRITEBACK
                    && call.offset() <= 7 * PAGE
                    && call.offset() + call.length() > 7 * PAGE) {
                throw new IOException("EIO");
            }
        });
        byte[] change = random(20 * PAGE, 20);
        write(file, 0, change);
        int attempts = 0;
        while (file.dirtyBytes() > PAGE) {
            assertThatThrownBy(() -> file.sync(file.errorCursor())).isInstanceOf(WritebackException.class);
            assertThat(attempts++).isLessThan(10);
        }
        assertThat(backing.calls(Kind.WRITEBACK)).hasSizeLessThan(40);
        System.arraycopy(content, 7 * PAGE, change, 7 * PAGE, PAGE);
        assertThat(backing.content()).isEqualTo(change);
    }

    @Test
    void write_underWriteback_waitsAndIsNotLost() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        backing.before(call -> {
            if (call.kind() == Kind.WRITEBACK) {
                writing.countDown();
                await(goOn);
            }
        });
        write(file, 0, random(PAGE, 8));
        Thread syncer = Thread.ofPlatform().start(() -> {
            try {
                file.sync(file.errorCursor());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        await(writing);
        Thread writer = Thread.ofPlatform().start(() -> {
            try {
                write(file, 100, random(50, 9));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        while (writer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(read(file, 0, PAGE)).as("readers do not wait").isEqualTo(random(PAGE, 8));
        goOn.countDown();
        syncer.join();
        writer.join();
        assertThat(read(file, 100, 50)).isEqualTo(random(50, 9));
        assertThat(file.dirtyBytes()).isEqualTo(PAGE);
    }

    @Test
    void truncate_fails_nothingIsCutOff() throws IOException {
        write(file, 10L * PAGE, random(PAGE, 10));
        backing.before(failing(Kind.RESIZE, "EROFS"));
        assertThatThrownBy(() -> file.resize(100)).hasMessage("EROFS");
        assertThat(file.size()).isEqualTo(20L * PAGE);
        assertThat(read(file, 10L * PAGE, PAGE)).isEqualTo(random(PAGE, 10));
    }

    @Test
    void directWrite_fails_cachedContentIsKept() throws IOException {
        write(file, 0, random(PAGE, 11));
        backing.before(failing(Kind.WRITE_DIRECT, "EIO"));
        assertThatThrownBy(() -> write(file, 0, random(PAGE, 12), IoMode.DIRECT))
                .hasMessage("EIO");
        assertThat(read(file, 0, PAGE)).isEqualTo(random(PAGE, 11));
    }

    @Test
    void write_fromMemoryThatIsGone_unlocksThePage() throws IOException {
        write(file, 0, random(PAGE, 13));
        MemorySegment gone;
        try (Arena arena = Arena.ofConfined()) {
            gone = arena.allocate(100);
        }
        MemorySegment closed = gone;
        assertThatThrownBy(() -> file.write(10, closed)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> file.write(15L * PAGE, closed)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> file.read(10, closed)).isInstanceOf(IllegalStateException.class);
        write(file, 10, random(100, 14));
        assertThat(read(file, 10, 100)).isEqualTo(random(100, 14));
    }

    @Test
    void close_writebackFails_keepsTheFile() throws IOException {
        write(file, 0, random(PAGE, 15));
        backing.before(failing(Kind.WRITEBACK, "ENOSPC"));
        assertThatThrownBy(file::close).isInstanceOf(WritebackException.class);
        assertThat(read(file, 0, PAGE)).isEqualTo(random(PAGE, 15));
    }

    @Test
    void write_limitReachedAndBackingFails_failsInsteadOfWaiting() throws IOException {
        try (CacheFixture small = CacheFixture.with(
                64, CacheOptions.forFrames(64).withDirtyFrames(4, 2).withStallMax(Duration.ofMillis(300)))) {
            FakeBacking bad = FakeBacking.of(new byte[0]);
            bad.before(failing(Kind.WRITEBACK, "ENOSPC"));
            AddressSpace badFile = small.open(bad);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            write(badFile, (long) i * PAGE, random(PAGE, i));
                        }
                    })
                    .isInstanceOf(WritebackException.class)
                    .hasRootCauseMessage("ENOSPC");
            AddressSpace good = small.open(FakeBacking.of(new byte[0]));
            assertThatThrownBy(() -> write(good, 0, random(PAGE, 1)))
                    .as("another file's writer, for which all room is taken")
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no room to write");
            bad.before(_ -> {});
            ErrorCursor cursor = badFile.errorCursor();
            assertThatThrownBy(() -> badFile.sync(cursor)).hasRootCauseMessage("ENOSPC");
            write(good, 0, random(PAGE, 1));
        }
    }

    @Test
    void read_everythingPinned_isATypedFailureWithAReport() throws IOException {
        AddressSpace other = fixture.open(FakeBacking.of(random(64 * PAGE, 16)));
        try (FolioView view = other.pin(0, 60L * PAGE)) {
            assertThat(view.length()).isEqualTo(60L * PAGE);
            assertThatThrownBy(() -> file.pin(0, 20L * PAGE))
                    .isInstanceOf(OutOfFramesException.class)
                    .hasMessageContaining("page cache");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns what it likes. */
    private record BrokenBacking(long filled, long written) implements Backing {
        @Override
        public long fill(long offset, MemorySegment into) {
            return filled;
        }

        @Override
        public long writeback(WritebackBatch batch) {
            return written;
        }

        @Override
        public void writeDirect(long offset, MemorySegment from) {}

        @Override
        public void resize(long size) {}

        @Override
        public void punch(long offset, long length) {}
    }
}
