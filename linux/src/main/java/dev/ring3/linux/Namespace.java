package dev.ring3.linux;

/** A namespace, kept alive by this handle to it. */
public final class Namespace implements AutoCloseable {
    private final NamespaceKind kind;
    private final RawFile file;

    Namespace(NamespaceKind kind, RawFile file) {
        this.kind = kind;
        this.file = file;
    }

    /** Which kind. */
    public NamespaceKind kind() {
        return kind;
    }

    /** Its number, as in {@code mnt:[4026531832]}; equal numbers of living handles are the same namespace. */
    public long inode() {
        return file.statx().inode().orElseThrow(() -> new IllegalStateException("statx without an inode"));
    }

    /** The handle as a file: its descriptor, {@code statx} and so on. */
    public RawFile file() {
        return file;
    }

    @Override
    public void close() {
        file.close();
    }
}
