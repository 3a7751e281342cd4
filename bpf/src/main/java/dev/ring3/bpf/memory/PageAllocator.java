package dev.ring3.bpf.memory;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** First fit over a sorted set of free ranges; neighbours are joined when freed. */
final class PageAllocator {
    private final TreeMap<Long, Long> lengthByStart = new TreeMap<>(); // guarded by this
    private long freeBytes; // guarded by this

    PageAllocator(long start, long end) {
        if (end > start) {
            lengthByStart.put(start, end - start);
        }
        freeBytes = end - start;
    }

    /** An address, or 0 if no free range has that many bytes in a row. */
    synchronized long allocate(long bytes) {
        Map.Entry<Long, Long> range = firstOfAtLeast(bytes);
        if (range == null) {
            return 0;
        }
        long start = range.getKey();
        long length = range.getValue();
        lengthByStart.remove(start);
        if (length > bytes) {
            lengthByStart.put(start + bytes, length - bytes);
        }
        freeBytes -= bytes;
        return start;
    }

    private Map.@Nullable Entry<Long, Long> firstOfAtLeast(long bytes) {
        for (Map.Entry<Long, Long> range : lengthByStart.entrySet()) {
            if (range.getValue() >= bytes) {
                return range;
            }
        }
        return null;
    }

    synchronized void free(long start, long bytes) {
        freeBytes += bytes;
        long from = start;
        long length = bytes;
        Map.Entry<Long, Long> before = lengthByStart.lowerEntry(start);
        if (before != null && before.getKey() + before.getValue() >= start) {
            requireFree(before.getKey() + before.getValue() == start, start);
            from = before.getKey();
            length += before.getValue();
        }
        Map.Entry<Long, Long> after = lengthByStart.ceilingEntry(start);
        if (after != null && after.getKey() <= start + bytes) {
            requireFree(after.getKey() == start + bytes, start);
            lengthByStart.remove(after.getKey());
            length += after.getValue();
        }
        lengthByStart.put(from, length);
    }

    synchronized long freeBytes() {
        return freeBytes;
    }

    private static void requireFree(boolean disjoint, long start) {
        if (!disjoint) {
            throw new IllegalStateException("address 0x%x freed twice".formatted(start));
        }
    }
}
