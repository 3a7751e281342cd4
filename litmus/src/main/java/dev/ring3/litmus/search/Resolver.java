package dev.ring3.litmus.search;

import dev.ring3.litmus.LitmusTest.Reading;
import dev.ring3.litmus.Location;
import dev.ring3.litmus.search.Datum.Addr;
import dev.ring3.litmus.search.Datum.Low;
import dev.ring3.litmus.search.Datum.Num;
import dev.ring3.litmus.search.Datum.ReadOf;
import dev.ring3.litmus.search.Datum.Result;
import dev.ring3.litmus.search.Datum.Unusable;
import org.jspecify.annotations.Nullable;

/** Makes values of terms as soon as the reads in them are known. */
final class Resolver {
    /** Bytes of an address that are not zero, since locations lie below 4 GiB. */
    private static final int ADDRESS_BYTES = 4;

    private final Program program;
    private final Meaning meaning;

    Resolver(Program program) {
        this.program = program;
        this.meaning = program.meaning;
    }

    /** The value of a term, or the term with what is known put in. */
    Datum resolve(State state, Datum term) {
        return switch (term) {
            case Num _, Addr _, Unusable _ -> term;
            case ReadOf(int event) -> {
                Datum value = state.read[event];
                yield value == null ? term : value;
            }
            case Low(int bytes, boolean signed, Datum of) -> {
                Datum inner = resolve(state, of);
                yield inner.equals(of) ? term : meaning.low(inner, bytes, signed);
            }
            case Result(var insn, Datum left, Datum right) -> {
                Datum a = resolve(state, left);
                Datum b = resolve(state, right);
                yield a.equals(left) && b.equals(right) ? term : meaning.apply(insn, a, b);
            }
        };
    }

    /** Gives an event its place, once its address is known. Whether anything changed. */
    boolean place(State state, int e) {
        Datum address = resolve(state, state.address[e]);
        state.address[e] = address;
        return switch (address) {
            case ReadOf _, Low _, Result _ -> false;
            case Unusable(String reason) -> throw new Inexact(reason);
            case Num(long bits) -> throw Inexact.fault("an access to address %d, which is no location".formatted(bits));
            case Addr(int number, long offset) -> {
                Location location = program.locations.get(number);
                int at = program.reading == Reading.HERD
                        ? herdOffset(location, offset)
                        : exactOffset(location, offset, state.size[e]);
                state.place(e, number, at, state.size[e]);
                yield true;
            }
        };
    }

    private static int exactOffset(Location location, long offset, int bytes) {
        if (!location.contains(offset, bytes)) {
            throw Inexact.fault(
                    "an access to %d bytes at %s%+d, which is outside".formatted(bytes, location.name(), offset));
        }
        if (offset % bytes != 0) {
            throw new Inexact("an access to %d bytes at %s%+d, which is not aligned: the model does not say"
                            .formatted(bytes, location.name(), offset)
                    + " what others see of it");
        }
        return (int) offset;
    }

    private int herdOffset(Location location, long offset) {
        int element = location.elementBytes();
        int length = Math.max(1, location.length());
        if (offset % element != 0 || offset < 0 || offset / element >= length) {
            throw Inexact.fault("an access to %s%+d, which is no location".formatted(location.name(), offset));
        }
        return (int) (offset / element) * Long.BYTES;
    }

    /** What a read reads, if all its bytes are decided and what was written there is known; otherwise null. */
    @Nullable
    Datum readValue(State state, int reading) {
        int bytes = state.size[reading];
        for (int b = 0; b < bytes; b++) {
            int source = state.source(reading, b);
            if (source == State.UNDECIDED) {
                return null;
            }
            Datum written = state.written[source];
            if (written == null || !written.isKnown()) {
                return null;
            }
        }
        int first = state.source(reading, 0);
        Datum whole = state.written[first];
        boolean same = state.offset[first] == state.offset[reading] && state.size[first] == bytes;
        if (whole != null && same && state.hasOneSource(reading)) {
            return whole;
        }
        return compose(bytes, b -> state.source(reading, b), state, state.offset[reading]);
    }

    /** The write that a byte comes from. */
    interface Source {
        int of(int b);
    }

    /** A value out of bytes of writes; all of them are known. */
    Datum compose(int bytes, Source source, State state, int offset) {
        long number = 0;
        Addr address = null;
        for (int b = 0; b < bytes; b++) {
            int write = source.of(b);
            int part = offset + b - state.offset[write];
            switch (state.written[write]) {
                case Num(long bits) -> number |= ((bits >>> (Byte.SIZE * part)) & 0xff) << (Byte.SIZE * b);
                case Addr a when part >= ADDRESS_BYTES -> {}
                case Addr a -> {
                    boolean fits = part == b && (b == 0 ? address == null : a.equals(address));
                    if (!fits) {
                        throw new Inexact("a value that is a part of an address");
                    }
                    address = a;
                }
                case null, default -> throw new IllegalStateException("event " + write + " writes nothing known");
            }
        }
        if (address == null) {
            return new Num(number);
        }
        boolean whole = bytes >= ADDRESS_BYTES && number == 0;
        for (int b = 0; b < Math.min(bytes, ADDRESS_BYTES) && whole; b++) {
            whole = address.equals(state.written[source.of(b)]);
        }
        if (!whole) {
            throw new Inexact("a value that is a part of an address");
        }
        return address;
    }
}
