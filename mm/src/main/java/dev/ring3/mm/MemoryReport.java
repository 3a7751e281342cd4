package dev.ring3.mm;

import java.util.List;

/**
 * Where the frames are, at one moment that is not quite the same for all of it.
 *
 * @param budgetFrames all there are
 * @param freeFrames free ones, those in magazines included
 * @param largestFreeFrames the largest free run that an allocation could get
 * @param reservedFrames free ones that only their pools give out
 * @param users who holds the others, as they say themselves
 * @param unclaimedFrames held by nobody who reports
 * @param waiting allocations that wait or reclaim now, one line each: thread, order, scopes
 * @param scopes the scopes of the thread that made the report, with reasons, outermost first
 * @param reclaim what reclaim has done since the start
 */
public record MemoryReport(
        long budgetFrames,
        long freeFrames,
        long largestFreeFrames,
        long reservedFrames,
        List<User> users,
        long unclaimedFrames,
        List<String> waiting,
        List<String> scopes,
        Reclaim reclaim) {
    /** One user of frames. */
    public record User(String name, FrameUsage usage) {}

    /**
     * What reclaim has done since the allocator was made.
     *
     * @param backgroundPasses rounds of the background reclaimer
     * @param directPasses rounds of threads that allocate
     * @param freedFrames frames that shrinkers gave back
     * @param stalls allocations that had to reclaim or wait
     * @param stallNanos how long they took, together
     * @param failures allocations that got nothing, in the end
     */
    public record Reclaim(
            long backgroundPasses, long directPasses, long freedFrames, long stalls, long stallNanos, long failures) {}

    /** The report for people, a line for each fact. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        text.append("frames: %d of %d free, largest run %d, reserved %d%n"
                .formatted(freeFrames, budgetFrames, largestFreeFrames, reservedFrames));
        for (User user : users) {
            FrameUsage usage = user.usage();
            text.append("%s: %d held, %d pinned, %d dirty, %d under writeback%n"
                    .formatted(
                            user.name(),
                            usage.heldFrames(),
                            usage.pinnedFrames(),
                            usage.dirtyFrames(),
                            usage.writebackFrames()));
        }
        text.append("held by others: %d%n".formatted(unclaimedFrames));
        text.append("reclaim: %d background and %d direct passes freed %d; %d allocations waited %d ms, %d failed%n"
                .formatted(
                        reclaim.backgroundPasses(),
                        reclaim.directPasses(),
                        reclaim.freedFrames(),
                        reclaim.stalls(),
                        reclaim.stallNanos() / 1_000_000,
                        reclaim.failures()));
        waiting.forEach(line -> text.append("waiting: %s%n".formatted(line)));
        text.append("scopes: ").append(scopes.isEmpty() ? "none" : String.join(" > ", scopes));
        return text.toString();
    }
}
