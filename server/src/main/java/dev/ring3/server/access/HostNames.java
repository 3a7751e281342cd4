package dev.ring3.server.access;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** By which names a server may be asked: those of its address, and those that it was told. */
final class HostNames {
    private static final int HTTP_PORT = 80;

    private final Set<String> authorities = new TreeSet<>();

    HostNames(InetSocketAddress address, List<String> names) {
        List<String> hosts = new ArrayList<>(names);
        InetAddress ip = address.getAddress();
        if (!ip.isAnyLocalAddress()) {
            hosts.add(literal(ip));
        }
        if (ip.isLoopbackAddress() || ip.isAnyLocalAddress()) {
            hosts.addAll(List.of("localhost", "127.0.0.1", "[::1]"));
        }
        for (String host : hosts) {
            String name = host.toLowerCase(Locale.ROOT);
            authorities.add(name + ":" + address.getPort());
            if (address.getPort() == HTTP_PORT) {
                authorities.add(name);
            }
        }
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
        return origin.startsWith("http://") && isOurs(origin.substring("http://".length()));
    }
}
