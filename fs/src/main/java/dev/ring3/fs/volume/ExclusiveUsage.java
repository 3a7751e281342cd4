package dev.ring3.fs.volume;

import dev.ring3.fs.TransactionId;

/**
 * What the data of a subvolume takes, as it is stored: after compression, each block once.
 *
 * @param exclusiveBytes what no other subvolume shows; it comes free when this one is deleted. More may come free then,
 *     where two wrote on from a state that nobody shows any more: what both replaced goes with it
 * @param sharedBytes what others hold too
 * @param asOf the last transaction that is counted
 */
public record ExclusiveUsage(long exclusiveBytes, long sharedBytes, TransactionId asOf) {}
