/**
 * Power cuts below the host's filesystem. A volume on ext4, on a loop device, over a file that this package serves through
 * FUSE: so it sees each write of a block and each flush in order, without a device mapper, and can make of every moment the
 * disk that a cut would have left, with writes lost, torn and out of order since the last flush. Each is mounted, and the
 * volume on it held against what had been promised.
 */
@NullMarked
package dev.ring3.it.crash;

import org.jspecify.annotations.NullMarked;
