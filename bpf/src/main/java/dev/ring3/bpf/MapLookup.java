package dev.ring3.bpf;

/**
 * A function of one map that finds an address by a key, and needs nothing of the run for it: an engine may do without
 * everything that a call of the host takes. Where HotSpot makes all of it a part of the program, nothing is left but the
 * search; the fewer methods it is deep, the more likely that is.
 */
public interface MapLookup extends LeafFunction {
    /** In place of an address: the function is to be called after all, which then faults. */
    long FAULTS = -1;

    /** Bytes of a key. */
    int keyBytes();

    /**
     * What the function returns.
     *
     * @param key an address at which the program may read a key
     * @return an address, 0 for none, or {@link #FAULTS}
     */
    long find(long key);
}
