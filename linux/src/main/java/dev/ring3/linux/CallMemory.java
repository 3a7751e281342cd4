package dev.ring3.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Memory that the kernel reads and writes during one call: zeroed, aligned to 8 bytes, gone when this is closed.
 *
 * <p>A platform thread keeps one block for it, of which nested calls take pieces as from a stack, because an arena of
 * its own would cost a call a third of its time. What does not fit, and everything of a virtual thread, of which there
 * may be millions, comes from an arena. Belongs to the thread that opened it.
 */
final class CallMemory implements SegmentAllocator, AutoCloseable {
    private static final int BLOCK_BYTES = 8192;
    private static final long ALIGNMENT = 8;

    private static final ThreadLocal<Block> BLOCKS = ThreadLocal.withInitial(Block::new);

    private final @Nullable Block block;
    private final long usedBefore;
    private @Nullable Arena arena;

    private CallMemory(@Nullable Block block) {
        this.block = block;
        this.usedBefore = block == null ? 0 : block.used;
    }

    static CallMemory open() {
        return new CallMemory(Thread.currentThread().isVirtual() ? null : BLOCKS.get());
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // it is closed with this
    public MemorySegment allocate(long bytes, long alignment) {
        Block own = block;
        long rounded = (bytes + ALIGNMENT - 1) & -ALIGNMENT;
        if (own != null && alignment <= ALIGNMENT && rounded <= BLOCK_BYTES - own.used) {
            MemorySegment piece = own.memory.asSlice(own.used, bytes);
            own.used += rounded;
            return piece.fill((byte) 0);
        }
        Arena extra = arena;
        if (extra == null) {
            extra = Arena.ofConfined();
            arena = extra;
        }
        return extra.allocate(bytes, Math.max(alignment, ALIGNMENT));
    }

    /** Bytes followed by NUL. */
    MemorySegment cString(byte[] bytes) {
        MemorySegment copy = allocate(bytes.length + 1L, 1);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return copy;
    }

    /** ASCII or UTF-8 text followed by NUL. */
    MemorySegment cString(String text) {
        return cString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        Block own = block;
        if (own != null) {
            own.used = usedBefore;
        }
        Arena extra = arena;
        if (extra != null) {
            extra.close();
        }
    }

    /** A thread's block; the thread holds it, so that its memory outlives every call. */
    private static final class Block {
        private final MemorySegment memory = Arena.ofAuto().allocate(BLOCK_BYTES, 16);
        private long used;
    }
}
