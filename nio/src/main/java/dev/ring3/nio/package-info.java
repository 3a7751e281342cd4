/**
 * Volumes behind {@code java.nio.file}: {@link dev.ring3.nio.Ring3FileSystems} opens one, {@link java.nio.file.Files} does
 * the rest.
 *
 * <p>A {@link java.nio.file.Path} is turned into an inode by one walk over {@link dev.ring3.fs.vfs.Vfs}, as the caller whom
 * the file system acts for, and everything else is by inode. {@code Session} is what a file system works with, {@code
 * Location} a path with the directory where it begins; the directory streams begin elsewhere than at the root. Failures are
 * translated in one place, {@code Errors}.
 *
 * <p>Threads: all of it is thread-safe. A channel's position has a lock of its own, taken before any of the filesystem's.
 * Operations may block on the volume, so virtual threads pin their carrier there.
 */
package dev.ring3.nio;
