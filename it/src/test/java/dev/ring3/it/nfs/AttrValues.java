package dev.ring3.it.nfs;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A fattr4 that a client sends: to set, to create with, to compare. Attributes go out in the order of their numbers. */
final class AttrValues {
    /** By number, each value encoded. */
    private final SortedMap<Integer, Opaque> values = new TreeMap<>();

    static AttrValues none() {
        return new AttrValues();
    }

    static AttrValues ofMode(int mode) {
        return none().mode(mode);
    }

    static AttrValues ofSize(long size) {
        return none().size(size);
    }

    AttrValues mode(int mode) {
        return put(Attr.MODE, new XdrWriter().u32(mode));
    }

    AttrValues size(long size) {
        return put(Attr.SIZE, new XdrWriter().u64(size));
    }

    AttrValues owner(String owner) {
        return put(Attr.OWNER, new XdrWriter().text(owner));
    }

    AttrValues group(String group) {
        return put(Attr.OWNER_GROUP, new XdrWriter().text(group));
    }

    AttrValues modifyTime(long seconds, int nanos) {
        return put(Attr.TIME_MODIFY_SET, new XdrWriter().u32(1).u64(seconds).u32(nanos));
    }

    AttrValues accessTime(long seconds, int nanos) {
        return put(Attr.TIME_ACCESS_SET, new XdrWriter().u32(1).u64(seconds).u32(nanos));
    }

    AttrValues modifyTimeOfServer() {
        return put(Attr.TIME_MODIFY_SET, new XdrWriter().u32(0));
    }

    AttrValues acl(List<Attrs.Ace> entries) {
        XdrWriter out = new XdrWriter().u32(entries.size());
        entries.forEach(entry -> entry.write(out));
        return put(Attr.ACL, out);
    }

    /** Any attribute with any bytes. */
    AttrValues put(int bit, XdrWriter value) {
        values.put(bit, Opaque.of(value.toBytes()));
        return this;
    }

    void write(XdrWriter out) {
        out.bitmap(values.keySet().stream().mapToInt(bit -> bit).toArray());
        XdrWriter body = new XdrWriter();
        values.values().forEach(value -> body.raw(value.bytes()));
        out.opaque(body.toBytes());
    }
}
