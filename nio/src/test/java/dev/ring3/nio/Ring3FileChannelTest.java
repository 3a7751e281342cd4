package dev.ring3.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.lock.ByteRange;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.LockKind;
import dev.ring3.fs.lock.LockOwner;
import dev.ring3.fs.lock.LockRequest;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.fs.lock.LockTable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels, beyond what the differential tests compare. */
@SuppressWarnings("try") // closes what a try would close later, to see what comes of it
final class Ring3FileChannelTest {
    private Ring3FileSystem fileSystem;
    private Path file;

    @TempDir
    private Path host;

    @BeforeEach
    void open() {
        fileSystem = Ring3FileSystems.inMemory();
        file = fileSystem.getPath("/f");
    }

    @AfterEach
    void close() throws IOException {
        fileSystem.close();
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    @Test
    void transfers_shareOrCopy_withinAndBetweenFileSystems() throws IOException {
        byte[] content = random(3_000_000);
        Files.write(file, content);
        Path copy = fileSystem.getPath("/copy");
        Path outside = host.resolve("outside");
        try (FileChannel source = FileChannel.open(file, READ);
                FileChannel target = FileChannel.open(copy, CREATE, WRITE);
                FileChannel there = FileChannel.open(outside, CREATE, WRITE)) {
            assertThat(source.transferTo(10, 5_000_000, target)).isEqualTo(content.length - 10);
            assertThat(target.position()).isEqualTo(content.length - 10);
            assertThat(target.transferFrom(source, 0, 100)).isEqualTo(100);
            assertThat(source.position()).isEqualTo(100);
            assertThat(target.transferFrom(source, 1L << 30, 100)).isZero();
            assertThat(source.transferTo(0, content.length, there)).isEqualTo(content.length);
            assertThat(source.transferTo(1L << 30, 10, there)).isZero();
            assertThatThrownBy(() -> target.transferTo(0, 1, there)).isInstanceOf(NonReadableChannelException.class);
            assertThatThrownBy(() -> source.transferFrom(source, 0, 1)).isInstanceOf(NonWritableChannelException.class);
        }
        assertThat(Files.readAllBytes(outside)).isEqualTo(content);
        byte[] copied = Files.readAllBytes(copy);
        assertThat(copied).hasSize(content.length - 10);
        assertThat(ByteBuffer.wrap(copied, 0, 100)).isEqualTo(ByteBuffer.wrap(content, 0, 100));
        assertThat(ByteBuffer.wrap(copied, 100, copied.length - 100))
                .isEqualTo(ByteBuffer.wrap(content, 110, content.length - 110));
    }

    @Test
    void direct_andHeapBuffers_bothWork_alsoLargerThanOneTransaction() throws IOException {
        byte[] content = random(FileBytes.WRITE_BYTES_MAX + 12_345);
        try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE)) {
            assertThat(channel.write(ByteBuffer.wrap(content))).isEqualTo(content.length);
            ByteBuffer direct = ByteBuffer.allocateDirect(content.length);
            assertThat(channel.read(direct, 0)).isEqualTo(content.length);
            assertThat(direct.flip()).isEqualTo(ByteBuffer.wrap(content));
        }
    }

    @Test
    void write_whereOnlySomeOfItFits_tellsHowMuch() throws IOException {
        long end = Long.MAX_VALUE - 4095; // the largest size of a file
        try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(new byte[10]);
            assertThat(channel.write(bytes, end - 4)).isEqualTo(4);
            assertThat(bytes.remaining()).isEqualTo(6);
            assertThatThrownBy(() -> channel.write(bytes, end)).isInstanceOf(IOException.class);
            channel.position(end - 3);
            ByteBuffer[] two = {ByteBuffer.wrap(new byte[2]), ByteBuffer.wrap(new byte[5])};
            assertThat(channel.write(two)).isEqualTo(3);
            assertThat(channel.position()).isEqualTo(end);
            assertThat(two[1].remaining()).isEqualTo(4);
            assertThatThrownBy(() -> channel.write(two)).isInstanceOf(IOException.class);
            assertThat(channel.size()).isEqualTo(end);
            assertThat(channel.read(two, 1, 1)).isEqualTo(-1);
        }
    }

    @Test
    void map_givesACopy_thatIsReadOnlyOrPrivate() throws IOException {
        Files.write(file, "0123456789".getBytes(UTF_8));
        try (FileChannel channel = FileChannel.open(file, READ, WRITE);
                FileChannel reader = FileChannel.open(file, READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment read = reader.map(MapMode.READ_ONLY, 2, 5, arena);
            assertThat(read.toArray(ValueLayout.JAVA_BYTE)).isEqualTo("23456".getBytes(UTF_8));
            assertThat(read.isReadOnly()).isTrue();
            MemorySegment own = channel.map(MapMode.PRIVATE, 8, 4, arena);
            own.set(ValueLayout.JAVA_BYTE, 0, (byte) 'x');
            assertThat(Files.size(file)).as("a private mapping makes room").isEqualTo(12);
            assertThat(Files.readString(file)).startsWith("0123456789");
            assertThatThrownBy(() -> channel.map(MapMode.READ_WRITE, 0, 1, arena))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> channel.map(MapMode.READ_ONLY, 0, 1))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> reader.map(MapMode.READ_ONLY, 0, 100, arena))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> reader.map(MapMode.PRIVATE, 0, 1, arena))
                    .isInstanceOf(NonWritableChannelException.class);
        }
    }

    @Test
    void locks_ofOneJvm_overlapOrDoNot() throws IOException {
        try (FileChannel one = FileChannel.open(file, CREATE, READ, WRITE);
                FileChannel other = FileChannel.open(file, READ, WRITE)) {
            FileLock lock = one.lock(0, 10, false);
            assertThat(lock.isValid()).isTrue();
            assertThatThrownBy(() -> other.tryLock(5, 10, true)).isInstanceOf(OverlappingFileLockException.class);
            assertThatThrownBy(() -> one.lock(9, 1, false)).isInstanceOf(OverlappingFileLockException.class);
            FileLock rest = other.lock(10, 0, true);
            assertThat(rest.size()).isEqualTo(Long.MAX_VALUE - 10);
            assertThat(rest.isShared()).isTrue();
            lock.release();
            lock.release();
            assertThat(lock.isValid()).isFalse();
            FileLock again = other.tryLock(0, 10, false);
            assertThat(again).isNotNull();
            other.close();
            assertThat(again.isValid()).isFalse();
            assertThatThrownBy(again::release).isInstanceOf(ClosedChannelException.class);
            assertThat(one.tryLock()).isNotNull();
        }
    }

    /** Another front end's lock is waited for; who waits can be interrupted, or the channel closed. */
    @Test
    void locks_ofOtherFrontEnds_areWaitedFor() throws Exception {
        try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE)) {
            LockTable table = fileSystem.session().vfs().locks();
            LockOwner client = new LockOwner(new Client(Client.Origin.FUSE, 1), 1);
            var node = ((Ring3FileChannel) channel).file().node();
            table.tryLock(node, LockSpace.RANGE, LockRequest.of(client, LockKind.EXCLUSIVE, ByteRange.ALL, 0));
            assertThat(channel.tryLock()).isNull();

            FutureTask<FileLock> interrupted = new FutureTask<>(channel::lock);
            Thread waiter = Thread.ofPlatform().start(interrupted);
            waiter.interrupt();
            assertThatThrownBy(interrupted::get).hasCauseInstanceOf(FileLockInterruptionException.class);
            assertThat(channel.isOpen()).isTrue();

            FutureTask<FileLock> granted = new FutureTask<>(channel::lock);
            Thread.ofPlatform().start(granted);
            table.unlock(node, LockSpace.RANGE, client, ByteRange.ALL);
            granted.get().release();

            table.tryLock(node, LockSpace.RANGE, LockRequest.of(client, LockKind.EXCLUSIVE, ByteRange.ALL, 0));
            FutureTask<FileLock> closed = new FutureTask<>(channel::lock);
            Thread last = Thread.ofPlatform().start(closed);
            while (last.getState() != Thread.State.WAITING && !closed.isDone()) {
                Thread.onSpinWait();
            }
            channel.close();
            assertThatThrownBy(closed::get).hasCauseInstanceOf(AsynchronousCloseException.class);
        }
    }

    @Test
    void interruptedThread_closesTheChannel() throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
                    .isInstanceOf(ClosedByInterruptException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void deleteOnClose_deletesThatFileAlone() throws IOException {
        try (FileChannel _ = FileChannel.open(file, CREATE, WRITE, DELETE_ON_CLOSE)) {
            assertThat(file).exists();
        }
        assertThat(file).doesNotExist();
        try (FileChannel _ = FileChannel.open(file, CREATE, WRITE, DELETE_ON_CLOSE)) {
            Files.delete(file);
            Files.createFile(file);
        }
        assertThat(file).as("another file of that name").exists();
    }

    @Test
    void asynchronousChannel_readsWritesAndLocks() throws Exception {
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(file, CREATE, READ, WRITE)) {
            assertThat(channel.write(ByteBuffer.wrap("hello".getBytes(UTF_8)), 3)
                            .get())
                    .isEqualTo(5);
            assertThat(channel.size()).isEqualTo(8);
            CompletableFuture<Integer> read = new CompletableFuture<>();
            ByteBuffer buffer = ByteBuffer.allocate(5);
            channel.read(buffer, 3, "attachment", new CompletionHandler<Integer, String>() {
                @Override
                public void completed(Integer result, String attachment) {
                    read.complete(result);
                }

                @Override
                public void failed(Throwable failure, String attachment) {
                    read.completeExceptionally(failure);
                }
            });
            assertThat(read.get()).isEqualTo(5);
            assertThat(new String(buffer.array(), UTF_8)).isEqualTo("hello");
            FileLock lock = channel.lock().get();
            assertThat(lock.acquiredBy()).isSameAs(channel);
            lock.release();
            channel.close();
            Future<Integer> late = channel.write(ByteBuffer.allocate(1), 0);
            assertThatThrownBy(late::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(ClosedChannelException.class);
        }
    }
}
