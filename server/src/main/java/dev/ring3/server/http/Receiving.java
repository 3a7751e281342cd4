package dev.ring3.server.http;

import java.time.Duration;
import java.util.Optional;

/**
 * What somebody may do who is let in to bring copies and for nothing else.
 *
 * @param into the path of the subvolume in which they are made, absolute, without a slash at its end
 * @param keep how long ago the snapshot of a copy has to have been taken for its bringer to delete it; never if empty
 */
public record Receiving(String into, Optional<Duration> keep) {
    public Receiving {
        boolean plain = into.startsWith("/") && into.length() > 1 && !into.endsWith("/") && !into.contains("//");
        if (!plain) {
            throw new IllegalArgumentException("\"%s\" is no path of a subvolume: /backup/projects".formatted(into));
        }
        if (keep.isPresent() && keep.get().isNegative()) {
            throw new IllegalArgumentException("copies cannot be kept for %s".formatted(keep.get()));
        }
    }

    /** Whether a path is that of the subvolume. */
    public boolean isInto(String path) {
        return path.equals(into);
    }

    /** Whether a path is directly in the subvolume. */
    public boolean isCopy(String path) {
        return path.startsWith(into + "/") && path.indexOf('/', into.length() + 1) < 0;
    }
}
