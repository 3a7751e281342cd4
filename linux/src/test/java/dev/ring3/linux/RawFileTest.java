package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawFileTest {
    private static final int BLOCK = 4096;

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofAuto();

    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
    }

    @Test
    void open_whatCannotBe_isTheErrnoWithThePath() throws IOException {
        Path file = Files.writeString(folder.resolve("there"), "x");

        assertThatThrownBy(() -> RawFile.open(folder.resolve("missing"), Access.READ))
                .isInstanceOf(LinuxException.class)
                .hasMessage("openat: " + folder.resolve("missing") + ": ENOENT (No such file or directory)");
        assertFails(
                Errno.EEXIST,
                () -> RawFile.open(file, Access.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE)
                        .close());
        assertFails(
                Errno.ENOTDIR,
                () -> RawFile.open(file, Access.READ, OpenFlag.DIRECTORY).close());
    }

    @Test
    void open_permissions_areTheFiles() {
        Path path = folder.resolve("private");
        try (RawFile file = RawFile.open(path, Access.WRITE, 0600, OpenFlag.CREATE)) {
            assertThat(file.statx().permissions()).hasValue(0600);
        }
    }

    @Test
    void open_nameThatIsNoText_findsTheFile() throws IOException, InterruptedException {
        // A shell makes it, because Java cannot write such a name down.
        Process shell = new ProcessBuilder("sh", "-c", "printf hello > \"$(printf '\\351t\\351')\"")
                .directory(folder.toFile())
                .start();
        assertThat(shell.waitFor()).isZero();
        Path path;
        try (var entries = Files.list(folder)) {
            path = entries.findFirst().orElseThrow();
        }

        try (RawFile file = RawFile.open(path, Access.READ)) {
            assertThat(file.sizeBytes()).isEqualTo(5);
        }
    }

    @Test
    void transfer_onePiece_isPositional() {
        try (RawFile file = create("positional")) {
            file.writeFully(bytes("hello"), 100);

            MemorySegment into = arena.allocate(10);
            assertThat(file.read(into, 103)).isEqualTo(2);
            assertThat(text(into.asSlice(0, 2))).isEqualTo("lo");
            assertThat(file.read(into, 105)).isZero();
            assertThat(file.sizeBytes()).isEqualTo(105);
        }
    }

    @Test
    void transfer_morePiecesThanOneCallTakes_areAllDone() {
        Random random = new Random(7);
        byte[] data = new byte[100_000];
        random.nextBytes(data);
        List<MemorySegment> from = pieces(data, random);
        assertThat(from).hasSizeGreaterThan(2 * Transfers.PIECES_MAX);

        try (RawFile file = create("pieces")) {
            file.writeFully(from, 17, IoFlags.NONE);

            MemorySegment into = arena.allocate(data.length + 5);
            List<MemorySegment> parts =
                    List.of(into.asSlice(0, 1), into.asSlice(1, 0), into.asSlice(1, 70_000), into.asSlice(70_001));
            assertThat(file.readFully(parts, 17, IoFlags.NONE)).isEqualTo(data.length);
            assertThat(into.asSlice(0, data.length).toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(data);
        }
    }

    @Test
    void transfer_shortAndInterrupted_isFinished() {
        AtomicInteger calls = new AtomicInteger();
        SystemCalls host = HostSystemCalls.get();
        SystemCalls reluctant = (scratch, call, arguments) -> {
            if (call != SystemCall.PREADV2 && call != SystemCall.PWRITEV2) {
                return host.call(scratch, call, arguments);
            }
            if (calls.incrementAndGet() % 2 == 0) {
                return -Errno.EINTR.number();
            }
            MemorySegment vector = FakeSystemCalls.memory(arguments[1], 16);
            vector.set(ValueLayout.JAVA_LONG, 8, Math.min(vector.get(ValueLayout.JAVA_LONG, 8), 7));
            long[] one = arguments.clone();
            one[2] = 1;
            return host.call(scratch, call, one);
        };
        byte[] data = new byte[1_000];
        new Random(3).nextBytes(data);
        Path path = folder.resolve("reluctant");
        try (RawFile file = RawFile.open(reluctant, path, Access.READ_WRITE, 0600, OpenFlag.CREATE)) {
            file.writeFully(arena.allocateFrom(ValueLayout.JAVA_BYTE, data), 3);
            MemorySegment into = arena.allocate(data.length);

            assertThat(file.readFully(into, 3)).isEqualTo(data.length);
            assertThat(into.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(data);
            assertThat(calls).hasValueGreaterThan(2 * data.length / 7);
        }
    }

    @Test
    void write_thatTakesNothing_isAnErrorAndNoEndlessLoop() {
        SystemCalls host = HostSystemCalls.get();
        SystemCalls full =
                (scratch, call, arguments) -> call == SystemCall.PWRITEV2 ? 0 : host.call(scratch, call, arguments);
        try (RawFile file = RawFile.open(full, folder.resolve("full"), Access.WRITE, 0600, OpenFlag.CREATE)) {
            assertFails(Errno.EIO, () -> file.writeFully(bytes("x"), 0));
        }
    }

    @Test
    void write_flags_doWhatTheySay() {
        try (RawFile file = create("flags")) {
            file.writeFully(bytes("one"), 0);
            file.writeFully(List.of(bytes("two")), 0, IoFlags.APPEND.and(IoFlags.DATA_SYNC));
            file.writeFully(List.of(bytes("X")), 1, IoFlags.SYNC);

            assertThat(content(file)).isEqualTo("oXetwo");
            assertThatThrownBy(() -> file.writeFully(List.of(bytes("1234")), 0, IoFlags.ATOMIC))
                    .isInstanceOf(IllegalArgumentException.class);
            assertFails(Errno.EOPNOTSUPP, () -> file.write(bytes("x"), 0, new IoFlags(1 << 30)));
        }
    }

    @Test
    void uncached_whereTheFilesystemCannot_goesThroughTheCache() {
        Path memory = RealKernel.requireTmpfs();
        try (RawFile file = RawFile.open(memory, Access.READ_WRITE, 0600, OpenFlag.UNNAMED)) {
            file.writeFully(List.of(bytes("hello")), 0, IoFlags.UNCACHED);

            assertThat(file.isUncachedAvailable()).isFalse();
            assertThat(content(file)).isEqualTo("hello");
            // A flag that is refused for itself stays an error.
            assertFails(Errno.EOPNOTSUPP, () -> file.write(bytes("x"), 0, IoFlags.UNCACHED.and(new IoFlags(1 << 30))));
        }
    }

    @Test
    void uncached_refusedOnce_isNotAskedAgain() {
        SystemCalls host = HostSystemCalls.get();
        AtomicInteger asked = new AtomicInteger();
        SystemCalls old = (scratch, call, arguments) -> {
            if (call == SystemCall.PWRITEV2 && (arguments[5] & 0x80) != 0) {
                asked.incrementAndGet();
                return -Errno.EOPNOTSUPP.number();
            }
            return host.call(scratch, call, arguments);
        };
        try (RawFile file = RawFile.open(old, folder.resolve("old"), Access.READ_WRITE, 0600, OpenFlag.CREATE)) {
            for (int i = 0; i < 5; i++) {
                file.writeFully(List.of(bytes("ab")), 2L * i, IoFlags.UNCACHED.and(IoFlags.DATA_SYNC));
            }
            assertThat(content(file)).isEqualTo("ab".repeat(5));
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void uncached_fileThatCanOnlyBeWritten_isProbedAllTheSame() {
        try (RawFile both = create("both");
                RawFile writer = RawFile.open(folder.resolve("both"), Access.WRITE)) {
            assertThat(writer.isUncachedAvailable()).isEqualTo(both.isUncachedAvailable());
        }
    }

    @Test
    void tryRead_emptyPipe_isEmptyUntilThereAreBytes() {
        try (Pipes.Pair pipe = Pipes.open(HostSystemCalls.get(), "pipe", false)) {
            MemorySegment into = arena.allocate(8);
            assertThat(pipe.reader().tryRead(List.of(into), RawFile.NEXT, IoFlags.NONE))
                    .isEmpty();
            pipe.writer().writeFully(List.of(bytes("abc")), RawFile.NEXT, IoFlags.NONE);
            assertThat(pipe.reader().tryRead(List.of(into), RawFile.NEXT, IoFlags.NONE))
                    .hasValue(3);
        }
    }

    @Test
    void memory_thatTheKernelCannotBeGiven_neverReachesIt() {
        try (RawFile file = create("memory")) {
            MemorySegment heap = MemorySegment.ofArray(new byte[8]);
            assertThatThrownBy(() -> file.read(heap, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> file.write(List.of(heap), 0, IoFlags.NONE))
                    .isInstanceOf(IllegalArgumentException.class);
            MemorySegment gone;
            try (Arena closed = Arena.ofConfined()) {
                gone = closed.allocate(8);
            }
            assertThatThrownBy(() -> file.read(gone, 0)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void direct_atTheAlignmentThatIsTold_readsAndEndsAtTheEnd() {
        Path path = folder.resolve("direct");
        try (RawFile plain = RawFile.open(path, Access.READ_WRITE, OpenFlag.CREATE)) {
            plain.writeFully(arena.allocate(3 * BLOCK + 100).fill((byte) 5), 0);
            plain.sync();
            DirectIo limits = plain.directIo();
            org.junit.jupiter.api.Assumptions.assumeTrue(limits.isPossible(), "needs direct I/O in " + folder);
            try (RawFile direct = RawFile.open(path, Access.READ_WRITE, OpenFlag.DIRECT)) {
                int unit = limits.offsetAlignmentBytes();
                MemorySegment aligned = arena.allocate(4L * BLOCK, Math.max(BLOCK, limits.memoryAlignmentBytes()));
                assertThat(direct.readFully(aligned, 0)).isEqualTo(3 * BLOCK + 100);
                direct.writeFully(aligned.asSlice(0, unit).fill((byte) 9), unit);
                assertThat(direct.isUncachedAvailable()).isFalse();
                if (limits.isReported()) {
                    assertFails(Errno.EINVAL, () -> direct.read(aligned.asSlice(0, unit), unit / 2));
                }
            }
            MemorySegment one = arena.allocate(1);
            plain.readFully(one, limits.offsetAlignmentBytes());
            assertThat(one.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 9);
        }
    }

    @Test
    void ranges_punchedAndMoved_areFoundBySeeking() {
        try (RawFile file = create("ranges")) {
            file.allocate(RangeMode.ALLOCATE_KEEP_SIZE, 0, 4 * BLOCK);
            assertThat(file.sizeBytes()).isZero();
            file.writeFully(arena.allocate(8 * BLOCK).fill((byte) 1), 0);
            file.allocate(RangeMode.PUNCH_HOLE, 2 * BLOCK, BLOCK);

            assertThat(file.nextHole(0)).hasValue(2 * BLOCK);
            assertThat(file.nextData(2 * BLOCK)).hasValue(3 * BLOCK);
            assertThat(file.nextData(8 * BLOCK)).isEqualTo(OptionalLong.empty());

            file.allocate(RangeMode.COLLAPSE, 0, BLOCK);
            assertThat(file.nextHole(0)).hasValue(BLOCK);
            assertThat(file.sizeBytes()).isEqualTo(7 * BLOCK);
            file.allocate(RangeMode.INSERT, BLOCK, BLOCK);
            assertThat(file.nextData(BLOCK)).hasValue(3 * BLOCK);
            file.allocate(RangeMode.ZERO, 7 * BLOCK, 2 * BLOCK);
            assertThat(file.sizeBytes()).isEqualTo(9 * BLOCK);
            file.truncate(10);
            assertThat(file.sizeBytes()).isEqualTo(10);
            assertThatThrownBy(() -> file.allocate(RangeMode.COLLAPSE, 1, 1))
                    .hasMessageStartingWith("fallocate(COLLAPSE): ")
                    .hasMessageEndingWith("EINVAL (Invalid argument)");
        }
    }

    @Test
    void copy_ofARange_isTheBytes() {
        try (RawFile source = create("source");
                RawFile target = create("target")) {
            source.writeFully(bytes("0123456789"), 0);

            assertThat(source.copyTo(target, 3, 2, 4)).isEqualTo(4);
            assertThat(content(target)).isEqualTo("\0\0" + "3456");
            assertThat(source.copyTo(target, 8, 0, 1_000)).isEqualTo(2);
            assertThat(content(target)).isEqualTo("893456");
        }
    }

    @Test
    void unnamed_linked_hasItsContent() throws IOException {
        Path path = folder.resolve("named");
        try (RawFile file = RawFile.open(folder, Access.READ_WRITE, OpenFlag.UNNAMED)) {
            file.writeFully(bytes("whole"), 0);
            file.sync();
            assertThat(file.statx().links()).hasValue(0);
            file.linkAs(path);
            assertThat(Files.readString(path)).isEqualTo("whole");
            assertFails(Errno.EEXIST, () -> file.linkAs(path));
        }
    }

    @Test
    void locks_ofTwoOpens_excludeEachOther() {
        try (RawFile one = create("locked");
                RawFile two = RawFile.open(folder.resolve("locked"), Access.READ_WRITE)) {
            assertThat(one.tryLock(LockKind.SHARED)).isTrue();
            assertThat(two.tryLock(LockKind.SHARED)).isTrue();
            assertThat(one.tryLock(LockKind.EXCLUSIVE)).isFalse();
            two.unlock();
            assertThat(one.tryLock(LockKind.EXCLUSIVE)).isTrue();

            assertThat(one.tryLock(LockKind.EXCLUSIVE, 10, 10)).isTrue();
            assertThat(two.tryLock(LockKind.SHARED, 0, 11)).isFalse();
            assertThat(two.tryLock(LockKind.EXCLUSIVE, 20, 0)).isTrue();
            one.unlock(10, 5);
            assertThat(two.tryLock(LockKind.SHARED, 0, 11)).isTrue();
        }
    }

    @Test
    void syncsAndAdvice_areAccepted() {
        try (RawFile file = create("synced")) {
            file.writeFully(arena.allocate(BLOCK), 0);
            file.syncRange(0, 0, RangeSync.START);
            file.syncRange(0, BLOCK, RangeSync.WRITE_AND_WAIT);
            file.syncData();
            file.sync();
            file.syncFilesystem();
            for (CacheAdvice advice : CacheAdvice.values()) {
                file.advise(0, 0, advice);
            }
            assertThat(file.space()).satisfies(space -> {
                assertThat(space.blocks()).isPositive();
                assertThat(space.blocksAvailable()).isLessThanOrEqualTo(space.blocksFree());
                assertThat(space.nameBytesMax()).isEqualTo(255);
                assertThat(FilesystemSpace.of(folder).id()).isEqualTo(space.id());
            });
        }
        try (RawFile directory = RawFile.open(folder, Access.READ, OpenFlag.DIRECTORY)) {
            directory.sync();
        }
    }

    @Test
    void closed_isRefused() {
        RawFile file = create("closed");
        file.close();
        file.close();
        assertThatThrownBy(file::sync).isInstanceOf(IllegalStateException.class).hasMessageEndingWith("is closed");
        assertThatThrownBy(() -> file.read(arena.allocate(1), 0)).isInstanceOf(IllegalStateException.class);
    }

    private RawFile create(String name) {
        return RawFile.open(folder.resolve(name), Access.READ_WRITE, OpenFlag.CREATE);
    }

    private String content(RawFile file) {
        MemorySegment all = arena.allocate(file.sizeBytes());
        assertThat(file.readFully(all, 0)).isEqualTo(all.byteSize());
        return text(all);
    }

    private List<MemorySegment> pieces(byte[] data, Random random) {
        List<MemorySegment> pieces = new ArrayList<>();
        for (int at = 0; at < data.length; ) {
            int length = Math.min(data.length - at, random.nextInt(60));
            MemorySegment piece = arena.allocate(length);
            MemorySegment.copy(data, at, piece, ValueLayout.JAVA_BYTE, 0, length);
            pieces.add(piece);
            at += length;
        }
        return Collections.unmodifiableList(pieces);
    }

    private MemorySegment bytes(String text) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(MemorySegment segment) {
        return new String(segment.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    private static void assertFails(Errno errno, Runnable operation) {
        RealKernel.assertFails(errno, operation);
    }
}
