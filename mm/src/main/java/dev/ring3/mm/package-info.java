/**
 * Frames under a hard budget, reclaim, and the scopes that say what reclaim may do.
 *
 * <p><b>Frames.</b> {@link dev.ring3.mm.FrameAllocator} reserves its whole budget at the start, in one piece, and hands
 * out folios of 1, 16 or 512 frames of 4 KiB by number. Free frames lie in magazines (single frames, for some threads
 * each), in reserves (for their owners alone), and in the buddy's free lists, which the watermarks look at. A byte for
 * each frame tells what is handed out, at which order and from which reserve; {@code free} checks it. Nothing waits for
 * the garbage collector, and no frame is on the heap.
 *
 * <p><b>What an allocation does.</b>
 * <ol>
 *   <li>Takes from a magazine, or from the free lists while the low watermark holds.
 *   <li>Otherwise wakes the background reclaimer, and takes down to the min watermark; in MEMALLOC down to nothing.
 *   <li>Otherwise reclaims by itself (direct reclaim): asks the {@link dev.ring3.mm.Shrinker}s that its scope allows;
 *       tries again; waits up to 10 ms for frames to come back if none did.
 *   <li>Otherwise, in NOFAIL, takes an element of the reserve behind it, and if that is out, goes on waiting.
 *   <li>Fails after 16 rounds in which nothing came free, unless a {@link dev.ring3.mm.FrameUser} reports frames under
 *       writeback; in any case after 10 seconds. {@link dev.ring3.mm.OutOfFramesException} says who holds the frames.
 * </ol>
 * Large folios are asked for by {@code tryAllocate}, with a smaller one as the way out: no reclaim can promise a run.
 *
 * <p><b>Scopes.</b> What reclaim may do is not said at the allocation, which knows nothing of the locks around it, but
 * where a lock is taken or a transaction begins: {@link dev.ring3.mm.ReclaimScope}. In NOFS no shrinker is asked that
 * may take locks of the filesystem; in NOIO none that may start I/O or wait for it. These two only tighten. MEMALLOC
 * grants the frames below the min watermark and starts no reclaim; shrinkers run in it. NOFAIL grants to wait, with a
 * reserve whose elements come back. A restriction travels with work through a {@link dev.ring3.mm.WorkQueue}; a grant
 * does not, since it was given to the code that its reason names.
 *
 * <p><b>Who has to go on with nothing left.</b> Writeback frees frames and needs some to do so. It runs on a
 * {@link dev.ring3.mm.WorkQueue#memReclaim} queue, whose rescuer is a thread that exists already, and takes its frames
 * from {@link dev.ring3.mm.ReservedFrames}, one element of which is enough to write one thing after the other.
 *
 * <p><b>Locks,</b> outermost first; none of them is held while a shrinker, a user or an item runs:
 * <ol>
 *   <li>{@code WorkQueue.threads}, then {@code PendingWork.lock}
 *   <li>{@code ReservedFrames.lock}
 *   <li>{@code FrameAllocator.reservesLock}
 *   <li>a magazine, which is only ever tried
 *   <li>{@code FreeFrames.lock}
 * </ol>
 * They are leaves below every lock of a caller, and so not validated; what a caller may wait for in here is told to the
 * {@link dev.ring3.mm.lock.LockValidator} as reclaim, and as the work of a queue ({@code ReclaimLocks}).
 */
package dev.ring3.mm;
