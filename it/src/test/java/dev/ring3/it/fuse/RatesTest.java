package dev.ring3.it.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.fuse.FuseMount;
import dev.ring3.fuse.MountOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A load in C on a mount. {@code -Dring3.fuse.load=ROUNDS} compares {@code ./ring3 serve} with libfuse's own {@code
 * passthrough_ll} (package libfuse3-dev), each over a new ext4 in a loop file, in turn in every round after some to warm up;
 * the medians are printed. Otherwise it is only shown that the load does what it measures.
 */
class RatesTest {
    private static final int ROUNDS = Integer.getInteger("ring3.fuse.load", 0);
    private static final int WARM_UP_ROUNDS = Integer.getInteger("ring3.fuse.load.warmup", 10);
    private static final String AMOUNT = System.getProperty("ring3.fuse.load.amount", "4000 64 8000");
    private static final Path PASSTHROUGH = Path.of("/usr/share/doc/libfuse3-dev/examples/passthrough_ll.c");
    private static final long CAPACITY_BYTES = 1L << 30;
    private static final long SECONDS_MAX = 600;

    /** One kind of operation on one side. */
    private record Rate(double perSecond, double micros) {}

    @TempDir
    private Path folder;

    @BeforeEach
    void compile() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting wants root");
        assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "no /dev/fuse here");
        assumeTrue(run("command -v cc") == 0, "no C compiler here");
        try (InputStream source = RatesTest.class.getResourceAsStream("load.c")) {
            assertThat(source).isNotNull();
            Files.copy(source, folder.resolve("load.c"));
        }
        assertThat(run("cc -O2 -Wall -Wextra -Werror -o load load.c"))
                .as(this::printed)
                .isZero();
    }

    private int run(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String printed() {
        try {
            return Files.readString(folder.resolve("out"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What the load printed, by kind. */
    private Map<String, Rate> rates() {
        return printed()
                .lines()
                .map(line -> line.strip().split(" +"))
                .collect(Collectors.toMap(
                        fields -> fields[0],
                        fields -> new Rate(Double.parseDouble(fields[1]), Double.parseDouble(fields[2]))));
    }

    @Test
    void load_doesEveryKind_andSaysWhatFails() throws Exception {
        Path place = Files.createDirectory(folder.resolve("mnt"));
        String load = "./load mnt %d 50 4 100".formatted(ProcessHandle.current().pid());
        try (Volume volume = Volume.inMemory(CAPACITY_BYTES, VolumeOptions.DEFAULT)) {
            Vfs vfs = new Vfs(volume);
            try (FuseMount _ = FuseMount.mount(vfs, place, MountOptions.DEFAULT)) {
                assertThat(run(load)).as(this::printed).isZero();
                assertThat(rates().keySet())
                        .containsExactlyInAnyOrder("create", "stat", "write-1m", "write-4k", "read-1m", "read-4k");
                assertThat(rates().values()).allMatch(rate -> rate.perSecond() > 0);
                assertThat(place).isEmptyDirectory();
            }
            try (FuseMount _ = FuseMount.mount(vfs, place, MountOptions.DEFAULT.withReadOnly())) {
                assertThat(run(load)).isEqualTo(1);
                assertThat(printed()).contains("create of mnt/f0: Read-only file system");
            }
        }
    }

    @Test
    void rates_besideAPassthrough() throws Exception {
        assumeTrue(ROUNDS > 0, "only with -Dring3.fuse.load=ROUNDS");
        assumeTrue(Files.exists(PASSTHROUGH), "no " + PASSTHROUGH + " here");
        assertThat(run("cc -O2 -o pass %s $(pkg-config --cflags --libs fuse3)".formatted(PASSTHROUGH)))
                .as(this::printed)
                .isZero();
        try {
            assertThat(run(start())).as(this::printed).isZero();
            Map<String, List<Rate>> seen = new TreeMap<>();
            for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                for (String who : List.of("ring3", "pass")) {
                    assertThat(run("./load %1$s.mnt $(cat %1$s.pid) %2$s".formatted(who, AMOUNT)))
                            .as(this::printed)
                            .isZero();
                    if (round >= 0) {
                        rates().forEach((kind, rate) -> seen.computeIfAbsent(kind + " " + who, _ -> new ArrayList<>())
                                .add(rate));
                    }
                }
            }
            print(seen);
        } finally {
            run(
                    "kill $(cat ring3.pid); umount pass.mnt; tail --pid=$(cat ring3.pid) -f /dev/null; umount ring3.ext pass.ext");
        }
    }

    private static String start() {
        return """
                set -e
                for who in ring3 pass; do
                    mkdir $who.ext $who.mnt; truncate -s 3G $who.img; mkfs.ext4 -q -F $who.img; mount -o loop $who.img $who.ext
                done
                mkdir pass.ext/root
                ./pass -f -o source=$PWD/pass.ext/root,timeout=3600 pass.mnt >pass.log 2>&1 &
                echo $! >pass.pid
                '%s/ring3' serve --data ring3.ext/data --mount ring3.mnt --http off --nfs off >ring3.log 2>&1 &
                echo $! >ring3.pid
                until grep -q Serving ring3.log && mountpoint -q pass.mnt; do kill -0 $(cat ring3.pid); sleep 0.1; done
                """.formatted(System.getProperty("ring3.root"));
    }

    /** Medians, with the least and the most. */
    private static void print(Map<String, List<Rate>> seen) {
        for (String kind : List.of("stat", "create", "read-4k", "write-4k", "read-1m", "write-1m")) {
            List<Rate> ours = seen.getOrDefault(kind + " ring3", List.of());
            List<Rate> theirs = seen.getOrDefault(kind + " pass", List.of());
            double[] rates = sorted(ours, Rate::perSecond);
            double[] others = sorted(theirs, Rate::perSecond);
            System.out.printf(
                    Locale.ROOT,
                    "%-9s %9.0f/s (%.0f to %.0f), passthrough %9.0f/s (%.0f to %.0f): %.2f; processor %.1f and %.1f us%n",
                    kind,
                    rates[rates.length / 2],
                    rates[0],
                    rates[rates.length - 1],
                    others[others.length / 2],
                    others[0],
                    others[others.length - 1],
                    rates[rates.length / 2] / others[others.length / 2],
                    sorted(ours, Rate::micros)[ours.size() / 2],
                    sorted(theirs, Rate::micros)[theirs.size() / 2]);
        }
    }

    private static double[] sorted(List<Rate> rates, ToDoubleFunction<Rate> figure) {
        return rates.stream().mapToDouble(figure).sorted().toArray();
    }
}
