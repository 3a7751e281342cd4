package dev.ring3.nfs.state;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a client of NFSv4.0 wants to be called (RFC 7530, sections 3.2 and 16.33): {@code cb_client4} and its ident.
 *
 * @param address null where we do not call
 */
public record CallbackTarget(
        int program, int ident, @Nullable InetSocketAddress address) {
    /** A universal address (RFC 5665, section 5.2.3): the address, then the port's two bytes as decimal numbers. */
    private static final Pattern UNIVERSAL = Pattern.compile("([0-9a-fA-F.:]+)\\.(\\d{1,3})\\.(\\d{1,3})");

    private static final int BYTE_MAX = 255;

    /**
     * Reads what SETCLIENTID says. Only the machine that the call came from is called back: a server that connects to
     * wherever it is told could be turned against others.
     *
     * @param from where SETCLIENTID came from
     */
    public static CallbackTarget of(int program, int ident, String network, String universal, InetAddress from) {
        Matcher matcher = UNIVERSAL.matcher(universal);
        boolean tcp = network.equals("tcp") || network.equals("tcp6");
        if (!tcp || !matcher.matches()) {
            return new CallbackTarget(program, ident, null);
        }
        int high = Integer.parseInt(matcher.group(2));
        int low = Integer.parseInt(matcher.group(3));
        boolean port = high <= BYTE_MAX && low <= BYTE_MAX && high + low > 0;
        return new CallbackTarget(
                program,
                ident,
                port && isOf(matcher.group(1), from) ? new InetSocketAddress(from, high << 8 | low) : null);
    }

    /** The pattern lets no name through, so that nothing is asked of a name server. */
    private static boolean isOf(String literal, InetAddress from) {
        try {
            return InetAddress.ofLiteral(literal).equals(from);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
