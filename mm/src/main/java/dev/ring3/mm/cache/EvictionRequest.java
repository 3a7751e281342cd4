package dev.ring3.mm.cache;

import dev.ring3.mm.ShrinkControl;

/**
 * Frames are wanted.
 *
 * @param framesWanted how many
 * @param trigger who wants them
 * @param mayEnterFilesystem whether the allocation that waits is outside any NOFS scope
 * @param mayDoIo whether it is outside any NOIO scope
 */
public record EvictionRequest(
        long framesWanted, ShrinkControl.Trigger trigger, boolean mayEnterFilesystem, boolean mayDoIo) {}
