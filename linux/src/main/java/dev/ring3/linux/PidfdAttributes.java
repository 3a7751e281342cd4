package dev.ring3.linux;

import java.util.List;
import java.util.Optional;

/**
 * Extended attributes of a process, {@code trusted.*}: every handle of it sees them, they outlive it, and they go when
 * the last handle is closed (Linux 6.17). To set them takes root.
 */
public final class PidfdAttributes {
    private final PidfdCalls kernel;

    PidfdAttributes(PidfdCalls kernel) {
        this.kernel = kernel;
    }

    /**
     * The value of a name.
     *
     * @param name with its prefix: {@code trusted.owner}
     * @return empty if there is none
     */
    public Optional<byte[]> get(String name) {
        return kernel.attribute(name);
    }

    /**
     * Sets a value.
     *
     * @throws LinuxException with {@link Errno#EPERM} without root, {@link Errno#EOPNOTSUPP} for another prefix
     */
    public void set(String name, byte[] value) {
        kernel.setAttribute(name, value);
    }

    /** Removes a name, and says whether it was there. */
    public boolean remove(String name) {
        return kernel.removeAttribute(name);
    }

    /** All names; without root, none. */
    public List<String> names() {
        return kernel.attributeNames();
    }
}
