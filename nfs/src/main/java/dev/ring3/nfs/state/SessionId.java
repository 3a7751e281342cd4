package dev.ring3.nfs.state;

import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;

/** {@code sessionid4}: 16 bytes, of ours the client's id and a number. */
public record SessionId(long client, long number) {
    public static SessionId read(XdrReader in) {
        return new SessionId(in.getLong(), in.getLong());
    }

    public void write(XdrWriter out) {
        out.putLong(client).putLong(number);
    }
}
