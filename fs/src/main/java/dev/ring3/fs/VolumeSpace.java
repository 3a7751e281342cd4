package dev.ring3.fs;

/**
 * What {@code statfs} tells, of a subvolume: its quota bounds what the volume has.
 *
 * @param availableBytes to unprivileged writers
 */
public record VolumeSpace(
        long totalBytes, long freeBytes, long availableBytes, long totalInodes, long freeInodes, int blockBytes) {}
