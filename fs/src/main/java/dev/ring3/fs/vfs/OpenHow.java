package dev.ring3.fs.vfs;

import dev.ring3.fs.lock.Sharing;
import dev.ring3.fs.lock.Use;
import java.util.EnumSet;
import java.util.Set;

/**
 * How a file is opened.
 *
 * @param sharing what is done with it and denied to others
 */
public record OpenHow(Sharing sharing, Set<OpenOption> options) {
    public OpenHow {
        options = options.isEmpty() ? Set.of() : Set.copyOf(options);
    }

    /** Denies nothing to others. */
    public static OpenHow of(Use access, OpenOption... options) {
        Set<OpenOption> set = EnumSet.noneOf(OpenOption.class);
        set.addAll(Set.of(options));
        return new OpenHow(Sharing.of(access), set);
    }

    boolean has(OpenOption option) {
        return options.contains(option);
    }

    /** What the permission bits must allow. */
    int wanted() {
        int toRead = has(OpenOption.EXECUTE) ? Permissions.EXECUTE : Permissions.READ;
        return (sharing.access().overlaps(Use.READ) ? toRead : 0)
                | (sharing.access().overlaps(Use.WRITE) || has(OpenOption.TRUNCATE) ? Permissions.WRITE : 0);
    }
}
