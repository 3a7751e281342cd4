package dev.ring3.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where a server listens: {@code 127.0.0.1:8033}, {@code [::1]:8033}, {@code :0} for any port on loopback, {@code off}. */
final class ListenAddress implements ITypeConverter<ListenAddress.Choice> {
    private static final Pattern FORM = Pattern.compile("(\\[[0-9A-Fa-f:.%a-z]+\\]|[^:\\[\\]]*):(\\d{1,5})");
    private static final int PORT_MAX = 0xffff;

    /**
     * What was chosen.
     *
     * @param address null for nowhere
     */
    record Choice(@Nullable InetSocketAddress address) {
        static final Choice OFF = new Choice(null);
    }

    @Override
    public Choice convert(String text) {
        if (text.equals("off")) {
            return Choice.OFF;
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(2)) > PORT_MAX) {
            throw new TypeConversionException(
                    "'%s' is no address and port: 127.0.0.1:2049, [::1]:2049, or off".formatted(text));
        }
        try {
            String host = form.group(1).isEmpty() ? "127.0.0.1" : form.group(1);
            return new Choice(new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(form.group(2))));
        } catch (UnknownHostException e) {
            throw new TypeConversionException("there is no host '%s'".formatted(form.group(1)));
        }
    }
}
