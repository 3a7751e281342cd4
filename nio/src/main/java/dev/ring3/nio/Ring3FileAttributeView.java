package dev.ring3.nio;

import java.io.IOException;
import java.nio.file.attribute.PosixFileAttributeView;

/** The view {@code ring3}: what {@link Ring3FileAttributes} has, and the flags that can be set. */
public interface Ring3FileAttributeView extends PosixFileAttributeView {
    /** All at once, the change attribute among them; asking for it is a look, so the next change moves it. */
    @Override
    Ring3FileAttributes readAttributes() throws IOException;

    /** Lets nobody change, rename or delete it, or ends that; only for the user root. */
    void setImmutable(boolean immutable) throws IOException;

    /** Lets it only grow, or ends that; only for the user root. */
    void setAppendOnly(boolean appendOnly) throws IOException;
}
