package dev.ring3.bpf.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the range of {@link BpfMemory} is reserved: by {@code mmap(2)} without swap space behind it, on Linux with native
 * access; otherwise as a sparse file that is mapped and at once deleted. The file serves as well, but its pages stay
 * with the file system when they are freed (they are only zeroed).
 */
final class Reservation {
    static final long BYTES_DEFAULT = 64L << 30;
    static final long BYTES_MIN = 256L << 20;

    // From the Linux headers asm-generic/mman-common.h and mman.h, the same on x86-64 and AArch64.
    private static final int PROT_READ_WRITE = 0x1 | 0x2;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final long MAP_FAILED = -1;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_NOHUGEPAGE = 15;

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final MemorySegment segment;
    private final @Nullable MethodHandle madvise;
    private final @Nullable String failure;

    private Reservation(MemorySegment segment, @Nullable MethodHandle madvise, @Nullable String failure) {
        this.segment = segment;
        this.madvise = madvise;
        this.failure = failure;
    }

    /** Reserves what a property asks for, null for the default. Never throws: see {@link #failure()}. */
    static Reservation make(@Nullable String property) {
        long wanted;
        try {
            wanted = property == null ? BYTES_DEFAULT : parseBytes(property);
        } catch (IllegalArgumentException e) {
            return failed("%s=%s: %s".formatted(BpfMemory.SIZE_PROPERTY, property, e.getMessage()));
        }
        StringBuilder reasons = new StringBuilder();
        for (long bytes = wanted; bytes >= Math.min(wanted, BYTES_MIN); bytes /= 2) {
            Reservation reservation = reserve(bytes);
            if (reservation.failure == null) {
                return reservation;
            }
            reasons.append(reasons.isEmpty() ? "" : "; ").append(reservation.failure);
        }
        return failed("no address space for BPF memory: " + reasons);
    }

    private static Reservation reserve(long bytes) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return mapSparseFile(bytes);
        }
        try {
            return mapAnonymous(bytes);
        } catch (IllegalCallerException nativeAccessDenied) {
            return mapSparseFile(bytes);
        }
    }

    @SuppressWarnings("restricted") // the one place of this module that calls the host: address space is its to give
    private static Reservation mapAnonymous(long bytes) {
        Linker linker = Linker.nativeLinker();
        StructLayout callState = Linker.Option.captureStateLayout();
        MethodHandle mmap = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("mmap"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG),
                Linker.Option.captureCallState("errno"));
        MethodHandle madvise = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("madvise"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(callState);
            long address =
                    (long) mmap.invokeExact(state, 0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
            if (address == MAP_FAILED) {
                int errno = state.get(
                        ValueLayout.JAVA_INT, callState.byteOffset(MemoryLayout.PathElement.groupElement("errno")));
                return failed("mmap of %d MiB failed with errno %d".formatted(bytes >> 20, errno));
            }
            return new Reservation(MemorySegment.ofAddress(address).reinterpret(bytes), madvise, null);
        } catch (Throwable e) {
            throw new IllegalStateException("the call of mmap itself failed", e);
        }
    }

    private static Reservation mapSparseFile(long bytes) {
        try {
            Path file = Files.isWritable(SHARED_MEMORY)
                    ? Files.createTempFile(SHARED_MEMORY, "ring3-bpf", ".mem")
                    : Files.createTempFile("ring3-bpf", ".mem");
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
                return new Reservation(
                        channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, Arena.global()), null, null);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UnsupportedOperationException e) {
            return failed("mapping a sparse file of %d MiB failed: %s".formatted(bytes >> 20, e.getMessage()));
        }
    }

    private static Reservation failed(String failure) {
        return new Reservation(MemorySegment.NULL, null, failure);
    }

    MemorySegment segment() {
        return segment;
    }

    @Nullable
    String failure() {
        return failure;
    }

    /** Makes pages zero again, and gives them back to the host where that is possible. */
    void discard(long offset, long bytes) {
        if (!advise(offset, bytes, MADV_DONTNEED)) {
            segment.asSlice(offset, bytes).fill((byte) 0);
        }
    }

    /** Asks for large pages, or for small ones again; of no consequence where the host has no choice. */
    void preferLargePages(long offset, long bytes, boolean wanted) {
        boolean _ = advise(offset, bytes, wanted ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    }

    private boolean advise(long offset, long bytes, int advice) {
        MethodHandle call = madvise;
        if (call == null) {
            return false;
        }
        try {
            return (int) call.invokeExact(segment.address() + offset, bytes, advice) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("the call of madvise itself failed", e);
        }
    }

    /** {@code 64g}, {@code 512M}, {@code 268435456}; at least one mebibyte. */
    static long parseBytes(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        int shift = lower.endsWith("k") ? 10 : lower.endsWith("m") ? 20 : lower.endsWith("g") ? 30 : 0;
        long bytes;
        try {
            bytes = Math.multiplyExact(
                    Long.parseLong(shift == 0 ? lower : lower.substring(0, lower.length() - 1)), 1L << shift);
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("no size, expected a number with k, m or g, such as 64g", e);
        }
        if (bytes < 1L << 20) {
            throw new IllegalArgumentException("less than 1m");
        }
        return BpfMemory.pageRounded(bytes);
    }

    /**
     * {@code membarrier(2)}, which is here since this is the one class of the module that calls the host.
     *
     * <p>From the Linux headers unistd.h and membarrier.h.
     */
    static final class Barrier {
        private static final long CALL_X86_64 = 324;
        private static final long CALL_AARCH64 = 283;
        private static final int PRIVATE_EXPEDITED = 1 << 3;
        private static final int REGISTER_PRIVATE_EXPEDITED = 1 << 4;

        private static final long CALL = call();
        private static final @Nullable MethodHandle SYSCALL = find();

        /** Whether this process has registered for it. */
        static final boolean AVAILABLE = SYSCALL != null && call(SYSCALL, REGISTER_PRIVATE_EXPEDITED) == 0;

        private Barrier() {}

        /** Returns when every processor that runs a thread of this process has passed a full barrier. */
        static void pass() {
            MethodHandle syscall = SYSCALL;
            if (syscall == null || call(syscall, PRIVATE_EXPEDITED) != 0) {
                throw new IllegalStateException("membarrier failed, for which this process was registered");
            }
        }

        private static long call() {
            if (!System.getProperty("os.name").equals("Linux")) {
                return -1;
            }
            return switch (System.getProperty("os.arch")) {
                case "amd64" -> CALL_X86_64;
                case "aarch64" -> CALL_AARCH64;
                default -> -1;
            };
        }

        @SuppressWarnings("restricted") // as above
        private static @Nullable MethodHandle find() {
            if (CALL < 0) {
                return null;
            }
            try {
                Linker linker = Linker.nativeLinker();
                return linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("syscall"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT),
                        Linker.Option.firstVariadicArg(1));
            } catch (IllegalCallerException nativeAccessDenied) {
                return null;
            }
        }

        private static long call(MethodHandle syscall, int command) {
            try {
                return (long) syscall.invokeExact(CALL, command, 0, 0);
            } catch (Throwable e) {
                throw new IllegalStateException("the call of membarrier itself failed", e);
            }
        }
    }
}
