/**
 * What POSIX, and Linux where it says more, have of a filesystem: one file for each system call, and in it each error that
 * a filesystem gives and each effect. The suite runs on the namespace itself, through the kernel on a FUSE mount of it, and,
 * as the check of the suite, on a filesystem of the host.
 */
package dev.ring3.it.posix;
