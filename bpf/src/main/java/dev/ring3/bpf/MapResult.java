package dev.ring3.bpf;

import dev.ring3.bpf.map.HelperErrors;

/** How a change of a map ended. */
public enum MapResult {
    /** It was made. */
    DONE(0),
    /** There is an entry with that key already. */
    EXISTS(HelperErrors.EEXIST),
    /** There is no entry with that key. */
    ABSENT(HelperErrors.ENOENT),
    /** The map has as many entries as it can hold, or no entry of that index. */
    FULL(HelperErrors.E2BIG),
    /** The trie has as many prefixes as it can hold. */
    NO_SPACE(HelperErrors.ENOSPC),
    /** All spare memory of the map waits for runs to end. */
    NO_MEMORY(HelperErrors.ENOMEM),
    /** A lock could not be had. */
    BUSY(HelperErrors.EBUSY),
    /** The map is not to be changed, or not by the host. */
    NOT_PERMITTED(HelperErrors.EPERM),
    /** Maps of this kind have no such change. */
    INVALID(HelperErrors.EINVAL);

    private final int error;

    MapResult(int error) {
        this.error = error;
    }

    /** The kernel's number for it: 0, or an errno, which is positive. */
    public int errno() {
        return -error;
    }

    static MapResult of(int error) {
        for (MapResult result : values()) {
            if (result.error == error) {
                return result;
            }
        }
        throw new IllegalStateException("error %d of a map".formatted(error));
    }
}
