package dev.ring3.litmus.search;

import dev.ring3.litmus.cat.Model;
import java.util.Arrays;

/**
 * Derives what follows from what is known of an execution: coherence between writes, from-reads. Where the model forbids
 * every cycle of {@code co | rf | fr | po-loc}, whatever writes such a path connects are ordered by it, and a chain of
 * atomic read-modify-writes becomes one block in coherence order as soon as its reads are known. Of one thread.
 */
final class Deduction {
    private final boolean ordersLocations;
    private final boolean ordersPairs;
    private final int w;

    /** Paths; valid after {@link #deduce}, until the next. */
    private final long[] paths;

    Deduction(Model model, int w) {
        this.ordersLocations = model.ordersLocations();
        this.ordersPairs = model.ordersAtomicPairs();
        this.w = w;
        this.paths = new long[Long.SIZE * w * w];
    }

    boolean ordersLocations() {
        return ordersLocations;
    }

    /** Whether some path leads from one event to the other, as far as the model orders locations. */
    boolean hasPath(int from, int to) {
        return Bits.has(paths, w, from, to);
    }

    /** Adds all that follows; false if that is a contradiction. */
    boolean deduce(State s) {
        int n = s.n;
        boolean changed = true;
        while (changed) {
            fromReads(s);
            for (int i = 0; i < n * w; i++) {
                paths[i] = s.co[i];
                if (ordersLocations) {
                    paths[i] |= s.rf[i] | s.fr[i] | (s.po[i] & s.loc[i]) | (ordersPairs ? s.amo[i] : 0);
                }
            }
            Bits.close(paths, n, w);
            if (Bits.isReflexiveSomewhere(paths, n, w)) {
                return false;
            }
            changed = orderWrites(s);
            changed |= orderUpdates(s);
        }
        return true;
    }

    private boolean orderWrites(State s) {
        boolean changed = false;
        for (int a = Bits.next(s.writes, 0, w, 0); a >= 0; a = Bits.next(s.writes, 0, w, a + 1)) {
            for (int i = 0; i < w; i++) {
                int at = a * w + i;
                long forced = paths[at] & s.loc[at] & s.writes[i] & ~s.co[at];
                if (forced != 0) {
                    s.co[at] |= forced;
                    changed = true;
                }
            }
        }
        return changed;
    }

    /** Nothing comes between the write that an atomic update reads and the update itself. */
    private boolean orderUpdates(State s) {
        boolean changed = false;
        for (int e = Bits.next(s.reads, 0, w, 0); e >= 0; e = Bits.next(s.reads, 0, w, e + 1)) {
            if (!Bits.has(s.writes, e) || !s.isDecided(e) || !s.hasOneSource(e)) {
                continue;
            }
            int source = s.source(e, 0);
            if (source == e) {
                continue;
            }
            if (!Bits.has(s.co, w, source, e)) {
                Bits.add(s.co, w, source, e);
                changed = true;
            }
            if (ordersLocations && s.size[source] == s.size[e]) {
                changed |= orderBefore(s, source, e);
            }
        }
        return changed;
    }

    private boolean orderBefore(State s, int source, int update) {
        boolean changed = false;
        for (int other = Bits.next(s.writes, 0, w, 0); other >= 0; other = Bits.next(s.writes, 0, w, other + 1)) {
            if (other != source
                    && other != update
                    && hasPath(other, update)
                    && Bits.has(s.loc, w, other, source)
                    && Bits.has(s.loc, w, other, update)
                    && !Bits.has(s.co, w, other, source)) {
                Bits.add(s.co, w, other, source);
                changed = true;
            }
        }
        return changed;
    }

    /** A read comes before the writes that overwrite what it has read. */
    private void fromReads(State s) {
        for (int e = Bits.next(s.reads, 0, w, 0); e >= 0; e = Bits.next(s.reads, 0, w, e + 1)) {
            int source = s.source(e, 0);
            if (s.isPlaced(e) && source != State.UNDECIDED && s.hasOneSource(e)) {
                for (int i = 0; i < w; i++) {
                    s.fr[e * w + i] = s.co[source * w + i] & s.loc[e * w + i];
                }
            } else if (s.isPlaced(e)) {
                fromBytes(s, e);
            }
            s.fr[e * w + (e >> 6)] &= ~(1L << e);
        }
    }

    private void fromBytes(State s, int e) {
        Arrays.fill(s.fr, e * w, (e + 1) * w, 0);
        for (int b = 0; b < s.size[e]; b++) {
            int source = s.source(e, b);
            if (source == State.UNDECIDED) {
                continue;
            }
            for (int later = Bits.next(s.co, source * w, w, 0);
                    later >= 0;
                    later = Bits.next(s.co, source * w, w, later + 1)) {
                if (s.covers(later, s.location[e], s.offset[e] + b)) {
                    Bits.add(s.fr, w, e, later);
                }
            }
        }
    }
}
