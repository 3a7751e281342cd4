package dev.ring3.it.nfs;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A fattr4: attributes and their values, decoded by number. */
final class Attrs {
    private static final Set<Integer> BOOLEANS = Set.of(5, 6, 7, 9, 14, 15, 16, 17, 18, 25, 26, 34, 46, 82);
    private static final Set<Integer> WORDS = Set.of(1, 2, 10, 11, 13, 28, 29, 33, 35, 65, 66, 76, 77, 79);
    private static final Set<Integer> LONGS =
            Set.of(3, 4, 20, 21, 22, 23, 27, 30, 31, 38, 39, 40, 42, 43, 44, 45, 55, 78);
    private static final Set<Integer> TIMES = Set.of(47, 49, 50, 51, 52, 53, 56, 57);
    private static final Set<Integer> TEXTS = Set.of(32, 36, 37);
    private static final Set<Integer> PAIRS_OF_LONGS = Set.of(8, 60);

    /** Two u64 (fsid), or seconds and nanoseconds (nfstime4). */
    record Pair(long first, long second) {}

    /** An nfsace4. */
    record Ace(int type, int flag, int mask, String who) {
        static Ace read(XdrReader in) {
            return new Ace(in.u32(), in.u32(), in.u32(), in.text());
        }

        void write(XdrWriter out) {
            out.u32(type).u32(flag).u32(mask).text(who);
        }
    }

    /** What of an OPEN a server knows (RFC 9754, 4.1). */
    record OpenArguments(BitSet access, BitSet deny, BitSet want, BitSet claims, BitSet createModes) {}

    private final SortedMap<Integer, Object> values;

    private Attrs(SortedMap<Integer, Object> values) {
        this.values = values;
    }

    static Attrs read(XdrReader in) {
        BitSet bits = in.bitmap();
        XdrReader body = new XdrReader(in.bytes());
        SortedMap<Integer, Object> values = new TreeMap<>();
        bits.stream().forEach(bit -> values.put(bit, value(bit, body)));
        body.end();
        return new Attrs(values);
    }

    private static Object value(int bit, XdrReader in) {
        if (BOOLEANS.contains(bit)) {
            return in.bool();
        } else if (WORDS.contains(bit)) {
            return in.u32();
        } else if (LONGS.contains(bit)) {
            return in.u64();
        } else if (TIMES.contains(bit)) {
            return new Pair(in.u64(), in.u32());
        } else if (TEXTS.contains(bit)) {
            return in.text();
        } else if (PAIRS_OF_LONGS.contains(bit)) {
            return new Pair(in.u64(), in.u64());
        }
        return switch (bit) {
            case Attr.SUPPORTED_ATTRS, Attr.SUPPATTR_EXCLCREAT -> in.bitmap();
            case Attr.FILEHANDLE -> in.opaque();
            case Attr.RAWDEV -> new Pair(in.u32(), in.u32());
            case Attr.ACL -> in.list(Ace::read);
            case 62, 64 -> in.list(XdrReader::u32);
            case Attr.OPEN_ARGUMENTS ->
                new OpenArguments(in.bitmap(), in.bitmap(), in.bitmap(), in.bitmap(), in.bitmap());
            default -> throw new AssertionError("attribute " + bit + " was not asked for");
        };
    }

    BitSet present() {
        BitSet bits = new BitSet();
        values.keySet().forEach(bits::set);
        return bits;
    }

    boolean has(int bit) {
        return values.containsKey(bit);
    }

    @Nullable
    Object get(int bit) {
        return values.get(bit);
    }

    long u64(int bit) {
        return (long) existing(bit);
    }

    int u32(int bit) {
        return (int) existing(bit);
    }

    boolean bool(int bit) {
        return (boolean) existing(bit);
    }

    String text(int bit) {
        return (String) existing(bit);
    }

    Pair pair(int bit) {
        return (Pair) existing(bit);
    }

    BitSet bits(int bit) {
        return (BitSet) existing(bit);
    }

    OpenArguments openArguments() {
        return (OpenArguments) existing(Attr.OPEN_ARGUMENTS);
    }

    Opaque handle() {
        return (Opaque) existing(Attr.FILEHANDLE);
    }

    List<Ace> acl() {
        List<Ace> entries = new ArrayList<>();
        for (Object entry : (List<?>) existing(Attr.ACL)) {
            entries.add((Ace) entry);
        }
        return entries;
    }

    private Object existing(int bit) {
        Object value = values.get(bit);
        if (value == null) {
            throw new AssertionError("no attribute " + bit + " in " + this);
        }
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Attrs attrs && values.equals(attrs.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
