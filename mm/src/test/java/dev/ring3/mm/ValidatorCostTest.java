package dev.ring3.mm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.linux.MappedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What the validator costs when it is off, and when it is on. */
class ValidatorCostTest {
    /** Off there is one constant test to each call; the factors leave room for a busy machine. */
    private static final double OFF_RATIO_MAX = 2.5;

    private static final double ON_RATIO_MAX = 10;

    @TempDir
    private Path folder;

    @Test
    @EnabledIfSystemProperty(named = "ring3.long", matches = "true", disabledReason = "times: ./check long")
    void validator_off_costsNothing_on_staysUsable() throws Exception {
        Map<String, Double> off = measure(false);
        Map<String, Double> on = measure(true);
        System.out.println("validator off, ns: " + off);
        System.out.println("validator on, ns:  " + on);
        assertThat(off.get("validated lock")).isLessThan(OFF_RATIO_MAX * off.getOrDefault("plain lock", 0.0));
        off.forEach((name, nanos) -> assertThat(on.get(name)).as(name).isLessThan(ON_RATIO_MAX * nanos));
    }

    private Map<String, Double> measure(boolean enabled) throws IOException, InterruptedException {
        Path result = folder.resolve("result");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Ddev.ring3.lockValidator=" + enabled,
                        "-cp",
                        folderOf(MappedMemory.class) + ":" + folderOf(FrameAllocator.class) + ":"
                                + folderOf(ValidatorCost.class),
                        ValidatorCost.class.getName(),
                        result.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("output")))
                .isZero();
        List<String> lines = Files.readAllLines(result);
        assertThat(lines.getFirst()).isEqualTo("validator " + enabled);
        Map<String, Double> nanos = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] parts = line.split("\t", -1);
            nanos.put(parts[0], Double.parseDouble(parts[1]));
        }
        return nanos;
    }

    private static Path folderOf(Class<?> type) {
        String resource = type.getName().replace('.', '/') + ".class";
        String url = type.getResource("/" + resource).getPath();
        return Path.of(url.substring(0, url.length() - resource.length()));
    }
}
