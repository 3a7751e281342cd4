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
import dev.ring3.fs.StatMask;
import dev.ring3.fs.WriteOptions;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Files of up to 8 EiB less a block, and what is asked beyond. */
class LargeOffsetTest {
    private static final long MAX = Long.MAX_VALUE - 4095;
    private static final int BLOCK = 4096;

    private final TestDisk disk = new TestDisk();
    private Volume volume = disk.open();
    private final NodeId file = create("f");
    private OpenNode open = volume.open(file);

    @AfterEach
    void reopen_check_close() {
        long size = size(file);
        open.close();
        volume.close();
        volume = disk.open();
        assertThat(volume.check().findings()).isEmpty();
        assertThat(size(file)).isEqualTo(size);
        volume.close();
    }

    private NodeId create(String name) {
        return volume.create(volume.root(), Name.of(name), NewNode.of(FileType.REGULAR, 0666, 0, 1, 1), Guard.NONE)
                .node()
                .node();
    }

    private long size(NodeId node) {
        return volume.stat(node, StatMask.ALL).sizeBytes();
    }

    private long write(long offset, int count) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) 7);
        return volume.write(open, offset, MemorySegment.ofArray(bytes), WriteOptions.PLAIN)
                .lengthBytes();
    }

    private byte[] read(long offset, int count) {
        byte[] bytes = new byte[count];
        long length = volume.read(open, offset, MemorySegment.ofArray(bytes));
        return Arrays.copyOf(bytes, (int) length);
    }

    private static void assertErrno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    /** As {@code generic_write_checks_count} of the kernel: what fits is written, and nothing fits at the end. */
    @Test
    void write_atTheEnd_writesWhatFits() {
        assertThat(write(MAX - 10, 10)).isEqualTo(10);
        assertThat(size(file)).isEqualTo(MAX);
        assertThat(write(MAX - 5, 10)).isEqualTo(5);
        assertErrno(Errno.EFBIG, () -> write(MAX, 1));
        assertErrno(Errno.EFBIG, () -> write(Long.MAX_VALUE, 1));
        assertErrno(Errno.EINVAL, () -> write(-1, 1));
        assertThat(write(MAX, 0)).isZero();
        WriteOptions append = new WriteOptions(true, WriteOptions.Sync.NONE, false);
        assertErrno(Errno.EFBIG, () -> volume.write(open, 0, MemorySegment.ofArray(new byte[1]), append));
        assertThat(read(MAX - 12, 100)).isEqualTo(new byte[] {0, 0, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7});
        assertThat(size(file)).isEqualTo(MAX);
    }

    @Test
    void read_aroundTheEnd_isShortOrEmpty() {
        volume.setAttributes(file, AttrChange.NONE.withSize(MAX), Guard.NONE);
        assertThat(read(MAX - 3, 10)).isEqualTo(new byte[3]);
        assertThat(read(MAX, 10)).isEmpty();
        assertThat(read(Long.MAX_VALUE, 10)).isEmpty();
        assertErrno(Errno.EINVAL, () -> read(-1, 1));
    }

    @Test
    void truncate_toTheEndAndBeyond() {
        volume.setAttributes(file, AttrChange.NONE.withSize(MAX), Guard.NONE);
        assertErrno(Errno.EFBIG, () -> volume.setAttributes(file, AttrChange.NONE.withSize(MAX + 1), Guard.NONE));
        assertErrno(
                Errno.EFBIG, () -> volume.setAttributes(file, AttrChange.NONE.withSize(Long.MAX_VALUE), Guard.NONE));
        assertErrno(Errno.EINVAL, () -> volume.setAttributes(file, AttrChange.NONE.withSize(-1), Guard.NONE));
        write(MAX - BLOCK, BLOCK);
        volume.setAttributes(file, AttrChange.NONE.withSize(5), Guard.NONE);
        assertThat(volume.stat(file, StatMask.ALL).allocatedBytes()).isZero();
        volume.setAttributes(file, AttrChange.NONE.withSize(MAX), Guard.NONE);
        assertThat(read(MAX - 8, 8)).isEqualTo(new byte[8]);
    }

    @Test
    void seek_inAHugeHole_findsTheOnlyBlock() {
        write(MAX - BLOCK, BLOCK);
        assertThat(volume.seekData(open, 0)).isEqualTo(MAX - BLOCK);
        assertThat(volume.seekHole(open, 0)).isZero();
        assertThat(volume.seekHole(open, MAX - BLOCK)).isEqualTo(MAX);
        assertErrno(Errno.ENXIO, () -> volume.seekData(open, MAX));
        assertErrno(Errno.ENXIO, () -> volume.seekHole(open, Long.MAX_VALUE));
    }

    @Test
    void allocate_atTheEndAndBeyond() {
        volume.allocate(open, AllocateMode.ALLOCATE, MAX - BLOCK, BLOCK, false);
        assertThat(size(file)).isEqualTo(MAX);
        write(MAX - 2 * BLOCK, 2 * BLOCK);
        volume.allocate(open, AllocateMode.PUNCH_HOLE, MAX - BLOCK - 7, BLOCK + 7, false);
        assertThat(read(MAX - BLOCK - 8, 9)).isEqualTo(new byte[] {7, 0, 0, 0, 0, 0, 0, 0, 0});
        volume.allocate(open, AllocateMode.ZERO_RANGE, MAX - BLOCK, BLOCK, false);
        for (AllocateMode mode : AllocateMode.values()) {
            assertErrno(Errno.EFBIG, () -> volume.allocate(open, mode, MAX - BLOCK, BLOCK + 1L, false));
            assertErrno(Errno.EFBIG, () -> volume.allocate(open, mode, BLOCK, Long.MAX_VALUE, false));
            assertErrno(Errno.EINVAL, () -> volume.allocate(open, mode, -1, BLOCK, false));
            assertErrno(Errno.EINVAL, () -> volume.allocate(open, mode, 0, 0, false));
        }
        assertErrno(Errno.EFBIG, () -> volume.allocate(open, AllocateMode.INSERT_RANGE, 0, BLOCK, false));
        volume.allocate(open, AllocateMode.COLLAPSE_RANGE, 0, BLOCK, false);
        assertThat(size(file)).isEqualTo(MAX - BLOCK);
        volume.allocate(open, AllocateMode.INSERT_RANGE, BLOCK, BLOCK, false);
        assertThat(size(file)).isEqualTo(MAX);
        // What a punch beyond the end of a file asks for is there already.
        volume.setAttributes(file, AttrChange.NONE.withSize(100), Guard.NONE);
        volume.allocate(open, AllocateMode.PUNCH_HOLE, MAX - BLOCK, BLOCK, false);
        assertThat(size(file)).isEqualTo(100);
    }

    @Test
    void clone_fromAndToTheEnd() {
        write(0, 3 * BLOCK);
        volume.cloneRange(open, 0, open, MAX - 3 * BLOCK, 3 * BLOCK, false);
        assertThat(size(file)).isEqualTo(MAX);
        assertThat(read(MAX - 2, 10)).isEqualTo(new byte[] {7, 7});
        NodeId other = create("other");
        try (OpenNode into = volume.open(other)) {
            volume.cloneRange(open, MAX - 3 * BLOCK, into, 0, 3 * BLOCK, false);
            assertThat(size(other)).isEqualTo(3 * BLOCK);
            assertErrno(Errno.EFBIG, () -> volume.cloneRange(open, 0, into, MAX - BLOCK, 2 * BLOCK, false));
            assertErrno(Errno.EINVAL, () -> volume.cloneRange(open, MAX - BLOCK, into, 0, 2 * BLOCK, false));
        }
    }
}
