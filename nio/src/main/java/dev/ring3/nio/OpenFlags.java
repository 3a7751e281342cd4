package dev.ring3.nio;

import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.OpenHow;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** How a channel is opened, from the options that were given; CREATE and TRUNCATE_EXISTING only for writers. */
record OpenFlags(Set<StandardOpenOption> options, boolean follow) {
    /**
     * Sorts the options.
     *
     * @throws UnsupportedOperationException for one that is not known
     * @throws IllegalArgumentException for READ or TRUNCATE_EXISTING with APPEND
     */
    static OpenFlags of(Set<? extends OpenOption> given) {
        Set<StandardOpenOption> options = EnumSet.noneOf(StandardOpenOption.class);
        boolean follow = true;
        for (OpenOption option : given) {
            switch (Objects.requireNonNull(option)) {
                case StandardOpenOption standard -> options.add(standard);
                case LinkOption _ -> follow = false;
                default -> throw new UnsupportedOperationException(option + " not supported");
            }
        }
        boolean append = options.contains(StandardOpenOption.APPEND);
        if (!options.contains(StandardOpenOption.READ) && !options.contains(StandardOpenOption.WRITE)) {
            options.add(append ? StandardOpenOption.WRITE : StandardOpenOption.READ);
        }
        if (append && options.contains(StandardOpenOption.READ)) {
            throw new IllegalArgumentException("READ + APPEND not allowed");
        }
        if (append && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            throw new IllegalArgumentException("APPEND + TRUNCATE_EXISTING not allowed");
        }
        return new OpenFlags(options, follow);
    }

    private boolean has(StandardOpenOption option) {
        return options.contains(option);
    }

    boolean read() {
        return has(StandardOpenOption.READ);
    }

    boolean write() {
        return has(StandardOpenOption.WRITE) || append();
    }

    boolean append() {
        return has(StandardOpenOption.APPEND);
    }

    boolean createNew() {
        return write() && has(StandardOpenOption.CREATE_NEW);
    }

    boolean create() {
        return createNew() || (write() && has(StandardOpenOption.CREATE));
    }

    boolean deleteOnClose() {
        return has(StandardOpenOption.DELETE_ON_CLOSE);
    }

    /** A file that is deleted is not one that a link leads to. */
    boolean followsLast() {
        return follow && !createNew() && !deleteOnClose();
    }

    OpenHow how() {
        List<dev.ring3.fs.vfs.OpenOption> chosen = new ArrayList<>();
        if (append()) {
            chosen.add(dev.ring3.fs.vfs.OpenOption.APPEND);
        }
        if (write() && has(StandardOpenOption.TRUNCATE_EXISTING)) {
            chosen.add(dev.ring3.fs.vfs.OpenOption.TRUNCATE);
        }
        if (has(StandardOpenOption.SYNC)) {
            chosen.add(dev.ring3.fs.vfs.OpenOption.SYNC);
        } else if (has(StandardOpenOption.DSYNC)) {
            chosen.add(dev.ring3.fs.vfs.OpenOption.DATA_SYNC);
        }
        Use use = read() && write() ? Use.BOTH : write() ? Use.WRITE : Use.READ;
        return OpenHow.of(use, chosen.toArray(dev.ring3.fs.vfs.OpenOption[]::new));
    }
}
