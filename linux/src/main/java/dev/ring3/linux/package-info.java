/**
 * System calls of Linux, without a native library of our own. Each part is one entry type here: processes ({@link
 * dev.ring3.linux.Pidfd}, {@link dev.ring3.linux.Spawn}, {@link dev.ring3.linux.PidfdReactor}, {@link
 * dev.ring3.linux.Processes}), files ({@link dev.ring3.linux.RawFile}, {@link dev.ring3.linux.Statx}, {@link
 * dev.ring3.linux.Mounts}, {@link dev.ring3.linux.FilesystemQueries}), the kernel's own BPF ({@link
 * dev.ring3.linux.KernelBpf}).
 *
 * <p><b>How calls are bound.</b> One native symbol, the C library's {@code syscall(2)}, called with a number from
 * {@link dev.ring3.linux.SystemCall} and arguments of the width of a register; only to start programs, its {@code
 * posix_spawn(3)} besides, see {@link dev.ring3.linux.PosixSpawn}. So a call needs neither a header nor a
 * C library that knows it. Structures are laid out by hand, one {@code ...Layout} class each. Memory handed to the
 * kernel belongs to an arena that the caller opens before the call and closes after it, in one {@code try}.
 *
 * <p><b>The errno rule.</b> {@code errno} is captured by the linker in the same downcall; a second native call to read
 * it would find what the JVM did in between. Inside the module a result is either not negative or minus an errno
 * number. At the public surface an error is a {@link dev.ring3.linux.LinuxException} with the
 * {@link dev.ring3.linux.Errno}, the operation and its object, unless it is an answer: an absent key, a program refused
 * with reasons.
 *
 * <p><b>What is there</b> is found by trying, never from a version number: {@link dev.ring3.linux.Availability}. Classes
 * load on every system; only calls are refused, with {@link dev.ring3.linux.UnsupportedHostException}.
 *
 * <p><b>Threads.</b> Calls run on the thread that makes them, and a thread inside one cannot be unmounted: do not call
 * from virtual threads what may block. Objects that own a descriptor are thread-safe; there is one atomic word for each
 * and no lock. The reactor's thread is the only one that waits in the kernel for others; the monitor of a watch in it is
 * the innermost lock, and nothing is completed inside.
 */
package dev.ring3.linux;
