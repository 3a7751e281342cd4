package dev.ring3.fs.volume;

import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What tests replace, to see what else happens seldom.
 *
 * @param nameHash where names are put; null for the volume's own keyed hash
 * @param cleanerKeysMax keys in one step of {@link NodeCleaner}
 */
record VolumeSeams(@Nullable ToLongFunction<byte[]> nameHash, int cleanerKeysMax) {
    /** As every volume is opened. */
    static final VolumeSeams NONE = new VolumeSeams(null, 512);
}
