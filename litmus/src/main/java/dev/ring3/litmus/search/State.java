package dev.ring3.litmus.search;

import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Width;
import dev.ring3.litmus.LitmusException;
import dev.ring3.litmus.cat.Base;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An execution, as far as it is built: threads, events, and what is known of the relations between them. Initial writes
 * come first among the events. Nothing that is known here ever changes; a choice works on a copy.
 */
final class State implements Relations {
    /** Bytes of the widest access. */
    private static final int BYTES = Long.BYTES;

    static final short UNDECIDED = -1;

    /** What a guess at a jump or an exchange has yet to prove. */
    record Guess(
            Width width,
            Condition condition,
            Datum left,
            Datum right,
            boolean expected,
            @Nullable Guess earlier) {}

    final int w;
    final int capacity;
    int n;
    final ThreadState[] threads;

    /** As long as it is the same object, events and their places are the same. */
    private Structure structure = new Structure();

    private boolean shared;

    @Nullable
    Guess guesses;

    /** Where a thread left the memory of the test. */
    @Nullable
    LitmusException fault;

    // By event.
    final Datum[] address;
    final int[] location;
    final int[] offset;
    final int[] size;
    final @Nullable Datum[] written;
    final @Nullable Datum[] read;
    /** By event and byte: the write that the byte is read from. */
    final short[] sources;
    /** Reads that wait for a write to come. */
    final long[] waiting;

    /** By read: writes that it is known not to read its next undecided byte from. */
    final long[] excluded;

    // Shared between copies until one of them adds an event: by event, sets, relations.
    int[] thread;
    int[] line;
    long[] reads;
    long[] writes;
    long[] initial;
    long[] acquires;
    long[] releases;
    long[] full;
    long[] relaxed;
    long[] po;
    long[] internal;
    long[] external;
    long[] addr;
    long[] data;
    long[] ctrl;
    long[] amo;

    // Relations.
    final long[] loc;
    final long[] rf;
    final long[] co;
    final long[] fr;

    State(int w, int capacity, ThreadState[] threads) {
        this.w = w;
        this.capacity = capacity;
        this.threads = threads;
        thread = new int[capacity];
        line = new int[capacity];
        address = new Datum[capacity];
        location = new int[capacity];
        offset = new int[capacity];
        size = new int[capacity];
        written = new Datum[capacity];
        read = new Datum[capacity];
        sources = new short[capacity * BYTES];
        excluded = new long[capacity * w];
        waiting = new long[w];
        reads = new long[w];
        writes = new long[w];
        initial = new long[w];
        acquires = new long[w];
        releases = new long[w];
        full = new long[w];
        relaxed = new long[w];
        po = new long[capacity * w];
        internal = new long[capacity * w];
        external = new long[capacity * w];
        addr = new long[capacity * w];
        data = new long[capacity * w];
        ctrl = new long[capacity * w];
        amo = new long[capacity * w];
        loc = new long[capacity * w];
        rf = new long[capacity * w];
        co = new long[capacity * w];
        fr = new long[capacity * w];
    }

    private State(State s) {
        w = s.w;
        capacity = s.capacity;
        structure = s.structure;
        s.shared = true;
        shared = true;
        n = s.n;
        threads = new ThreadState[s.threads.length];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = s.threads[t].copy();
        }
        guesses = s.guesses;
        thread = s.thread;
        line = s.line;
        address = s.address.clone();
        location = s.location.clone();
        offset = s.offset.clone();
        size = s.size.clone();
        written = s.written.clone();
        read = s.read.clone();
        sources = s.sources.clone();
        excluded = s.excluded.clone();
        waiting = s.waiting.clone();
        reads = s.reads;
        writes = s.writes;
        initial = s.initial;
        acquires = s.acquires;
        releases = s.releases;
        full = s.full;
        relaxed = s.relaxed;
        po = s.po;
        internal = s.internal;
        external = s.external;
        addr = s.addr;
        data = s.data;
        ctrl = s.ctrl;
        amo = s.amo;
        loc = s.loc.clone();
        rf = s.rf.clone();
        co = s.co.clone();
        fr = s.fr.clone();
    }

    State copy() {
        return new State(this);
    }

    /** Before an event is added, this state gets arrays of its own for what other states share. */
    private void unshare() {
        structure = new Structure();
        if (!shared) {
            return;
        }
        shared = false;
        thread = thread.clone();
        line = line.clone();
        reads = reads.clone();
        writes = writes.clone();
        initial = initial.clone();
        acquires = acquires.clone();
        releases = releases.clone();
        full = full.clone();
        relaxed = relaxed.clone();
        po = po.clone();
        internal = internal.clone();
        external = external.clone();
        addr = addr.clone();
        data = data.clone();
        ctrl = ctrl.clone();
        amo = amo.clone();
    }

    @Override
    public Structure structure() {
        return structure;
    }

    @Override
    public int events() {
        return n;
    }

    /**
     * Adds an event of a thread behind those it has, or an initial write for thread -1.
     *
     * @param pair the other event of the same instruction, which program order does not reach, or -1
     */
    int addEvent(int ofThread, int ofLine, int bytes, int pair) {
        unshare();
        int e = n++;
        thread[e] = ofThread;
        line[e] = ofLine;
        size[e] = bytes;
        location[e] = -1;
        Arrays.fill(sources, e * BYTES, (e + 1) * BYTES, UNDECIDED);
        for (int other = 0; other < e; other++) {
            if (thread[other] != ofThread) {
                Bits.add(external, w, e, other);
                Bits.add(external, w, other, e);
            } else if (ofThread >= 0) {
                Bits.add(internal, w, e, other);
                Bits.add(internal, w, other, e);
                if (other != pair) {
                    Bits.add(po, w, other, e);
                }
            }
        }
        if (ofThread >= 0) {
            Bits.add(internal, w, e, e);
            addFrom(ctrl, threads[ofThread].control, 0, e);
        }
        return e;
    }

    /** Relates each member of a set to an event. */
    void addFrom(long[] relation, long[] set, int setOffset, int e) {
        for (int r = Bits.next(set, setOffset, w, 0); r >= 0; r = Bits.next(set, setOffset, w, r + 1)) {
            Bits.add(relation, w, r, e);
        }
    }

    /** The address of an event has become known. */
    void place(int e, int atLocation, int atOffset, int bytes) {
        structure = new Structure();
        location[e] = atLocation;
        offset[e] = atOffset;
        size[e] = bytes;
        Bits.add(loc, w, e, e);
        boolean writing = Bits.has(writes, e);
        for (int other = 0; other < n; other++) {
            if (other != e && overlaps(e, other)) {
                Bits.add(loc, w, e, other);
                Bits.add(loc, w, other, e);
                if (writing && Bits.has(initial, other)) {
                    Bits.add(co, w, other, e);
                }
            }
        }
    }

    boolean isPlaced(int e) {
        return location[e] >= 0;
    }

    private boolean overlaps(int a, int b) {
        return location[a] >= 0
                && location[a] == location[b]
                && offset[a] < offset[b] + size[b]
                && offset[b] < offset[a] + size[a];
    }

    /** Whether an event accesses a byte of its location. */
    boolean covers(int e, int ofLocation, int byteOffset) {
        return location[e] == ofLocation && byteOffset >= offset[e] && byteOffset < offset[e] + size[e];
    }

    int source(int reading, int b) {
        return sources[reading * BYTES + b];
    }

    /** The first byte of a read that is not decided, or -1. */
    int undecidedByte(int reading) {
        for (int b = 0; b < size[reading]; b++) {
            if (sources[reading * BYTES + b] == UNDECIDED) {
                return b;
            }
        }
        return -1;
    }

    boolean isDecided(int reading) {
        return sources[reading * BYTES + size[reading] - 1] != UNDECIDED && undecidedByte(reading) < 0;
    }

    /** Whether all bytes of a read come from one write. */
    boolean hasOneSource(int reading) {
        int first = source(reading, 0);
        for (int b = 1; b < size[reading]; b++) {
            if (source(reading, b) != first) {
                return false;
            }
        }
        return first != UNDECIDED;
    }

    /** Reads bytes {@code from} up to, not including, {@code to} from a write. */
    void decide(int reading, int from, int to, int write) {
        Arrays.fill(sources, reading * BYTES + from, reading * BYTES + to, (short) write);
        Bits.add(rf, w, write, reading);
        Arrays.fill(excluded, reading * w, (reading + 1) * w, 0);
        waiting[reading >> 6] &= ~(1L << reading);
    }

    @Override
    public void read(Base base, long[] out) {
        switch (base) {
            case READS -> System.arraycopy(reads, 0, out, 0, w);
            case WRITES -> System.arraycopy(writes, 0, out, 0, w);
            case MEMORY -> {
                for (int i = 0; i < w; i++) {
                    out[i] = reads[i] | writes[i];
                }
            }
            case INITIAL -> System.arraycopy(initial, 0, out, 0, w);
            case FINAL -> {
                for (int i = 0; i < w; i++) {
                    out[i] = 0;
                }
                for (int e = Bits.next(writes, 0, w, 0); e >= 0; e = Bits.next(writes, 0, w, e + 1)) {
                    if (Bits.next(co, e * w, w, 0) < 0) {
                        Bits.add(out, e);
                    }
                }
            }
            case ACQUIRE -> System.arraycopy(acquires, 0, out, 0, w);
            case RELEASE -> System.arraycopy(releases, 0, out, 0, w);
            case FULL -> System.arraycopy(full, 0, out, 0, w);
            case RELAXED -> System.arraycopy(relaxed, 0, out, 0, w);
            case PROGRAM_ORDER -> System.arraycopy(po, 0, out, 0, n * w);
            case READS_FROM -> System.arraycopy(rf, 0, out, 0, n * w);
            case COHERENCE -> System.arraycopy(co, 0, out, 0, n * w);
            case FROM_READS -> System.arraycopy(fr, 0, out, 0, n * w);
            case ADDRESS -> System.arraycopy(addr, 0, out, 0, n * w);
            case DATA -> System.arraycopy(data, 0, out, 0, n * w);
            case CONTROL -> System.arraycopy(ctrl, 0, out, 0, n * w);
            case SAME_LOCATION -> System.arraycopy(loc, 0, out, 0, n * w);
            case INTERNAL -> System.arraycopy(internal, 0, out, 0, n * w);
            case EXTERNAL -> System.arraycopy(external, 0, out, 0, n * w);
            case IDENTITY -> {
                Arrays.fill(out, 0, n * w, 0);
                for (int e = 0; e < n; e++) {
                    Bits.add(out, w, e, e);
                }
            }
            case ATOMIC_PAIR -> System.arraycopy(amo, 0, out, 0, n * w);
        }
    }
}
