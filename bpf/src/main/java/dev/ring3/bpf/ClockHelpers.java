package dev.ring3.bpf;

import java.time.Instant;

/** The kernel's helpers that tell the time, with the clocks that a JVM has. */
final class ClockHelpers {
    private static final int KTIME_GET_NS = 5;
    private static final int JIFFIES64 = 118;
    private static final int KTIME_GET_BOOT_NS = 125;
    private static final int KTIME_GET_COARSE_NS = 160;
    private static final int KTIME_GET_TAI_NS = 208;

    /** Jiffies are milliseconds here, as on a kernel that is built with {@code CONFIG_HZ=1000}. */
    private static final long NANOS_PER_JIFFY = 1_000_000;

    /** TAI is ahead of UTC by this, since 2017. */
    private static final long TAI_OFFSET_SECONDS = 37;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private ClockHelpers() {}

    static HostFunctions addTo(HostFunctions functions) {
        HostFunctions all = functions;
        for (int number : new int[] {KTIME_GET_NS, KTIME_GET_BOOT_NS, KTIME_GET_COARSE_NS}) {
            all = Helpers.leaf(all, number, (_, _, _, _, _, _) -> monotonicNanos());
        }
        all = Helpers.leaf(all, JIFFIES64, (_, _, _, _, _, _) -> monotonicNanos() / NANOS_PER_JIFFY);
        return Helpers.leaf(
                all, KTIME_GET_TAI_NS, (_, _, _, _, _, _) -> realNanos() + TAI_OFFSET_SECONDS * NANOS_PER_SECOND);
    }

    /** The JVM's monotonic clock; it does not say whether it stands still while the machine sleeps. */
    static long monotonicNanos() {
        return System.nanoTime();
    }

    /** Nanoseconds since 1970. */
    static long realNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
    }
}
