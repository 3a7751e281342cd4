package dev.ring3.hooks;

import java.net.InetAddress;

/** Addresses of clients as programs see them: 16 bytes, an IPv4 address as {@code ::ffff:a.b.c.d} (RFC 4291, 2.5.5.2). */
final class ClientAddress {
    private static final int BYTES = 16;
    private static final int IPV4_AT = 12;

    private ClientAddress() {}

    /** Zeros for this machine, and for what is no literal address; a zone behind it is not looked at. */
    static byte[] bytes(String text) {
        byte[] all = new byte[BYTES];
        if (text.isEmpty()) {
            return all;
        }
        byte[] address;
        try {
            address = InetAddress.ofLiteral(withoutZone(text)).getAddress();
        } catch (IllegalArgumentException _) {
            return all;
        }
        if (address.length == BYTES) {
            return address;
        }
        all[IPV4_AT - 2] = (byte) 0xff;
        all[IPV4_AT - 1] = (byte) 0xff;
        System.arraycopy(address, 0, all, IPV4_AT, address.length);
        return all;
    }

    private static String withoutZone(String text) {
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
