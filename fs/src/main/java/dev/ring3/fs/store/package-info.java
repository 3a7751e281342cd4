/**
 * Where a volume keeps its metadata: ordered keys, atomic batches, group-committed durability.
 *
 * <p><b>Contract.</b> {@link dev.ring3.fs.store.OrderedStore} says it; one test suite holds every engine to it. An engine
 * is found by {@code ServiceLoader} as an {@link dev.ring3.fs.store.OrderedStoreProvider}; the one in memory is here, for
 * volumes that need not outlive the process, for models and for tests.
 *
 * <p><b>Order.</b> A batch takes effect whole, in the order of transaction numbers, and a crash leaves a prefix of that
 * order that holds everything that {@code durable} was waited for. Nothing else is promised: there are no locks, no
 * conflict checks and no multi-step transactions here; whoever writes locks what it read, above.
 *
 * <p><b>Threads.</b> Everything but a {@link dev.ring3.fs.store.Cursor} and a {@link dev.ring3.fs.store.Batch} may be
 * used by all threads at once. Calls may block in the kernel: not for virtual threads.
 */
package dev.ring3.fs.store;
