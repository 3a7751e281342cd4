package dev.ring3.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.ByteRange;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.LockKind;
import dev.ring3.fs.lock.LockOwner;
import dev.ring3.fs.lock.LockRequest;
import dev.ring3.fs.lock.LockResult;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.linux.Access;
import dev.ring3.linux.OpenFlag;
import dev.ring3.linux.RawFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What a kernel makes of a mounted volume, as programs see it. */
final class FuseMountTest {
    private static final Caller ROOT = Caller.local(Credentials.ROOT);
    private static final Duration SOON = Duration.ofSeconds(10);

    // The mount is in there until the last moment.
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private Volume volume;
    private Vfs vfs;
    private FuseMount mount;

    @BeforeEach
    void mount() {
        FuseHost.assume();
        volume = Volume.inMemory(2L << 30, VolumeOptions.DEFAULT);
        vfs = new Vfs(volume);
        mount = FuseMount.mount(vfs, directory, MountOptions.DEFAULT);
    }

    @AfterEach
    void unmount() throws IOException {
        if (mount != null) {
            mount.close();
            volume.close();
        }
        Files.deleteIfExists(directory);
    }

    @Test
    void files_areWrittenReadAndDeleted() throws IOException {
        byte[] content = new byte[3_000_001];
        new Random(1).nextBytes(content);
        Path file = directory.resolve("file");

        Files.write(file, content);

        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        assertThat(Files.size(file)).isEqualTo(content.length);
        Files.delete(file);
        assertThat(file).doesNotExist();
        assertThatThrownBy(() -> Files.delete(file)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void directories_listEveryEntryOnce() throws IOException {
        Path many = Files.createDirectory(directory.resolve("many"));
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < 1_000; i++) {
            String name = "entry-" + i + "x".repeat(i % 200);
            expected.add(name);
            Files.createFile(many.resolve(name));
        }

        try (Stream<Path> entries = Files.list(many)) {
            assertThat(entries.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
        assertThatThrownBy(() -> Files.delete(many)).isInstanceOf(DirectoryNotEmptyException.class);
    }

    @Test
    void rename_replacesAtomically_andRefusesWhatIsThereOnlyIfAsked() throws IOException {
        Path from = Files.writeString(directory.resolve("from"), "new");
        Path to = Files.writeString(directory.resolve("to"), "old");

        assertThatThrownBy(() -> Files.createFile(to)).isInstanceOf(FileAlreadyExistsException.class);
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);

        assertThat(from).doesNotExist();
        assertThat(Files.readString(to)).isEqualTo("new");
    }

    @Test
    void links_shareAnInode_andSymbolicOnesHaveTargets() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "content");
        Path link = Files.createLink(directory.resolve("link"), file);
        Path symbolic = Files.createSymbolicLink(directory.resolve("symbolic"), Path.of("file"));

        assertThat(Files.getAttribute(link, "unix:ino")).isEqualTo(Files.getAttribute(file, "unix:ino"));
        assertThat(Files.getAttribute(file, "unix:nlink")).isEqualTo(2);
        assertThat(Files.readSymbolicLink(symbolic)).isEqualTo(Path.of("file"));
        assertThat(Files.readString(symbolic)).isEqualTo("content");
    }

    @Test
    void attributes_areSetAndKept() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        FileTime time = FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z"));

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-x--x"));
        Files.setAttribute(file, "unix:uid", 1234);
        Files.setAttribute(file, "unix:gid", 5678);
        Files.setLastModifiedTime(file, time);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-x--x");
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(1234);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(5678);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
    }

    @Test
    void xattrs_areSetListedAndDeleted() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);

        view.write("colour", ByteBuffer.wrap("blue".getBytes(UTF_8)));
        assertThat(view.list()).containsExactly("colour");
        ByteBuffer value = ByteBuffer.allocate(view.size("colour"));
        view.read("colour", value);
        view.delete("colour");

        assertThat(value.array()).isEqualTo("blue".getBytes(UTF_8));
        assertThat(view.list()).isEmpty();
    }

    @Test
    void unlink_ofAnOpenFile_keepsItsContent() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "still there");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Files.delete(file);
            ByteBuffer content = ByteBuffer.allocate(64);
            channel.read(content, 0);
            channel.write(ByteBuffer.wrap("more".getBytes(UTF_8)), channel.size());

            assertThat(new String(content.array(), 0, content.position(), UTF_8))
                    .isEqualTo("still there");
            assertThat(channel.size()).isEqualTo(15);
        }
    }

    @Test
    void truncateAndHoles_readAsZeros() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "0123456789");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(4);
            channel.write(ByteBuffer.wrap(new byte[] {'x'}), 100_000);
        }

        byte[] content = Files.readAllBytes(file);
        assertThat(content).hasSize(100_001).startsWith('0', '1', '2', '3', 0).endsWith(0, 'x');
        assertThat(IntStream.range(4, 100_000).allMatch(i -> content[i] == 0)).isTrue();
    }

    @Test
    void mappedFile_isReadAndWritten() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[100_000]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
            mapped.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 99_999, (byte) 7);
            mapped.force();
        }

        assertThat(Files.readAllBytes(file)).endsWith(7);
    }

    @Test
    void changesByOthers_areSeenAtOnce() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "by the kernel");
        assertThat(directory.resolve("other")).doesNotExist();
        assertThat(Files.readString(file)).isEqualTo("by the kernel");
        Stat stat = vfs.names().lookup(ROOT, vfs.root(), Name.of("file"), StatMask.QUIET);

        write(stat, "by somebody");
        vfs.attributes().set(ROOT, stat.node(), AttrChange.NONE.withPermissions(0600), null);
        vfs.names().create(ROOT, vfs.root(), Name.of("other"), NewNode.of(FileType.REGULAR, 0644, 0, 0, 0));

        eventually(() -> Files.readString(file).equals("by somebodyel"));
        eventually(() -> Files.getPosixFilePermissions(file).size() == 2);
        eventually(() -> Files.exists(directory.resolve("other")));
        vfs.names().unlink(ROOT, vfs.root(), Name.of("other"));
        eventually(() -> !Files.exists(directory.resolve("other")));
    }

    @Test
    void locks_excludeOtherFrontEnds_andWaitForThem() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "content");
        Stat stat = vfs.names().lookup(ROOT, vfs.root(), Name.of("file"), StatMask.QUIET);
        LockOwner remote = new LockOwner(new Client(Client.Origin.NFS, 1), 1);
        LockRequest all = LockRequest.of(remote, LockKind.EXCLUSIVE, ByteRange.ALL, 0);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            FileLock lock = channel.lock(10, 5, false);
            assertThat(vfs.locks().tryLock(stat.node(), LockSpace.RANGE, all)).isInstanceOf(LockResult.Conflict.class);
            lock.release();

            assertThat(vfs.locks().tryLock(stat.node(), LockSpace.RANGE, all)).isInstanceOf(LockResult.Granted.class);
            assertThat(channel.tryLock(10, 5, false)).isNull();
            Thread waiting = Thread.ofPlatform().start(() -> {
                try {
                    channel.lock(10, 5, false);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            waiting.join(Duration.ofMillis(200));
            assertThat(waiting.isAlive()).isTrue();
            vfs.locks().unlock(stat.node(), LockSpace.RANGE, remote, ByteRange.ALL);
            assertThat(waiting.join(SOON)).isTrue();
        }
        // Closing the descriptor gave the lock back.
        assertThat(vfs.locks().tryLock(stat.node(), LockSpace.RANGE, all)).isInstanceOf(LockResult.Granted.class);
    }

    @Test
    void waitingForALock_isInterruptedBySignals() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "content");
        Stat stat = vfs.names().lookup(ROOT, vfs.root(), Name.of("file"), StatMask.QUIET);
        LockOwner remote = new LockOwner(new Client(Client.Origin.NFS, 1), 1);
        vfs.locks().tryLock(stat.node(), LockSpace.FLOCK, LockRequest.of(remote, LockKind.EXCLUSIVE, ByteRange.ALL, 0));

        Process flock = new ProcessBuilder("flock", file.toString(), "true").start();
        assertThat(flock.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();
        flock.destroy();

        assertThat(flock.waitFor(SOON)).isTrue();
    }

    @Test
    void otherUsers_mayNot() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "root's");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(shAs("nobody", "cat " + secret)).isNotZero();
        assertThat(shAs("nobody", "touch " + directory.resolve("x"))).isNotZero();
        assertThat(shAs("nobody", "ls " + directory)).isZero();
    }

    @Test
    void close_whileSomebodyIsInside_ends() throws Exception {
        Process inside =
                new ProcessBuilder("sleep", "60").directory(directory.toFile()).start();
        try {
            mount.close();
            assertThat(mount.isMounted()).isFalse();
        } finally {
            inside.destroyForcibly().waitFor();
        }
    }

    @Test
    void unmountBySomebodyElse_endsTheMount() throws Exception {
        assertThat(new ProcessBuilder("umount", directory.toString()).start().waitFor())
                .isZero();

        eventually(() -> !mount.isMounted());
    }

    private void write(Stat stat, String text) {
        OpenFile file = vfs.files().open(ROOT, stat.node(), OpenHow.of(Use.WRITE));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(text, UTF_8);
            vfs.files().write(ROOT, file, 0, bytes.asSlice(0, bytes.byteSize() - 1));
        }
        vfs.files().close(file);
    }

    private static int shAs(String user, String command) throws IOException, InterruptedException {
        return new ProcessBuilder("setpriv", "--reuid", user, "--clear-groups", "sh", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** A condition that asks the filesystem. */
    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void eventually(Condition condition) throws IOException {
        long deadlineNanos = System.nanoTime() + SOON.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("still not after %s", SOON).isLessThan(deadlineNanos);
            Thread.onSpinWait();
        }
    }

    /** What the kernel asks for at once comes from where the volume's cache has it. */
    @Test
    void read_ofAMebibytePastTheKernelsCache_isWhole() throws IOException {
        byte[] content = new byte[(3 << 20) + 5];
        new Random(9).nextBytes(content);
        Files.write(directory.resolve("f"), content);
        try (RawFile file = RawFile.open(directory.resolve("f"), Access.READ, OpenFlag.DIRECT);
                Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(4 << 20, 4096);
            long read = file.readFully(into, 0);
            assertThat(read).isEqualTo(content.length);
            assertThat(into.asSlice(0, read).mismatch(MemorySegment.ofArray(content)))
                    .isEqualTo(-1);
        }
    }
}
