package dev.ring3.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The host's side of a ring buffer in the kernel ({@code kernel/bpf/ringbuf.c}): a page with how far the host has read, which
 * it writes, and one with how far programs have written, which it reads. One thread at a time; the map stays its owner's.
 */
public final class KernelRing implements AutoCloseable {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final long AT_PAGESZ = 6; // include/uapi/linux/auxvec.h
    private static final Path AUXILIARY = Path.of("/proc/self/auxv");
    private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();

    private final Arena lifetime = Arena.ofShared();
    private final MemorySegment consumer;
    private final MemorySegment producer;

    private final long pageBytes = pageBytes();

    private KernelRing(SystemCalls calls, KernelMap map) {
        this.consumer = page(calls, map.descriptor(), PROT_READ | PROT_WRITE, 0);
        this.producer = page(calls, map.descriptor(), PROT_READ, pageBytes);
    }

    /**
     * That of a map.
     *
     * @throws LinuxException if it is no {@link KernelMapType#RING_BUFFER}
     */
    public static KernelRing of(KernelMap map) {
        return new KernelRing(HostSystemCalls.get(), map);
    }

    /** What the kernel told this process of its pages when it began. */
    private static long pageBytes() {
        try {
            LongBuffer pairs = ByteBuffer.wrap(Files.readAllBytes(AUXILIARY))
                    .order(ByteOrder.nativeOrder())
                    .asLongBuffer();
            while (pairs.remaining() > 1) {
                long name = pairs.get();
                long value = pairs.get();
                if (name == AT_PAGESZ) {
                    return value;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("no page size in " + AUXILIARY);
    }

    @SuppressWarnings("restricted")
    private MemorySegment page(SystemCalls calls, int descriptor, int access, long offset) {
        long address = call(calls, SystemCall.MMAP, 0, pageBytes, access, MAP_SHARED, descriptor, offset);
        return MemorySegment.ofAddress(address)
                .reinterpret(pageBytes, lifetime, _ -> call(calls, SystemCall.MUNMAP, address, pageBytes));
    }

    private static long call(SystemCalls calls, SystemCall call, long... arguments) {
        try (Arena scratch = Arena.ofConfined()) {
            return LinuxException.require(calls.call(scratch, call, arguments), call.name(), "a ring buffer's page");
        }
    }

    /**
     * Takes all records that are there, unseen, so that programs have room again.
     *
     * @return how many bytes they took, with 8 of each record's header
     */
    public long skip() {
        long until = (long) POSITION.getAcquire(producer, 0L);
        long bytes = until - (long) POSITION.get(consumer, 0L);
        POSITION.setRelease(consumer, 0L, until);
        return bytes;
    }

    @Override
    public void close() {
        lifetime.close();
    }
}
