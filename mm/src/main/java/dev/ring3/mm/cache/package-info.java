/**
 * A page cache: {@link dev.ring3.mm.cache.PageCache} over any {@link dev.ring3.mm.cache.Backing}, a file at a time an
 * {@link dev.ring3.mm.cache.AddressSpace}.
 *
 * <h2>What is promised</h2>
 *
 * <ul>
 *   <li>A read or a write of a part of one aligned 4 KiB page is atomic towards all others. Longer ones are so page by
 *       page; who wants more takes {@link dev.ring3.mm.cache.AddressSpace#lockRange}, as all others of that file have to.
 *   <li>A write is seen by every read that begins after it has ended, in any {@link dev.ring3.mm.cache.IoMode}.
 *   <li>A change of the size is atomic, and changes follow each other under one lock of the file. A write that makes the
 *       file longer shows its new size after its content. No read returns what lay beyond a truncate that had ended
 *       before it began, or in a hole, also after the file has become longer again: that is zeros.
 *   <li>Dirty memory is bounded ({@link dev.ring3.mm.cache.CacheOptions#dirtyFramesMax}). Near the limit writers are
 *       slowed down, at it they wait. They fail only if nothing can be written back: at once if it is their own file that
 *       cannot, after {@link dev.ring3.mm.cache.CacheOptions#stallMax} otherwise.
 *   <li>What cannot be written back stays, dirty, and is tried again. Each failure is told once to each
 *       {@link dev.ring3.mm.cache.ErrorCursor}; a failure that nobody was told of is also told to the next cursor that is
 *       made. A sync that returns has written everything that was written before it was called.
 *   <li>Memory is the allocator's: if there is none, {@link dev.ring3.mm.OutOfFramesException}.
 *   <li>Waits end when the calls of the backing end; the cache adds none of its own without an end. They are not
 *       interruptible.
 * </ul>
 *
 * <h2>How it works</h2>
 *
 * <p>A file's index has a word for each 4 KiB page ({@code PageWord}): the frame, four bits of state, a version. It is the
 * sequence lock that lets hits copy without any lock or count of references ({@code PageReader}), the lock that writers
 * take ({@code PageLocks}), the claim by which misses become one fill ({@code FolioLoader}), and what says that a writer
 * has to do more than copy: clean pages are accounted before they are dirtied, those under writeback are waited for.
 * Pages of one allocation make a folio ({@code Folio}) of 4 KiB, 64 KiB or 2 MiB; that is what policies know and what is
 * evicted, while reads, writes and dirt go by page, so a large folio costs a writer nothing.
 *
 * <h2>Locks</h2>
 *
 * <p>In this order: the range of {@code lockRange}; a file's size lock; its ranges of arrivals; a page, or while pages
 * arrive those of one folio; the locks of streams, policies, the allocator. Nobody waits for a page while holding another,
 * nor for room for dirty memory or for writeback while holding a page. Frames are allocated with pages claimed that have
 * no frame yet: reclaim only tries pages that have, and never waits. The backing is called with arrivals locked for the
 * range (fills, direct I/O, sizes), or with no lock (writeback).
 */
package dev.ring3.mm.cache;
