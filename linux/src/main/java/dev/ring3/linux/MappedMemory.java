package dev.ring3.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Anonymous memory of this process ({@code mmap(2)}), private, zero on first touch, aligned to 2 MiB. The host gives a
 * page when it is first touched; {@link #discard} gives it back.
 *
 * <p>Unlike {@link Arena#allocate}, which zero-fills and by that touches everything as small pages, nothing is touched
 * here before the host has been asked for huge ones. Thread-safe.
 */
public final class MappedMemory implements AutoCloseable {
    /** Bytes of a huge page on x86-64, and on AArch64 with pages of 4 KiB. */
    public static final long HUGE_PAGE_BYTES = 2L << 20;

    // include/uapi/asm-generic/mman-common.h and mman.h
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_HUGEPAGE = 14;

    private final SystemCalls calls;
    private final Arena lifetime = Arena.ofShared();
    private final MemorySegment segment;
    private final boolean hugePagesAdvised;

    @SuppressWarnings("restricted")
    private MappedMemory(SystemCalls calls, Mapping mapping, long bytes, boolean hugePagesAdvised) {
        this.calls = calls;
        this.segment =
                MemorySegment.ofAddress(mapping.aligned()).reinterpret(bytes, lifetime, _ -> mapping.unmap(calls));
        this.hugePagesAdvised = hugePagesAdvised;
    }

    /** What was mapped, which is longer than what is used, so that an aligned part could be chosen. */
    private record Mapping(long start, long bytes) {
        long aligned() {
            return (start + HUGE_PAGE_BYTES - 1) & -HUGE_PAGE_BYTES;
        }

        void unmap(SystemCalls calls) {
            call(calls, SystemCall.MUNMAP, "munmap", "anonymous memory", start, bytes);
        }
    }

    /**
     * Memory in pages of the host's usual size.
     *
     * @param bytes at least 1
     * @throws LinuxException with {@link Errno#ENOMEM} if there is no room for it
     * @throws UnsupportedHostException if system calls cannot be made here
     */
    public static MappedMemory ofSmallPages(long bytes) {
        return map(HostSystemCalls.get(), bytes, 0);
    }

    /**
     * Memory in huge pages where the host gives them: everything up to the last multiple of 2 MiB, so that no more than
     * {@code bytes} can become resident.
     *
     * @param bytes at least 1
     * @throws LinuxException with {@link Errno#ENOMEM} if there is no room for it
     * @throws UnsupportedHostException if system calls cannot be made here
     */
    public static MappedMemory ofHugePages(long bytes) {
        return map(HostSystemCalls.get(), bytes, bytes / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES);
    }

    static MappedMemory map(SystemCalls calls, long bytes, long hugeBytes) {
        if (bytes <= 0 || bytes > Long.MAX_VALUE - HUGE_PAGE_BYTES) {
            throw new IllegalArgumentException("a mapping of " + bytes + " bytes");
        }
        long mappedBytes = bytes + HUGE_PAGE_BYTES; // what is never touched costs nothing
        long start = call(
                calls,
                SystemCall.MMAP,
                "mmap",
                mappedBytes + " bytes of anonymous memory",
                0,
                mappedBytes,
                PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                -1,
                0);
        Mapping mapping = new Mapping(start, mappedBytes);
        // Only advice: a kernel without huge pages answers EINVAL, and small pages do as well.
        boolean advised = hugeBytes > 0 && advise(calls, mapping.aligned(), hugeBytes, MADV_HUGEPAGE) >= 0;
        return new MappedMemory(calls, mapping, bytes, advised);
    }

    /** The memory. Access after {@link #close} throws {@link IllegalStateException}. */
    public MemorySegment segment() {
        return segment;
    }

    /** Whether the kernel took the advice to use huge pages; whether it has any to give shows in {@code smaps}. */
    public boolean hugePagesAdvised() {
        return hugePagesAdvised;
    }

    /**
     * Gives pages back to the host; they read as zero afterwards.
     *
     * @param offset a multiple of the host's page size
     * @param bytes rounded up to whole pages
     */
    public void discard(long offset, long bytes) {
        MemorySegment range = segment.asSlice(offset, bytes);
        LinuxException.require(
                advise(calls, range.address(), range.byteSize(), MADV_DONTNEED), "madvise(MADV_DONTNEED)", "a mapping");
    }

    /** Unmaps the memory. */
    @Override
    public void close() {
        lifetime.close();
    }

    private static long advise(SystemCalls calls, long address, long bytes, int advice) {
        try (Arena scratch = Arena.ofConfined()) {
            return calls.call(scratch, SystemCall.MADVISE, address, bytes, advice);
        }
    }

    private static long call(SystemCalls calls, SystemCall call, String operation, String object, long... arguments) {
        try (Arena scratch = Arena.ofConfined()) {
            return LinuxException.require(calls.call(scratch, call, arguments), operation, object);
        }
    }
}
