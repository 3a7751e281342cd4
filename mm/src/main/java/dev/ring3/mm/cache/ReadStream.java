package dev.ring3.mm.cache;

import dev.ring3.mm.cache.ReadaheadRequest.Pattern;

/**
 * One of several sequences of accesses to a file, and how far it has been read ahead. In pages. Under the lock of its
 * {@link Readahead}.
 */
final class ReadStream {
    /** Accesses farther apart than that are no stride. */
    private static final long STRIDE_MAX = 256;

    long start; // of the last access
    long end;
    long stride; // from the access before the last to the last; 0: unknown
    Pattern pattern = Pattern.RANDOM;
    long window;
    long edge; // where reading ahead has come to: its end, going backward its beginning, for strides an access
    long lastUse;

    void begin(long first, long pages, long now) {
        start = first;
        end = first + pages;
        stride = 0;
        pattern = Pattern.RANDOM;
        window = 0;
        edge = end;
        lastUse = now;
    }

    /** How an access would continue this; RANDOM if it does not. */
    Pattern continuedBy(long first, long pages) {
        boolean ahead = first >= end - 1 && first <= Math.max(end, pattern == Pattern.FORWARD ? edge : end);
        if ((ahead && first != start) || first == end) {
            return Pattern.FORWARD;
        }
        long last = first + pages;
        boolean behind = last <= start + 1 && last >= Math.min(start, pattern == Pattern.BACKWARD ? edge : start);
        if (behind && first != start) {
            return Pattern.BACKWARD;
        }
        return stride != 0 && isOnStride(first) ? Pattern.STRIDED : Pattern.RANDOM;
    }

    /** Whether an access may be the next of a stride that is not known yet. */
    boolean mayBeStride(long first) {
        return pattern == Pattern.RANDOM && first != start && Math.abs(first - start) <= STRIDE_MAX;
    }

    private boolean isOnStride(long first) {
        if (pattern != Pattern.STRIDED) {
            return first - start == stride;
        }
        long steps = (first - start) / stride;
        return steps > 0 && start + steps * stride == first && steps <= Readahead.STRIDES_AHEAD + 1;
    }

    void goOn(Pattern how, long first, long pages, long now) {
        if (how != pattern) {
            window = 0;
            edge = how == Pattern.BACKWARD ? first : how == Pattern.STRIDED ? first : first + pages;
        }
        if (how != Pattern.STRIDED) {
            stride = 0;
        }
        pattern = how;
        start = first;
        end = first + pages;
        lastUse = now;
    }

    /** The access was a miss: reading ahead has not come as far as was thought, or too early. */
    void missed(long first) {
        edge = switch (pattern) {
            case FORWARD -> Math.min(edge, end);
            case BACKWARD -> Math.max(edge, first);
            case STRIDED, RANDOM -> first;
        };
    }

    void noteStride(long first, long pages, long now) {
        stride = first - start;
        start = first;
        end = first + pages;
        lastUse = now;
    }
}
