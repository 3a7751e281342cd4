package dev.ring3.bpf.memory;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The one range of memory that all BPF programs of this JVM live in: stacks, contexts, packets, map values. Programs
 * address it by offsets, and its segment is a constant, so that compilers see its base and its size.
 *
 * <p>64 GiB of addresses are reserved when the class is initialised, without memory behind them; the system property
 * {@value #SIZE_PROPERTY} (a number with an optional {@code k}, {@code m}, {@code g}) asks for another size. A host
 * that refuses is asked for half, down to 256 MiB. If nothing can be had, {@link #failure()} says why and every
 * allocation fails: the class itself always loads.
 *
 * <p>The first 64 KiB are never handed out: address 0 and what lies near it are nobody's memory. Nor is the page behind
 * each allocation, so that an access that runs over an end does not land in the next one.
 */
public final class BpfMemory {
    /** The name of the system property that sets the size. */
    public static final String SIZE_PROPERTY = "ring3.bpf.memory";

    /** Memory is handed out in multiples of this many bytes, aligned to it. */
    public static final long PAGE_BYTES = 4096;

    /** No allocation begins below this address. */
    public static final long GUARD_BYTES = 64L << 10;

    /**
     * From this size on the host is asked to back an allocation with large pages: random accesses to one of tens of
     * mebibytes are bound by translations of addresses otherwise.
     */
    private static final long LARGE_BYTES = 4L << 20;

    /** The whole range, exactly; empty if the reservation failed. */
    public static final MemorySegment SEGMENT;

    private static final Reservation RESERVATION;
    private static final PageAllocator PAGES;

    static {
        RESERVATION = Reservation.make(System.getProperty(SIZE_PROPERTY));
        SEGMENT = RESERVATION.segment();
        PAGES = new PageAllocator(Math.min(GUARD_BYTES, SEGMENT.byteSize()), SEGMENT.byteSize());
    }

    private BpfMemory() {}

    /** Why there is no memory at all, or null where the reservation succeeded. */
    public static @Nullable String failure() {
        return RESERVATION.failure();
    }

    /**
     * Hands out pages that are all zero.
     *
     * @param bytes the size wanted, more than 0; rounded up to whole pages
     * @return the address, or 0 if no free range is large enough
     */
    public static long allocate(long bytes) {
        long rounded = pageRounded(bytes);
        long address = PAGES.allocate(rounded + PAGE_BYTES);
        if (address != 0 && rounded >= LARGE_BYTES) {
            RESERVATION.preferLargePages(address, rounded, true);
        }
        return address;
    }

    /**
     * Takes back what {@link #allocate} gave, and returns the pages to the host where it has a call for that. The
     * caller makes sure that no run can reach them any more.
     */
    public static void free(long address, long bytes) {
        long rounded = pageRounded(bytes);
        if (rounded >= LARGE_BYTES) {
            RESERVATION.preferLargePages(address, rounded, false);
        }
        RESERVATION.discard(address, rounded);
        PAGES.free(address, rounded + PAGE_BYTES);
    }

    /** The size of an allocation in whole pages, in bytes. */
    public static long pageRounded(long bytes) {
        if (bytes <= 0 || bytes > Long.MAX_VALUE - PAGE_BYTES) {
            throw new IllegalArgumentException("allocation of %d bytes".formatted(bytes));
        }
        return (bytes + PAGE_BYTES - 1) & -PAGE_BYTES;
    }

    /** Bytes that are taken at the moment, the page behind each allocation included. */
    public static long usedBytes() {
        return SEGMENT.byteSize() - Math.min(GUARD_BYTES, SEGMENT.byteSize()) - PAGES.freeBytes();
    }
}
