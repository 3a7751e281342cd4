package dev.ring3.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A prefix of addresses, as keys of {@link LpmTrieMap} are: {@code 10.0.0.0/8}, {@code 2001:db8::/32}.
 *
 * @param address what begins with the bits; what follows them counts for nothing in the map, and is kept
 * @param bits how many bits count
 */
public record LpmPrefix(InetAddress address, int bits) {
    /** Keys with IPv4 addresses, of 8 bytes. */
    public static final Codec<LpmPrefix> IPV4 = codec(4);

    /** Keys with IPv6 addresses, of 20 bytes. */
    public static final Codec<LpmPrefix> IPV6 = codec(16);

    public LpmPrefix {
        if (bits < 0 || bits > address.getAddress().length * Byte.SIZE) {
            throw new IllegalArgumentException("prefix of %d bits of %s".formatted(bits, address.getHostAddress()));
        }
    }

    /**
     * A prefix from text; without a number of bits it has all.
     *
     * @throws IllegalArgumentException if it is no address literal, or has no such bits
     */
    public static LpmPrefix parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int all = address.getAddress().length * Byte.SIZE;
        return new LpmPrefix(address, slash < 0 ? all : Integer.parseInt(text.substring(slash + 1)));
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + bits;
    }

    private static Codec<LpmPrefix> codec(int addressBytes) {
        return new Codec<>() {
            @Override
            public int bytes() {
                return Integer.BYTES + addressBytes;
            }

            @Override
            public void write(LpmPrefix value, MemorySegment to) {
                byte[] address = value.address().getAddress();
                if (address.length != addressBytes) {
                    throw new IllegalArgumentException(
                            "%s in a map of addresses of %d bytes".formatted(value, addressBytes));
                }
                to.set(ValueLayout.JAVA_INT_UNALIGNED, 0, value.bits());
                MemorySegment.copy(address, 0, to, ValueLayout.JAVA_BYTE, Integer.BYTES, addressBytes);
            }

            @Override
            public LpmPrefix read(MemorySegment from) {
                byte[] address = from.asSlice(Integer.BYTES, addressBytes).toArray(ValueLayout.JAVA_BYTE);
                return new LpmPrefix(ofBytes(address), from.get(ValueLayout.JAVA_INT_UNALIGNED, 0));
            }
        };
    }

    private static InetAddress ofBytes(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of %d bytes".formatted(address.length), e);
        }
    }
}
