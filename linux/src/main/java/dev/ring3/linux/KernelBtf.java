package dev.ring3.linux;

/** Type information that the kernel has checked and holds; closing it lets it go. */
public final class KernelBtf implements AutoCloseable {
    private final OwnedDescriptor descriptor;

    KernelBtf(OwnedDescriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * The file descriptor, which stays this object's: valid until it is closed.
     *
     * @throws IllegalStateException if it is closed
     */
    public int descriptor() {
        return descriptor.use(fd -> fd);
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
