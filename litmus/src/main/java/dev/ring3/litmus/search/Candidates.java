package dev.ring3.litmus.search;

import java.util.ArrayList;
import java.util.List;

/** Which read to decide next, and what it may read from. Of one thread. */
final class Candidates {
    private final Program program;
    private final Deduction deduction;
    private final int w;
    private final long[] wanted;
    private final long[] followed;
    private final long[] asked;

    Candidates(Program program, Deduction deduction, int w) {
        this.program = program;
        this.deduction = deduction;
        this.w = w;
        this.wanted = new long[w];
        this.followed = new long[w];
        this.asked = new long[w];
    }

    /** Whether every read has all its bytes. */
    boolean allDecided(State state) {
        for (int e = Bits.next(state.reads, 0, w, 0); e >= 0; e = Bits.next(state.reads, 0, w, e + 1)) {
            if (!state.isPlaced(e) || !state.isDecided(e)) {
                return false;
            }
        }
        return true;
    }

    /** The read to decide next: one that a stopped thread waits for, if there is any; -1 if none can be decided. */
    int choose(State state, Machine machine) {
        java.util.Arrays.fill(wanted, 0);
        java.util.Arrays.fill(followed, 0);
        boolean blocked = false;
        for (int t = 0; t < state.threads.length; t++) {
            if (state.threads[t].isBlocked()) {
                blocked = true;
                for (Datum side : machine.compared(state, t)) {
                    collect(state, side);
                }
            }
        }
        if (blocked) {
            for (int e = 0; e < state.n; e++) {
                if (!state.isPlaced(e)) {
                    collect(state, state.address[e]);
                }
            }
        }
        int best = -1;
        int fewest = Integer.MAX_VALUE;
        for (int e = Bits.next(state.reads, 0, w, 0); e >= 0; e = Bits.next(state.reads, 0, w, e + 1)) {
            if ((blocked && !Bits.has(wanted, e)) || !state.isPlaced(e) || state.isDecided(e)) {
                continue;
            }
            int count = of(state, e, state.undecidedByte(e)).size();
            boolean waits = Bits.has(state.waiting, e);
            boolean dead = count == 0 && !mayComeLater(state, e);
            if (dead) {
                return e; // nothing to read from: the branch ends there
            }
            if ((count > 0 || !waits) && count < fewest) {
                fewest = count;
                best = e;
            }
        }
        return best;
    }

    /** Adds the undecided reads that a term hangs on, also through writes that are read from. */
    private void collect(State state, Datum term) {
        switch (term) {
            case Datum.Num _, Datum.Addr _, Datum.Unusable _ -> {}
            case Datum.Low(int _, boolean _, Datum of) -> collect(state, of);
            case Datum.Result(var _, Datum left, Datum right) -> {
                collect(state, left);
                collect(state, right);
            }
            case Datum.ReadOf(int e) -> {
                if (state.read[e] != null || Bits.has(followed, e)) {
                    return;
                }
                Bits.add(followed, e);
                if (!state.isPlaced(e)) {
                    collect(state, state.address[e]);
                } else if (!state.isDecided(e)) {
                    Bits.add(wanted, e);
                }
                for (int b = 0; state.isPlaced(e) && b < state.size[e]; b++) {
                    int source = state.source(e, b);
                    Datum written = source == State.UNDECIDED ? null : state.written[source];
                    if (written != null) {
                        collect(state, written);
                    }
                }
            }
        }
    }

    /** The writes that a byte of a read may come from; of an exchange never its own, whatever the model says. */
    List<Integer> of(State state, int reading, int b) {
        List<Integer> sources = new ArrayList<>();
        int at = state.offset[reading] + b;
        for (int e = Bits.next(state.loc, reading * w, w, 0); e >= 0; e = Bits.next(state.loc, reading * w, w, e + 1)) {
            if (e != reading
                    && Bits.has(state.writes, e)
                    && !Bits.has(state.amo, w, reading, e)
                    && state.covers(e, state.location[reading], at)
                    && !Bits.has(state.excluded, w, reading, e)
                    && fitsDecidedBytes(state, reading, b, e)
                    && !isHidden(state, reading, at, e)) {
                sources.add(e);
            }
        }
        return sources;
    }

    /** Of two writes that both have two bytes of a read, one gives both: an access is one. */
    private static boolean fitsDecidedBytes(State state, int reading, int b, int write) {
        int at = state.offset[reading];
        for (int decided = 0; decided < b; decided++) {
            int other = state.source(reading, decided);
            if (other != write
                    && state.covers(write, state.location[reading], at + decided)
                    && state.covers(other, state.location[reading], at + b)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a write is overwritten before the read, or comes after it, as far as the model orders a location. */
    private boolean isHidden(State state, int reading, int at, int write) {
        if (!deduction.ordersLocations()) {
            return false;
        }
        if (deduction.hasPath(reading, write)) {
            return true;
        }
        for (int between = Bits.next(state.co, write * w, w, 0);
                between >= 0;
                between = Bits.next(state.co, write * w, w, between + 1)) {
            if (between != reading
                    && deduction.hasPath(between, reading)
                    && state.covers(between, state.location[reading], at)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the bytes of a read may come from different writes: only if some write is narrower. */
    boolean mayBeSplit(State state, int reading) {
        int bytes = state.size[reading];
        for (int e = Bits.next(state.writes, 0, w, 0); e >= 0; e = Bits.next(state.writes, 0, w, e + 1)) {
            boolean near = state.isPlaced(e) ? Bits.has(state.loc, w, reading, e) : mayBeAt(state, e, reading);
            if (near && e != reading && state.size[e] < bytes) {
                return true;
            }
        }
        for (int t = 0; t < state.threads.length; t++) {
            ThreadState thread = state.threads[t];
            if (!thread.isFinished()
                    && program.mayStore(t, thread.at, state.location[reading])
                    && program.narrowestStore(t, thread.at) < bytes) {
                return true;
            }
        }
        return false;
    }

    /** Whether a write that does not exist, or whose place is not known, may be what a read reads from. */
    boolean mayComeLater(State state, int reading) {
        for (int t = 0; t < state.threads.length; t++) {
            ThreadState thread = state.threads[t];
            boolean own = t == state.thread[reading] && deduction.ordersLocations();
            if (!own && !thread.isFinished() && program.mayStore(t, thread.at, state.location[reading])) {
                return true;
            }
        }
        for (int e = Bits.next(state.writes, 0, w, 0); e >= 0; e = Bits.next(state.writes, 0, w, e + 1)) {
            boolean later = deduction.ordersLocations() && Bits.has(state.po, w, reading, e);
            if (!state.isPlaced(e) && e != reading && !later && mayBeAt(state, e, reading)) {
                java.util.Arrays.fill(asked, 0);
                if (!hangsOn(state, state.address[e], reading)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a write whose address is not known may be to the location of a read. */
    private boolean mayBeAt(State state, int write, int reading) {
        return program.mayAccess(state.thread[write], state.line[write], state.location[reading]);
    }

    /** Whether a term is not known before a read is decided: a write at such an address does not give its value to it. */
    private boolean hangsOn(State state, Datum term, int reading) {
        return switch (term) {
            case Datum.Num _, Datum.Addr _, Datum.Unusable _ -> false;
            case Datum.Low(int _, boolean _, Datum of) -> hangsOn(state, of, reading);
            case Datum.Result(var _, Datum left, Datum right) ->
                hangsOn(state, left, reading) || hangsOn(state, right, reading);
            case Datum.ReadOf(int e) -> {
                if (e == reading || Bits.has(asked, e)) {
                    yield e == reading;
                }
                Bits.add(asked, e);
                boolean hangs = !state.isPlaced(e) && hangsOn(state, state.address[e], reading);
                for (int b = 0; state.isPlaced(e) && b < state.size[e] && !hangs; b++) {
                    int source = state.source(e, b);
                    Datum written = source == State.UNDECIDED ? null : state.written[source];
                    hangs = written != null && hangsOn(state, written, reading);
                }
                yield hangs;
            }
        };
    }

    /** A read that waits takes none of the writes that exist now, and whose place is known. */
    void excludeKnown(State state, int reading, int b) {
        int at = state.offset[reading] + b;
        for (int e = Bits.next(state.writes, 0, w, 0); e >= 0; e = Bits.next(state.writes, 0, w, e + 1)) {
            if (state.isPlaced(e) && state.covers(e, state.location[reading], at)) {
                Bits.add(state.excluded, w, reading, e);
            }
        }
    }
}
