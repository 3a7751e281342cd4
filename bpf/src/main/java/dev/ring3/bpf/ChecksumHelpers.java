package dev.ring3.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The kernel's helper that says how an Internet checksum changes (RFC 1071, {@code net/core/filter.c}). */
final class ChecksumHelpers {
    private static final int CSUM_DIFF = 28;

    private ChecksumHelpers() {}

    static HostFunctions addTo(HostFunctions functions) {
        return Helpers.leaf(functions, CSUM_DIFF, ChecksumHelpers::difference);
    }

    /** The sum of a seed, what comes and the complement of what goes, folded to 16 bits. */
    private static long difference(HostCall call, long from, long fromSize, long to, long toSize, long seed) {
        long goes = Integer.toUnsignedLong((int) fromSize);
        long comes = Integer.toUnsignedLong((int) toSize);
        long start = Integer.toUnsignedLong((int) seed);
        if (goes == 0) {
            return fold16(comes == 0 ? start : sum(call.readable(to, comes), start));
        }
        MemorySegment old = call.readable(from, goes);
        return fold16(
                comes == 0
                        ? complement(sum(old, complement(start)))
                        : fold32(sum(call.readable(to, comes), start) + complement(sum(old, 0))));
    }

    private static long complement(long sum) {
        return ~sum & 0xffff_ffffL;
    }

    /** The sum of all words of 32 bits in the host's order; behind the last bytes are zeros. */
    private static long sum(MemorySegment bytes, long start) {
        long sum = start;
        long at = 0;
        for (; at + Integer.BYTES <= bytes.byteSize(); at += Integer.BYTES) {
            sum += Integer.toUnsignedLong(bytes.get(ValueLayout.JAVA_INT_UNALIGNED, at));
        }
        if (at < bytes.byteSize()) {
            MemorySegment word = MemorySegment.ofArray(new byte[Integer.BYTES]);
            MemorySegment.copy(bytes, at, word, 0, bytes.byteSize() - at);
            sum += Integer.toUnsignedLong(word.get(ValueLayout.JAVA_INT_UNALIGNED, 0));
        }
        return fold32(sum);
    }

    private static long fold32(long sum) {
        long once = (sum & 0xffff_ffffL) + (sum >>> Integer.SIZE);
        return (once & 0xffff_ffffL) + (once >>> Integer.SIZE);
    }

    private static long fold16(long sum) {
        long once = (sum & 0xffff) + (sum >>> Short.SIZE);
        return (once & 0xffff) + (once >>> Short.SIZE);
    }
}
