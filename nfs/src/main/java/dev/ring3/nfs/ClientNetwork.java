package dev.ring3.nfs;

import java.net.InetAddress;
import java.util.List;

/**
 * Addresses that begin with the same bits.
 *
 * @param prefixBits how many of the address count
 */
public record ClientNetwork(InetAddress address, int prefixBits) {
    /** This machine. */
    public static final List<ClientNetwork> LOOPBACK = List.of(parse("127.0.0.0/8"), parse("::1/128"));

    public ClientNetwork {
        if (prefixBits < 0 || prefixBits > Byte.SIZE * address.getAddress().length) {
            throw new IllegalArgumentException("%s/%d".formatted(address.getHostAddress(), prefixBits));
        }
    }

    /**
     * A network as {@code 10.1.0.0/16} or {@code fd00::/8}, or one address.
     *
     * @throws IllegalArgumentException for what is no address; names are not looked up
     */
    public static ClientNetwork parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int bits = slash < 0 ? Byte.SIZE * address.getAddress().length : Integer.parseInt(text.substring(slash + 1));
        return new ClientNetwork(address, bits);
    }

    boolean contains(InetAddress other) {
        byte[] ours = address.getAddress();
        byte[] theirs = other.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefixBits; bit += Byte.SIZE) {
            int mask = 0xff << Math.max(0, Byte.SIZE - (prefixBits - bit));
            if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask & 0xff) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixBits;
    }
}
