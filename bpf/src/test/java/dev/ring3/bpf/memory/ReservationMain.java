package dev.ring3.bpf.memory;

import dev.ring3.bpf.BpfMemoryException;
import dev.ring3.bpf.BpfRuntime;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Run by {@link ReservationTest} in a JVM of its own: writes down how much was reserved, and whether it serves. */
final class ReservationMain {
    private static final int VALUE_BYTES = 1 << 20;

    private ReservationMain() {}

    public static void main(String[] arguments) throws IOException {
        Files.write(
                Path.of(arguments[0]), List.of((BpfRuntime.memoryReserved() >> 20) + " MiB", useMap(), useMapAgain()));
    }

    private static String useMap() {
        try (BpfRuntime runtime = BpfRuntime.create()) {
            var value = runtime.arrayMap("numbers", VALUE_BYTES, 1).value(0);
            value.set(ValueLayout.JAVA_LONG, VALUE_BYTES - Long.BYTES, 42);
            return "holds " + value.get(ValueLayout.JAVA_LONG, VALUE_BYTES - Long.BYTES);
        } catch (BpfMemoryException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    /** The memory that the first one freed: zero again. */
    private static String useMapAgain() {
        try (BpfRuntime runtime = BpfRuntime.create()) {
            var value = runtime.arrayMap("numbers", VALUE_BYTES, 1).value(0);
            return "begins with " + value.get(ValueLayout.JAVA_LONG, VALUE_BYTES - Long.BYTES);
        } catch (BpfMemoryException e) {
            return "none";
        }
    }
}
