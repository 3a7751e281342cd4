package dev.ring3.nfs.state;

import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;

/** {@code channel_attrs4}: how much goes over a channel of a session. */
public record ChannelAttributes(
        int requestBytesMax, int responseBytesMax, int cachedBytesMax, int operationsMax, int slots) {
    /** RDMA has none of our transports, but its attribute may stand there once. */
    private static final int RDMA_MAX = 1;

    public static ChannelAttributes read(XdrReader in) {
        in.getInt(); // padding before data: never used
        ChannelAttributes attributes =
                new ChannelAttributes(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
        int rdma = in.getCount(RDMA_MAX);
        for (int i = 0; i < rdma; i++) {
            in.getInt();
        }
        return attributes;
    }

    public void write(XdrWriter out) {
        out.putInt(0)
                .putInt(requestBytesMax)
                .putInt(responseBytesMax)
                .putInt(cachedBytesMax)
                .putInt(operationsMax)
                .putInt(slots)
                .putInt(0);
    }

    /** No more than another allows, at least one operation and one slot; numbers are unsigned. */
    public ChannelAttributes atMost(ChannelAttributes other) {
        int response = min(responseBytesMax, other.responseBytesMax);
        return new ChannelAttributes(
                min(requestBytesMax, other.requestBytesMax),
                response,
                min(min(cachedBytesMax, other.cachedBytesMax), response),
                Math.max(1, min(operationsMax, other.operationsMax)),
                Math.max(1, min(slots, other.slots)));
    }

    /** No larger calls and answers than another allows; of how many there are the client alone decides (section 18.36.3). */
    public ChannelAttributes sizesAtMost(ChannelAttributes other) {
        ChannelAttributes less = atMost(other);
        return new ChannelAttributes(
                less.requestBytesMax, less.responseBytesMax, less.cachedBytesMax, operationsMax, slots);
    }

    /** Whether calls, answers and numbers of operations may be so large; numbers are unsigned. */
    public boolean isAtLeast(int request, int response, int operations) {
        return Integer.compareUnsigned(requestBytesMax, request) >= 0
                && Integer.compareUnsigned(responseBytesMax, response) >= 0
                && Integer.compareUnsigned(operationsMax, operations) >= 0;
    }

    private static int min(int a, int b) {
        return Integer.compareUnsigned(a, b) < 0 ? a : b;
    }
}
