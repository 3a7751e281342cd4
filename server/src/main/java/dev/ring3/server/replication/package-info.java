/**
 * Subvolumes that are copied to other servers by themselves.
 *
 * <p>A replication takes a snapshot of a subvolume, sends what it has since the newest one that both sides have, and lets
 * the other side keep so many. {@code Replications} has them in a file and starts a job when one is due; {@code
 * ReplicationRun} is what such a job does, between {@code SourceSnapshots} here and {@code TargetServer} there.
 *
 * <p>What is where is asked anew in every run, and told by the identity of content, never by names: so a run that was cut,
 * by either side's end, is gone on with by the next one. All that is remembered is what was sent last. That one is held on
 * both sides; a crash between a hold and its note leaves one hold too many at worst, never one too few.
 *
 * <p>Locks: {@code Replications} before {@code Jobs}; nothing is asked of the other side under either.
 */
package dev.ring3.server.replication;
