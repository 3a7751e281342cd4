package dev.ring3.mm.cache;

/**
 * What the owner of a file knows it by, for policies: the same whenever the file is opened, unlike
 * {@link AddressSpace#id}.
 *
 * @param space whose numbers these are
 * @param number the file's in there
 */
public record FileTag(long space, long number) {
    /** The owner does not say. */
    public static final FileTag NONE = new FileTag(0, 0);
}
