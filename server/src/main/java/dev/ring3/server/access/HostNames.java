package dev.ring3.server.access;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * By which names a server may be asked: those of its address, and those that it was told. One that is told with a port, as
 * a proxy has it, is good with that port alone; one without is good with the server's own port and, as by a proxy, with none.
 */
final class HostNames {
    private static final int HTTP_PORT = 80;
    private static final String WITH_PORT = "([^:]+|\\[[^\\]]*\\]):\\d{1,5}";

    private final Set<String> authorities = new TreeSet<>();

    /** Those that were told: who is before the server may speak TLS. */
    private final Set<String> told = new TreeSet<>();

    HostNames(InetSocketAddress address, List<String> names) {
        for (String each : names) {
            String name = each.toLowerCase(Locale.ROOT);
            told.add(name);
            if (!hasPort(name)) {
                authorities.add(name + ":" + address.getPort());
            }
        }
        authorities.addAll(told);
        List<String> hosts = new ArrayList<>();
        InetAddress ip = address.getAddress();
        if (!ip.isAnyLocalAddress()) {
            hosts.add(literal(ip));
        }
        if (ip.isLoopbackAddress() || ip.isAnyLocalAddress()) {
            hosts.addAll(List.of("localhost", "127.0.0.1", "[::1]"));
        }
        for (String host : hosts) {
            authorities.add(host + ":" + address.getPort());
            if (address.getPort() == HTTP_PORT) {
                authorities.add(host);
            }
        }
    }

    static boolean hasPort(String name) {
        return name.matches(WITH_PORT);
    }

    /** An address as it stands in a URL. */
    static String literal(InetAddress ip) {
        String text = ip.getHostAddress().replaceFirst("%.*", "");
        return text.indexOf(':') < 0 ? text : "[" + text + "]";
    }

    boolean isOurs(String authority) {
        return authorities.contains(authority.toLowerCase(Locale.ROOT));
    }

    boolean isOurOrigin(String origin) {
        return (origin.startsWith("http://") && isOurs(origin.substring("http://".length())))
                || (origin.startsWith("https://")
                        && told.contains(origin.substring("https://".length()).toLowerCase(Locale.ROOT)));
    }
}
