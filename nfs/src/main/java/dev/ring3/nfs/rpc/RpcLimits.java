package dev.ring3.nfs.rpc;

/**
 * What one client, and all together, may take.
 *
 * @param recordBytesMax the longest call
 * @param replyBytesMax the longest answer
 * @param connectionBytesMax calls being worked on and answers not taken, of a connection, before it is no longer read from
 * @param connectionCallsMax calls of a connection that are being worked on
 * @param totalBytesMax the same bytes of all connections
 * @param connectionsMax how many there are at once
 * @param connectionsPerAddressMax how many of them from one address
 * @param stallSeconds how long a record may take to arrive, or an answer to be taken
 * @param workers threads that read calls and work on them, and so how many calls may wait for a disk at once
 */
public record RpcLimits(
        int recordBytesMax,
        int replyBytesMax,
        long connectionBytesMax,
        int connectionCallsMax,
        long totalBytesMax,
        int connectionsMax,
        int connectionsPerAddressMax,
        int stallSeconds,
        int workers) {
    /** For data of up to 1 MiB in a call. */
    public static final RpcLimits DEFAULT = new RpcLimits(
            (1 << 20) + (1 << 16),
            (1 << 20) + (1 << 16),
            16L << 20,
            256,
            256L << 20,
            16_384,
            4_096,
            60,
            Math.clamp(8L * Runtime.getRuntime().availableProcessors(), 32, 128));
}
