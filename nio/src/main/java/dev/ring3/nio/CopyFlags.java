package dev.ring3.nio;

import java.nio.file.CopyOption;
import java.nio.file.LinkOption;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** How something is copied or moved. */
record CopyFlags(boolean replace, boolean attributes, boolean atomic, boolean follow) {
    /** As {@code rename(2)} moves. */
    static final CopyFlags ATOMIC = new CopyFlags(true, true, true, false);

    private static CopyFlags of(CopyOption[] options) {
        boolean replace = false;
        boolean attributes = false;
        boolean atomic = false;
        boolean follow = true;
        for (CopyOption option : options) {
            switch (Objects.requireNonNull(option)) {
                case StandardCopyOption.REPLACE_EXISTING -> replace = true;
                case StandardCopyOption.COPY_ATTRIBUTES -> attributes = true;
                case StandardCopyOption.ATOMIC_MOVE -> atomic = true;
                case LinkOption.NOFOLLOW_LINKS -> follow = false;
                default -> throw new UnsupportedOperationException("Unsupported option: " + option);
            }
        }
        return new CopyFlags(replace, attributes, atomic, follow);
    }

    /** UnsupportedOperationException for ATOMIC_MOVE. */
    static CopyFlags ofCopy(CopyOption... options) {
        CopyFlags flags = of(options);
        if (flags.atomic) {
            throw new UnsupportedOperationException("Unsupported option: ATOMIC_MOVE");
        }
        return flags;
    }

    /** UnsupportedOperationException for COPY_ATTRIBUTES; what moves takes its attributes along, and is not followed. */
    static CopyFlags ofMove(CopyOption... options) {
        CopyFlags flags = of(options);
        if (flags.attributes) {
            throw new UnsupportedOperationException("Unsupported option: COPY_ATTRIBUTES");
        }
        return new CopyFlags(flags.replace, true, flags.atomic, false);
    }
}
