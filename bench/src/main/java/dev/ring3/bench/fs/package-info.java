/**
 * {@code ring3 bench fs}: operations on names and data, in Ring3's volume and beside it.
 *
 * <pre>
 * FsBench           the entry: forks, and what comes of them
 *   FsWorkerMain    a child JVM that measures all filesystems in turn
 *     FsOperation   what is done
 *     Tree          whom it is done to: {@code KernelTree} by system calls, {@code VolumeTree} in process
 *     FsSetup       makes and mounts them
 * </pre>
 */
package dev.ring3.bench.fs;
