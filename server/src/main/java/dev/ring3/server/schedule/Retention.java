package dev.ring3.server.schedule;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What is kept: of the last so many hours, days and weeks (of UTC) that have a snapshot, the newest of each; and the newest
 * of all.
 */
public record Retention(int hourly, int daily, int weekly) {
    /** More than anybody wants to look through. */
    public static final int MAX = 10_000;

    private static final long HOUR_SECONDS = 3600;
    private static final long DAY_SECONDS = 24 * HOUR_SECONDS;
    private static final long WEEK_SECONDS = 7 * DAY_SECONDS;

    /** The epoch was a Thursday; weeks begin on Mondays. */
    private static final long WEEK_OFFSET_SECONDS = 3 * DAY_SECONDS;

    public Retention {
        if (hourly < 0 || daily < 0 || weekly < 0 || hourly > MAX || daily > MAX || weekly > MAX) {
            throw new IllegalArgumentException("keeps %d, %d, %d".formatted(hourly, daily, weekly));
        }
    }

    /**
     * Those of some snapshots that are not kept. What is newest is told by the order in which they were taken: where the
     * clock was set back, those that bear a later time are the older ones.
     *
     * @param snapshots in that order
     */
    public <T> List<T> expired(List<T> snapshots, Function<T, Instant> created) {
        List<T> newestFirst = snapshots.reversed();
        Set<T> kept = new HashSet<>();
        newestFirst.stream().findFirst().ifPresent(kept::add);
        keep(newestFirst, kept, hourly, each -> Math.floorDiv(seconds(created, each), HOUR_SECONDS));
        keep(newestFirst, kept, daily, each -> Math.floorDiv(seconds(created, each), DAY_SECONDS));
        keep(
                newestFirst,
                kept,
                weekly,
                each -> Math.floorDiv(seconds(created, each) + WEEK_OFFSET_SECONDS, WEEK_SECONDS));
        return snapshots.stream().filter(each -> !kept.contains(each)).toList();
    }

    private static <T> long seconds(Function<T, Instant> created, T snapshot) {
        return created.apply(snapshot).getEpochSecond();
    }

    private static <T> void keep(List<T> newestFirst, Set<T> kept, int count, Function<T, Long> span) {
        Set<Long> spans = new HashSet<>();
        for (T each : newestFirst) {
            if (spans.size() >= count) {
                return;
            }
            if (spans.add(span.apply(each))) {
                kept.add(each);
            }
        }
    }
}
