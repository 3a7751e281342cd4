package dev.ring3.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Random operations give the same results, exceptions and trees on a volume as on the host's file system. */
@EnabledOnOs(OS.LINUX)
final class FilesDifferentialTest {
    private static final int STEPS = 1_500;
    private static final int STEPS_BETWEEN_TREES = 25;

    @TempDir
    private Path host;

    @Test
    void operations_atRandom_giveWhatTheHostGives() throws IOException {
        int rounds = Boolean.getBoolean("ring3.long") ? 200 : 4;
        long seed = Long.getLong("ring3.seed", new Random().nextLong());
        for (int round = 0; round < rounds; round++) {
            assertThat(firstDifference(seed + round, umaskOfHost()))
                    .as("-Dring3.seed=%d", seed + round)
                    .isEmpty();
        }
    }

    /** The check is worth something: a file system that differs in one thing is found out. */
    @Test
    void operations_withAnotherUmask_areToldApart() throws IOException {
        assertThat(firstDifference(1, umaskOfHost() ^ 027)).isPresent();
    }

    private int umaskOfHost() throws IOException {
        Path probe = Files.createTempDirectory(host, "probe").resolve("directory");
        return 0777 & ~(int) Files.getAttribute(Files.createDirectory(probe), "unix:mode");
    }

    private Optional<String> firstDifference(long seed, int umask) throws IOException {
        try (Ring3FileSystem fileSystem =
                Ring3FileSystems.inMemory(Ring3Options.defaults().withUmask(umask))) {
            FileOperations there = new FileOperations(Files.createTempDirectory(host, "run"), seed);
            FileOperations here = new FileOperations(fileSystem.getPath("/"), seed);
            Deque<String> last = new ArrayDeque<>();
            for (int step = 1; step <= STEPS; step++) {
                String expected = there.next();
                String found = here.next();
                last.add(expected);
                if (last.size() > STEPS_BETWEEN_TREES) {
                    last.remove();
                }
                if (!found.equals(expected)) {
                    return Optional.of("step %d%nhost:  %s%nring3: %s%nafter %s"
                            .formatted(step, expected, found, String.join("\n", last)));
                }
                if (step % STEPS_BETWEEN_TREES == 0 && !here.tree().equals(there.tree())) {
                    return Optional.of("step %d, trees%nhost:  %s%nring3: %s%nafter %s"
                            .formatted(
                                    step,
                                    String.join("\n", there.tree()),
                                    String.join("\n", here.tree()),
                                    String.join("\n", last)));
                }
            }
            return Optional.empty();
        }
    }
}
