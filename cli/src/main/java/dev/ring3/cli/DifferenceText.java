package dev.ring3.cli;

import dev.ring3.fs.Name;
import dev.ring3.fs.volume.SnapshotDifference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How two snapshots differ, a line for each file: {@code +} came, {@code -} went, {@code R} moved, {@code M} changed. */
final class DifferenceText {
    private DifferenceText() {}

    static String line(SnapshotDifference difference) {
        String before = path(difference.oldPath());
        String after = path(difference.newPath());
        return switch (difference.what()) {
            case ADDED -> "+ " + after;
            case REMOVED -> "- " + before;
            case CHANGED ->
                before.equals(after)
                        ? "M " + after + what(difference)
                        : "R %s -> %s%s".formatted(before, after, what(difference));
        };
    }

    private static String path(@Nullable List<Name> names) {
        return names == null ? "(a file without a name)" : VolumePaths.text(names);
    }

    private static String what(SnapshotDifference difference) {
        List<String> parts = new ArrayList<>();
        if (!difference.ranges().isEmpty()) {
            long bytes = difference.ranges().stream()
                    .mapToLong(SnapshotDifference.Range::lengthBytes)
                    .sum();
            parts.add(ByteSize.text(bytes) + " of data");
        }
        if (!difference.entries().isEmpty()) {
            int names = difference.entries().size();
            parts.add(names == 1 ? "1 name" : names + " names");
        }
        if (difference.attributes()) {
            parts.add("attributes");
        }
        if (difference.xattrs()) {
            parts.add("extended attributes");
        }
        return parts.isEmpty() ? "" : "  (" + String.join(", ", parts) + ")";
    }
}
