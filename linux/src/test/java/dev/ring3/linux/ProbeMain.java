package dev.ring3.linux;

import dev.ring3.linux.Availability.Available;
import dev.ring3.linux.Availability.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Run by {@link HostSystemCallsTest} in a JVM of its own: writes down what it finds. */
final class ProbeMain {
    private ProbeMain() {}

    public static void main(String[] arguments) throws IOException {
        String probed = switch (KernelBpf.probe()) {
            case Available _ -> "available";
            case Unavailable(Availability.Reason reason, String detail) -> reason + ": " + detail;
        };
        String opened;
        try {
            KernelBpf.open();
            opened = "opened";
        } catch (UnsupportedHostException e) {
            opened = e.reason() + ": " + e.getMessage();
        }
        Files.write(Path.of(arguments[0]), List.of(probed, opened));
    }
}
