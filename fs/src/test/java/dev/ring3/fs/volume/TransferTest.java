package dev.ring3.fs.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.AllocateMode;
import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.OpenNode;
import dev.ring3.fs.PosixAcl;
import dev.ring3.fs.RenameGuard;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.WriteOptions;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.testkit.TreeImage;
import dev.ring3.fs.transfer.FrameReader;
import dev.ring3.fs.transfer.TransferFrame;
import dev.ring3.fs.transfer.TransferPosition;
import dev.ring3.linux.Errno;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransferTest {
    private static final NewNode DIRECTORY = NewNode.of(FileType.DIRECTORY, 0777, 022, 1, 1);
    private static final NewNode FILE = NewNode.of(FileType.REGULAR, 0666, 022, 1, 1);

    private final TestDisk there = new TestDisk();
    private TestDisk here = new TestDisk();
    private Volume source;
    private Volume target;
    private NodeId root;
    private SubvolumeId main;

    @BeforeEach
    void open() {
        source = there.open();
        target = here.open();
        root = source.root();
        main = root.subvolume();
    }

    @AfterEach
    void checkAndClose() {
        assertThat(source.check().findings()).isEmpty();
        assertThat(target.check().findings()).isEmpty();
        source.close();
        target.close();
    }

    @Test
    void everyKindOfInode_isTheSame() {
        everything();
        SubvolumeId snapshot = snapshot("s");
        byte[] stream = send(SendRequest.of(snapshot));
        SubvolumeId received = receive(stream, "r");
        requireSame(snapshot, received);
        assertThat(target.subvolumes().info(received).readOnly()).isTrue();
        target.close();
        target = here.open();
        requireSame(snapshot, received);
        assertThat(target.subvolumes().info(received).referencedBytes())
                .isEqualTo(source.subvolumes().info(snapshot).referencedBytes());
        assertErrno(Errno.EROFS, () -> target.unlink(NodeId.rootOf(received), Name.of("hard1"), Guard.NONE));
    }

    @Test
    void sharedBlocks_areSharedAgain() {
        NodeId a = create(root, "a");
        byte[] data = random(40 * 4096 + 100, 1);
        write(a, 0, data);
        NodeId b = create(root, "b");
        clone(a, 0, b, 0, data.length);
        clone(a, 8192, b, 50 * 4096, 4 * 4096);
        SubvolumeId snapshot = snapshot("s");
        byte[] stream = send(SendRequest.of(snapshot));
        long sent = frames(stream).stream()
                .mapToLong(frame -> frame instanceof TransferFrame.Data(long at, byte[] bytes) ? bytes.length : 0)
                .sum();
        // The last block of b is whole, since b goes on.
        assertThat(sent).as("bytes of data sent").isEqualTo(data.length + 4096);
        requireSame(snapshot, receive(stream, "r"));
        long used = target.space(target.root()).totalBytes()
                - target.space(target.root()).freeBytes();
        assertThat(used).isLessThanOrEqualTo(43 * 4096);
    }

    @Test
    void increment_withEveryChange_isTheSame() {
        everything();
        SubvolumeId first = snapshot("s1");
        SubvolumeId received = receive(send(SendRequest.of(first)), "r1");
        change();
        SubvolumeId second = snapshot("s2");
        byte[] increment = send(SendRequest.of(second).since(first));
        SubvolumeId next = receive(increment, "r2");
        requireSame(first, received);
        requireSame(second, next);
        // What was sent is what differs: neither a big file that stayed nor one that changed in a block.
        assertThat(increment.length).isLessThan(40_000);
        SubvolumeId back = receive(send(SendRequest.of(first).since(second)), "r3");
        requireSame(first, back);
        assertThat(target.subvolumes().info(next).origin()).isEqualTo(received);
    }

    @Test
    void increment_sentBackToWhereItCameFrom_findsItsParent() {
        everything();
        SubvolumeId first = snapshot("s1");
        SubvolumeId received = receive(send(SendRequest.of(first)), "r1");
        SubvolumeId copy = target.subvolumes().snapshot(received, Name.of("work"), false);
        NodeId made = target.create(NodeId.rootOf(copy), Name.of("made there"), FILE, Guard.NONE)
                .node()
                .node();
        assertThat(TreeImage.of(target, received).values())
                .as("numbers of what was received")
                .noneMatch(
                        line -> line.startsWith("ino %d ".formatted(made.ino().value())));
        SubvolumeId second = target.subvolumes().snapshot(copy, Name.of("s2"), true);
        create(root, "a number that is used in both");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        target.subvolumes().send(SendRequest.of(second).since(received), out);
        SubvolumeId back = source.subvolumes()
                .receive(root, Name.of("back"), Guard.NONE, new ByteArrayInputStream(out.toByteArray()));
        assertThat(TreeImage.of(source, back)).isEqualTo(TreeImage.of(target, second));
    }

    @Test
    void cutStream_leavesAPosition_fromWhichTheRestIsSent() {
        everything();
        write(create(root, "big"), 0, random(700_000, 7));
        SubvolumeId first = snapshot("s1");
        change();
        SubvolumeId second = snapshot("s2");
        receiveInPieces(SendRequest.of(first), "r1", 37);
        requireSame(first, find("r1"));
        receiveInPieces(SendRequest.of(second).since(first), "r2", 23);
        requireSame(second, find("r2"));
    }

    /** Cuts the stream at many places, and each time goes on with one that is made from there, or with the same one. */
    private void receiveInPieces(SendRequest request, String name, int pieces) {
        int whole = send(request).length;
        TransferPosition position = TransferPosition.START;
        for (int i = 0; i < pieces; i++) {
            byte[] rest = send(i % 3 == 0 ? request : request.from(position));
            int cut = Math.min(rest.length - 1, 200 + (i % 3 == 0 ? i : 1) * whole / pieces);
            byte[] part = Arrays.copyOf(rest, cut);
            assertErrno(Errno.EBADMSG, () -> receive(part, name));
            SubvolumeId partial = find(name);
            ReceivedState state = target.subvolumes().received(partial).orElseThrow();
            assertThat(state.isComplete()).isFalse();
            assertThat(state.position()).isGreaterThanOrEqualTo(position);
            position = state.position();
            assertThat(target.check().findings()).isEmpty();
            assertThat(target.subvolumes().info(partial).readOnly()).isTrue();
            assertErrno(Errno.EROFS, () -> target.create(NodeId.rootOf(partial), Name.of("x"), FILE, Guard.NONE));
            assertErrno(Errno.EBUSY, () -> target.subvolumes().snapshot(partial, Name.of("x"), true));
            if (i % 4 == 3) {
                target.close();
                target = here.open();
            }
        }
        receive(send(request.from(position)), name);
    }

    @Test
    void roomThatIsMissing_leavesAPosition_beforeWhatFailed() {
        write(create(root, "big"), 0, random(2_000_000, 7));
        SubvolumeId first = snapshot("s1");
        byte[] whole = send(SendRequest.of(first));
        assertErrno(Errno.EBADMSG, () -> receive(Arrays.copyOf(whole, 300_000), "r1"));
        SubvolumeId partial = find("r1");
        target.subvolumes().setQuota(partial, 1_000_000, -1);
        assertErrno(Errno.EDQUOT, () -> receive(whole, "r1"));
        target.subvolumes().setQuota(partial, -1, -1);
        TransferPosition position =
                target.subvolumes().received(partial).orElseThrow().position();

        receive(send(SendRequest.of(first).from(position)), "r1");

        assertThat(position.offsetBytes()).isBetween(300_000L, 1_000_000L);
        requireSame(first, partial);
    }

    @Test
    void damagedStream_isRefused_whereverItIsDamaged() {
        directory(root, "d");
        write(create(root, "f"), 0, random(5000, 3));
        source.setXattr(
                find(source, root, "f"), XattrName.parse("user.x"), new byte[] {1, 2}, XattrMode.ANY, Guard.NONE);
        byte[] stream = send(SendRequest.of(snapshot("s")));
        for (int at = 0; at < stream.length; at += at < 600 ? 1 : 97) {
            byte[] damaged = stream.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            assertThatThrownBy(() -> receive(damaged, "r"))
                    .as("byte %d", at)
                    .isInstanceOfSatisfying(
                            FsException.class, e -> assertThat(e.errno()).isIn(Errno.EBADMSG, Errno.EOPNOTSUPP));
            if (target.find(target.root(), Name.of("r"), StatMask.QUIET) != null) {
                target.subvolumes().delete(find("r"));
            }
        }
        requireSame(source.subvolumes().list().getLast().id(), receive(stream, "r"));
    }

    @Test
    void wrongParent_andWhatDoesNotFollow_areRefused() {
        everything();
        SubvolumeId first = snapshot("s1");
        change();
        SubvolumeId second = snapshot("s2");
        byte[] increment = send(SendRequest.of(second).since(first));
        assertErrno(Errno.EINVAL, () -> receive(increment, "r"));
        assertThat(target.find(target.root(), Name.of("r"), StatMask.QUIET)).isNull();
        assertErrno(Errno.EINVAL, () -> receive(send(SendRequest.of(first).from(new TransferPosition(2, 9, 0))), "r"));
        receive(send(SendRequest.of(first)), "r1");
        assertErrno(Errno.EEXIST, () -> receive(increment, "r1"));
        assertErrno(Errno.EBADMSG, () -> receive(Arrays.copyOf(increment, increment.length - 40), "r2"));
        assertErrno(Errno.EINVAL, () -> receive(send(SendRequest.of(first)), "r2"));
        // A parent that was changed is not the parent any more.
        target.subvolumes().setReadOnly(find("r1"), false);
        target.subvolumes().setReadOnly(find("r1"), true);
        assertErrno(Errno.EINVAL, () -> receive(increment, "r3"));
        receive(send(SendRequest.of(second).since(first).from(received("r2"))), "r2");
        requireSame(second, find("r2"));
    }

    private TransferPosition received(String name) {
        return target.subvolumes().received(find(name)).orElseThrow().position();
    }

    @Test
    void whatCanBeWrittenTo_isNotSent_andWhatIsSentIsNotDeleted() {
        create(root, "f");
        assertErrno(Errno.EINVAL, () -> send(SendRequest.of(main)));
        SubvolumeId other = source.subvolumes().create(root, Name.of("other"), DIRECTORY, Guard.NONE);
        SubvolumeId unrelated = source.subvolumes().snapshot(other, Name.of("s"), true);
        SubvolumeId first = snapshot("s1");
        assertErrno(Errno.EINVAL, () -> send(SendRequest.of(first).since(unrelated)));
        source.subvolumes().send(SendRequest.of(first), new ByteArrayOutputStream() {
            @Override
            public void flush() {
                assertErrno(Errno.EBUSY, () -> source.subvolumes().delete(first));
                assertErrno(Errno.EBUSY, () -> source.subvolumes().setReadOnly(first, false));
            }
        });
        source.subvolumes().delete(first);
    }

    @Test
    void placesOfOtherSubvolumes_areLeftOut() {
        NodeId d = directory(root, "d");
        SubvolumeId other = source.subvolumes().create(d, Name.of("other"), DIRECTORY, Guard.NONE);
        create(NodeId.rootOf(other), "inside");
        create(d, "f");
        SubvolumeId snapshot = snapshot("s");
        requireSame(snapshot, receive(send(SendRequest.of(snapshot)), "r"));
    }

    @Test
    void crashAtEveryBatch_ofAReceive_canBeGoneOnWith() {
        everything();
        SubvolumeId snapshot = snapshot("s");
        byte[] stream = send(SendRequest.of(snapshot));
        List<TestDisk> crashes = new ArrayList<>();
        Random random = new Random(5);
        here.store().whenWritten(() -> {
            if (random.nextInt(3) == 0) {
                crashes.add(here.afterCrash(here.store().lastWritten()));
            }
        });
        receive(stream, "r");
        here.store().whenWritten(() -> {});
        assertThat(crashes).hasSizeGreaterThan(10);
        Map<String, String> expected = TreeImage.of(source, snapshot);
        for (TestDisk crashed : crashes) {
            try (Volume volume = crashed.open()) {
                assertThat(volume.check().findings()).isEmpty();
                NodeId there = find(volume, volume.root(), "r");
                SubvolumeControl control = volume.subvolumes();
                if (!control.received(there.subvolume()).orElseThrow().isComplete()) {
                    control.receive(volume.root(), Name.of("r"), Guard.NONE, new ByteArrayInputStream(stream));
                }
                assertThat(TreeImage.of(volume, there.subvolume())).isEqualTo(expected);
                assertThat(volume.check().findings()).isEmpty();
            }
        }
    }

    /** One of everything. */
    private void everything() {
        NodeId d = directory(root, "d");
        NodeId deep = directory(d, "deep");
        write(create(deep, "text"), 0, "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        NodeId sparse = create(root, "sparse");
        write(sparse, 1 << 20, random(9000, 2));
        write(sparse, 5, random(100, 3));
        allocate(sparse, AllocateMode.PUNCH_HOLE, (1 << 20) + 4096, 4096);
        NodeId promised = create(root, "promised");
        write(promised, 0, random(4096, 4));
        allocate(promised, AllocateMode.ALLOCATE_KEEP_SIZE, 0, 10 * 4096);
        write(create(root, "stays"), 0, random(300_000, 5));
        NodeId hard = create(root, "hard1");
        source.link(hard, d, Name.of("hard2"), Guard.NONE);
        source.link(hard, deep, Name.of("hard3"), Guard.NONE);
        make(root, "link", NewNode.symlink("d/deep/text".getBytes(java.nio.charset.StandardCharsets.UTF_8), 3, 4));
        make(root, "fifo", NewNode.of(FileType.FIFO, 0640, 0, 5, 6));
        make(root, "socket", NewNode.of(FileType.SOCKET, 0755, 0, 0, 0));
        make(root, "block", NewNode.device(FileType.BLOCK_DEVICE, 0600, 0, 0, 6, 8, 17));
        make(root, "character", NewNode.device(FileType.CHARACTER_DEVICE, 0666, 0, 0, 0, 1, 3));
        byte[] odd = {(byte) 0xff, 1, ' ', (byte) 0x80};
        source.create(root, Name.of(odd), FILE, Guard.NONE);
        xattr(hard, "user.one", 10);
        xattr(hard, "trusted.two", 60_000);
        xattr(d, "security.three", 0);
        PosixAcl acl = PosixAcl.ofMode(0640).withMode(0640);
        source.setAccessAcl(hard, named(acl), false, Guard.NONE);
        source.setDefaultAcl(d, named(acl), Guard.NONE);
        create(d, "inherits");
        AttrChange.TimeChange long_ago = new AttrChange.At(Instant.ofEpochSecond(-12_345, 678));
        source.setAttributes(
                sparse,
                AttrChange.NONE
                        .withPermissions(04751)
                        .withOwner(-2, 77)
                        .withTimes(long_ago, long_ago)
                        .withFlags(StatFlags.NO_DUMP | StatFlags.IMMUTABLE),
                Guard.NONE);
        try (OpenNode nameless = source.createNameless(root, FILE, Guard.NONE)) {
            source.write(nameless, 0, MemorySegment.ofArray(new byte[10]), WriteOptions.PLAIN);
            source.subvolumes().snapshot(main, Name.of("with an orphan"), true);
        }
    }

    private static PosixAcl named(PosixAcl base) {
        List<PosixAcl.Entry> entries = new ArrayList<>(base.entries());
        entries.add(1, new PosixAcl.Entry(PosixAcl.Tag.USER, 42, 6));
        entries.add(3, new PosixAcl.Entry(PosixAcl.Tag.MASK, -1, 6));
        return new PosixAcl(entries);
    }

    /** Changes of everything that {@link #everything} made. */
    private void change() {
        NodeId d = find(source, root, "d");
        NodeId deep = find(source, d, "deep");
        // Two directories change places, and one gets into the other.
        NodeId e = directory(root, "e");
        rename(d, "deep", root, "deep", RenameMode.REPLACE);
        rename(root, "d", deep, "d", RenameMode.REPLACE);
        rename(root, "deep", root, "e", RenameMode.EXCHANGE);
        assertThat(e).isEqualTo(find(source, root, "deep"));
        source.unlink(root, Name.of("hard1"), Guard.NONE);
        rename(d, "hard2", root, "hard1", RenameMode.REPLACE);
        NodeId sparse = find(source, root, "sparse");
        source.setAttributes(sparse, AttrChange.NONE.withFlags(0).withSize(1L << 19), Guard.NONE);
        source.setAttributes(sparse, AttrChange.NONE.withSize(1L << 20), Guard.NONE);
        write(sparse, 200_000, random(5000, 9));
        NodeId stays = find(source, root, "stays");
        write(stays, 40_960, random(4096, 10));
        allocate(stays, AllocateMode.PUNCH_HOLE, 81_920, 8192);
        allocate(stays, AllocateMode.ZERO_RANGE, 122_880, 4096);
        source.unlink(root, Name.of("fifo"), Guard.NONE);
        make(root, "fifo", NewNode.of(FileType.DIRECTORY, 0700, 0, 5, 6));
        NodeId hard = find(source, root, "hard1");
        source.removeXattr(hard, XattrName.parse("trusted.two"), Guard.NONE);
        xattr(hard, "user.one", 11);
        source.setAccessAcl(hard, null, false, Guard.NONE);
        source.setAttributes(hard, AttrChange.NONE.withPermissions(0600), Guard.NONE);
        source.unlink(d, Name.of("inherits"), Guard.NONE);
        source.setDefaultAcl(d, null, Guard.NONE);
        NodeId gone = directory(root, "gone and back");
        create(gone, "x");
        source.unlink(gone, Name.of("x"), Guard.NONE);
        source.rmdir(root, Name.of("gone and back"), Guard.NONE);
    }

    private SubvolumeId snapshot(String name) {
        return source.subvolumes().snapshot(main, Name.of(name), true);
    }

    private byte[] send(SendRequest request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        source.subvolumes().send(request, out);
        return out.toByteArray();
    }

    private SubvolumeId receive(byte[] stream, String name) {
        return target.subvolumes().receive(target.root(), Name.of(name), Guard.NONE, new ByteArrayInputStream(stream));
    }

    private static List<TransferFrame> frames(byte[] stream) {
        FrameReader reader = new FrameReader(new ByteArrayInputStream(stream));
        List<TransferFrame> frames = new ArrayList<>();
        do {
            frames.add(reader.next());
        } while (!(frames.getLast() instanceof TransferFrame.End));
        return frames;
    }

    private void requireSame(SubvolumeId sent, SubvolumeId received) {
        assertThat(TreeImage.of(target, received)).isEqualTo(TreeImage.of(source, sent));
    }

    private SubvolumeId find(String name) {
        return find(target, target.root(), name).subvolume();
    }

    private static NodeId find(Volume volume, NodeId directory, String name) {
        return Objects.requireNonNull(volume.find(directory, Name.of(name), StatMask.QUIET), name)
                .node();
    }

    private void make(NodeId directory, String name, NewNode node) {
        source.create(directory, Name.of(name), node, Guard.NONE);
    }

    private NodeId create(NodeId directory, String name) {
        return source.create(directory, Name.of(name), FILE, Guard.NONE).node().node();
    }

    private NodeId directory(NodeId directory, String name) {
        return source.create(directory, Name.of(name), DIRECTORY, Guard.NONE)
                .node()
                .node();
    }

    private void rename(NodeId from, String name, NodeId to, String newName, RenameMode mode) {
        source.rename(from, Name.of(name), to, Name.of(newName), mode, RenameGuard.NONE);
    }

    private void xattr(NodeId node, String name, int bytes) {
        source.setXattr(node, XattrName.parse(name), random(bytes, bytes), XattrMode.ANY, Guard.NONE);
    }

    private static byte[] random(int bytes, long seed) {
        byte[] data = new byte[bytes];
        new Random(seed).nextBytes(data);
        return data;
    }

    private void write(NodeId file, long offset, byte[] bytes) {
        try (OpenNode open = source.open(file)) {
            source.write(open, offset, MemorySegment.ofArray(bytes), WriteOptions.PLAIN);
        }
    }

    private void allocate(NodeId file, AllocateMode mode, long offset, long length) {
        try (OpenNode open = source.open(file)) {
            source.allocate(open, mode, offset, length, false);
        }
    }

    private void clone(NodeId from, long offset, NodeId to, long targetOffset, long length) {
        try (OpenNode open = source.open(from);
                OpenNode into = source.open(to)) {
            source.cloneRange(open, offset, into, targetOffset, length, false);
        }
    }

    private static void assertErrno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
