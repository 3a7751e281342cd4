package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * A file as the kernel knows it: what {@link java.nio.channels.FileChannel} cannot ask for. Positional and vectored reads
 * and writes with {@link IoFlags}, direct I/O at the device's real alignment, ranges, clones, locks.
 *
 * <p>Owns its descriptor. Thread-safe: reads and writes at different places run at once, and a close that meets calls in
 * flight takes effect after them. Calls block the thread that makes them, and pin a virtual one: make them from platform
 * threads.
 *
 * <p>Memory is off-heap and stays open until the call is over; its owner sees to that. A call interrupted by a signal
 * is repeated. Every failure is a {@link LinuxException}.
 */
public final class RawFile implements AutoCloseable {
    /** In place of an offset: where the last such call ended. For pipes and devices, which have no other. */
    public static final long NEXT = -1;

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int PERMISSIONS_DEFAULT = 0666;

    private final SystemCalls calls;
    private final OwnedDescriptor descriptor;
    private final Transfers transfers;

    RawFile(SystemCalls calls, int descriptor, String object, boolean direct) {
        this.calls = calls;
        this.descriptor = new OwnedDescriptor(calls, descriptor, object);
        this.transfers = new Transfers(calls, this.descriptor, direct);
    }

    /**
     * Opens a file; a new one may be read and written by everybody whom the process's umask leaves.
     *
     * @throws LinuxException with {@link Errno#ENOENT}, {@link Errno#EACCES}, {@link Errno#EEXIST} and so on;
     *     {@link Errno#EINVAL} for {@link OpenFlag#DIRECT} on a filesystem without it
     * @throws UnsupportedHostException if no system calls of Linux can be made
     */
    public static RawFile open(Path path, Access access, OpenFlag... flags) {
        return open(path, access, PERMISSIONS_DEFAULT, flags);
    }

    /**
     * Opens a file.
     *
     * @param permissions of a new file, less the process's umask: {@code 0640}
     */
    public static RawFile open(Path path, Access access, int permissions, OpenFlag... flags) {
        return open(HostSystemCalls.get(), path, access, permissions, flags);
    }

    static RawFile open(SystemCalls calls, Path path, Access access, int permissions, OpenFlag... flags) {
        List<OpenFlag> all = Arrays.asList(flags);
        int bits = OpenFlag.bits(Architecture.host(), all) | access.bits();
        try (CallMemory memory = CallMemory.open()) {
            MemorySegment name = memory.cString(PathBytes.of(path));
            long fd = Retry.whileInterrupted(
                    () -> calls.call(memory, SystemCall.OPENAT, AT_FDCWD, name.address(), bits, permissions));
            String object = path.toString();
            LinuxException.require(fd, "openat", object);
            return new RawFile(calls, (int) fd, object, all.contains(OpenFlag.DIRECT));
        }
    }

    /**
     * Takes ownership of a descriptor that came from elsewhere and that nobody else closes.
     *
     * @param what names it in messages
     */
    public static RawFile adopt(int descriptor, String what) {
        if (descriptor < 0) {
            throw new IllegalArgumentException("descriptor " + descriptor);
        }
        return new RawFile(HostSystemCalls.get(), descriptor, what, false);
    }

    /**
     * The descriptor's number, which stays this object's: valid until it is closed.
     *
     * @throws IllegalStateException if it is closed
     */
    public int descriptor() {
        return descriptor.use(fd -> fd);
    }

    OwnedDescriptor owned() {
        return descriptor;
    }

    SystemCalls calls() {
        return calls;
    }

    /** As {@link #read(MemorySegment, long, IoFlags)} with no flags. */
    public long read(MemorySegment into, long offsetBytes) {
        return transfers.read(into, offsetBytes, IoFlags.NONE);
    }

    /**
     * Reads once. Fewer bytes than there is room for can come at any time; {@link #readFully} insists.
     *
     * @param offsetBytes where in the file, or {@link #NEXT}
     * @return how many bytes; 0 at the end of the file
     */
    public long read(MemorySegment into, long offsetBytes, IoFlags flags) {
        return transfers.read(into, offsetBytes, flags);
    }

    /** Reads once into several pieces, of which the first 1,024 are used. */
    public long read(List<MemorySegment> into, long offsetBytes, IoFlags flags) {
        return transfers.read(into, offsetBytes, flags);
    }

    /**
     * Reads what can be read without waiting.
     *
     * @return how many bytes, 0 at the end of the file; empty if it would have to wait
     */
    public OptionalLong tryRead(List<MemorySegment> into, long offsetBytes, IoFlags flags) {
        return transfers.tryRead(into, offsetBytes, flags);
    }

    /** Reads until the memory is full or the file ends, and says how much that was. */
    public long readFully(MemorySegment into, long offsetBytes) {
        return readFully(List.of(into), offsetBytes, IoFlags.NONE);
    }

    /** Reads until all pieces are full or the file ends, and says how much that was. */
    public long readFully(List<MemorySegment> into, long offsetBytes, IoFlags flags) {
        return transfers.readFully(into, offsetBytes, flags);
    }

    /** As {@link #write(MemorySegment, long, IoFlags)} with no flags. */
    public long write(MemorySegment from, long offsetBytes) {
        return transfers.write(from, offsetBytes, IoFlags.NONE);
    }

    /**
     * Writes once. Fewer bytes than were given can be taken at any time; {@link #writeFully} insists.
     *
     * @param offsetBytes where in the file, or {@link #NEXT}
     * @return how many bytes
     */
    public long write(MemorySegment from, long offsetBytes, IoFlags flags) {
        return transfers.write(from, offsetBytes, flags);
    }

    /** Writes once from several pieces, of which the first 1,024 are used. */
    public long write(List<MemorySegment> from, long offsetBytes, IoFlags flags) {
        return transfers.write(from, offsetBytes, flags);
    }

    /**
     * Writes what can be written without waiting.
     *
     * @return how many bytes; empty if it would have to wait
     */
    public OptionalLong tryWrite(List<MemorySegment> from, long offsetBytes, IoFlags flags) {
        return transfers.tryWrite(from, offsetBytes, flags);
    }

    /** Writes all of it. */
    public void writeFully(MemorySegment from, long offsetBytes) {
        writeFully(List.of(from), offsetBytes, IoFlags.NONE);
    }

    /**
     * Writes all of it, in as many calls as it takes; after a failure a part of it may be there.
     *
     * @throws IllegalArgumentException for {@link IoFlags#ATOMIC}, which is about one call
     */
    public void writeFully(List<MemorySegment> from, long offsetBytes, IoFlags flags) {
        transfers.writeFully(from, offsetBytes, flags);
    }

    /**
     * Whether {@link IoFlags#UNCACHED} does what it says on this file, tried by reading a byte. Where it does not, reads
     * and writes with it go through the cache and succeed.
     */
    public boolean isUncachedAvailable() {
        return transfers.isUncachedAvailable();
    }

    /** The size in bytes; of a device 0. */
    public long sizeBytes() {
        return statx().sizeBytes().orElseThrow(() -> new IllegalStateException("statx without a size"));
    }

    /** What the kernel knows about the file. */
    public Statx statx(StatxField... fields) {
        return descriptor.use(fd -> Statx.of(calls, fd, descriptor.object(), fields));
    }

    /**
     * How direct I/O has to be aligned here: as the kernel says, and where it does not (Linux before 6.1, and some
     * filesystems) a page of memory and the filesystem's block, which are enough everywhere.
     */
    public DirectIo directIo() {
        Statx statx = statx(StatxField.DIRECT_IO, StatxField.DIRECT_READ);
        return statx.directIo().orElseGet(() -> DirectIo.conservative(statx.preferredBlockBytes()));
    }

    /** The limits of writes with {@link IoFlags#ATOMIC}; empty if there are none here. */
    public Optional<AtomicWrite> atomicWrite() {
        return statx(StatxField.ATOMIC_WRITE).atomicWrite();
    }

    /** Allocates, frees, zeroes or moves a range, {@code fallocate(2)}. */
    public void allocate(RangeMode mode, long offsetBytes, long lengthBytes) {
        invoke("fallocate(%s)", mode, SystemCall.FALLOCATE, mode.bits(), offsetBytes, lengthBytes);
    }

    /** Sets the size. */
    public void truncate(long sizeBytes) {
        invoke("ftruncate", "", SystemCall.FTRUNCATE, sizeBytes);
    }

    /** Makes data and metadata durable. */
    public void sync() {
        invoke("fsync", "", SystemCall.FSYNC);
    }

    /** Makes data durable, and of the metadata what is needed to find it. */
    public void syncData() {
        invoke("fdatasync", "", SystemCall.FDATASYNC);
    }

    /** Makes the whole filesystem durable on which the file lies. */
    public void syncFilesystem() {
        invoke("syncfs", "", SystemCall.SYNCFS);
    }

    /**
     * Starts or awaits the writing of cached data. Makes nothing durable: the device's cache is not flushed, nor is
     * metadata written.
     *
     * @param lengthBytes 0 for everything up to the end
     */
    public void syncRange(long offsetBytes, long lengthBytes, RangeSync how) {
        invoke("sync_file_range(%s)", how, SystemCall.SYNC_FILE_RANGE, offsetBytes, lengthBytes, how.bits());
    }

    /** Tells the page cache what to expect of a range, {@code posix_fadvise(2)}. */
    public void advise(long offsetBytes, long lengthBytes, CacheAdvice advice) {
        invoke("fadvise(%s)", advice, SystemCall.FADVISE64, offsetBytes, lengthBytes, advice.number());
    }

    /** Where data is next, from an offset on; empty if only a hole follows, or nothing. */
    public OptionalLong nextData(long offsetBytes) {
        return new FileRanges(calls, descriptor).next(FileRanges.SEEK_DATA, offsetBytes);
    }

    /** Where a hole is next, from an offset on, the end of the file being one; empty past the end. */
    public OptionalLong nextHole(long offsetBytes) {
        return new FileRanges(calls, descriptor).next(FileRanges.SEEK_HOLE, offsetBytes);
    }

    /**
     * Copies between files within the kernel, {@code copy_file_range(2)}, until all is copied or the source ends. May
     * share blocks instead.
     *
     * @return how many bytes
     * @throws LinuxException with {@link Errno#EXDEV} between filesystems that cannot
     */
    public long copyTo(RawFile target, long fromBytes, long toBytes, long lengthBytes) {
        return new FileRanges(calls, descriptor).copyTo(target.descriptor, fromBytes, toBytes, lengthBytes);
    }

    /**
     * Becomes a clone of another file, whose blocks it shares ({@code FICLONE}).
     *
     * @throws LinuxException with {@link Errno#EOPNOTSUPP} on filesystems that cannot, {@link Errno#EXDEV} between two
     */
    public void cloneOf(RawFile source) {
        new FileRanges(calls, descriptor).cloneOf(source.descriptor);
    }

    /**
     * Shares a range of another file ({@code FICLONERANGE}); whole blocks.
     *
     * @param lengthBytes 0 for everything up to the source's end
     */
    public void cloneRangeOf(RawFile source, long fromBytes, long toBytes, long lengthBytes) {
        new FileRanges(calls, descriptor).cloneRangeOf(source.descriptor, fromBytes, toBytes, lengthBytes);
    }

    /**
     * Locks the whole file for this object, {@code flock(2)}, if no other has it.
     *
     * @return whether it has the lock now
     */
    public boolean tryLock(LockKind kind) {
        return new FileLocks(calls, descriptor).tryWhole(kind);
    }

    /** Gives back {@link #tryLock}; closing does too. */
    public void unlock() {
        new FileLocks(calls, descriptor).unlockWhole();
    }

    /**
     * Locks a range for this object, not for the process ({@code F_OFD_SETLK}), if no other has it.
     *
     * @param lengthBytes 0 for everything up to the end, however far it grows
     * @return whether it has the lock now
     */
    public boolean tryLock(LockKind kind, long offsetBytes, long lengthBytes) {
        return new FileLocks(calls, descriptor).tryRange(kind, offsetBytes, lengthBytes);
    }

    /** Gives back a range, or a part of it; closing gives back all. */
    public void unlock(long offsetBytes, long lengthBytes) {
        new FileLocks(calls, descriptor).unlockRange(offsetBytes, lengthBytes);
    }

    /** The filesystem's space and limits. */
    public FilesystemSpace space() {
        return descriptor.use(fd -> FilesystemSpace.of(calls, fd, descriptor.object()));
    }

    /**
     * Gives the file a name, also if it was opened with {@link OpenFlag#UNNAMED}.
     *
     * @throws LinuxException with {@link Errno#EEXIST} if the name is taken
     */
    public void linkAs(Path path) {
        try (CallMemory memory = CallMemory.open()) {
            descriptor.use(fd -> {
                // By the magic link, because to link by descriptor takes a privilege on kernels before 6.10.
                MemorySegment from = memory.cString("/proc/self/fd/" + fd);
                MemorySegment to = memory.cString(PathBytes.of(path));
                long result = calls.call(
                        memory, SystemCall.LINKAT, AT_FDCWD, from.address(), AT_FDCWD, to.address(), AT_SYMLINK_FOLLOW);
                return LinuxException.require(result, "linkat", descriptor.object() + " as " + path);
            });
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private void invoke(String operation, Object detail, SystemCall call, long... arguments) {
        int fd = descriptor.acquire();
        try (CallMemory memory = CallMemory.open()) {
            long[] all = new long[arguments.length + 1];
            all[0] = fd;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            LongSupplier once = () -> calls.call(memory, call, all);
            long result = Retry.whileInterrupted(once);
            if (result < 0) {
                LinuxException.require(result, operation.formatted(detail), descriptor.object());
            }
        } finally {
            descriptor.release();
        }
    }
}
