package dev.ring3.it.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.it.posix.Calls.Status;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The same random calls on a mount and on a directory of the host: each must answer the same there, and leave the same
 * names, types, modes, owners, sizes and counts. Says the seed; {@code -Dring3.posix.seed=SEED} begins with it.
 */
@ExtendWith(PosixSuite.StagesResolver.class)
final class RandomDifferenceTest {
    private static final boolean LONG = Boolean.getBoolean("ring3.long");
    private static final int ROUNDS = LONG ? 200 : 6;
    private static final int STEPS = 250;
    private static final int SHOWN = 12;

    /** What is compared of an inode; the size of a directory is its filesystem's own. */
    private record Seen(int mode, int links, int uid, int gid, long size, int major, int minor) {
        static Seen of(Status status) {
            boolean directory = status.type() == Calls.DIR;
            return new Seen(
                    status.mode(),
                    status.links(),
                    status.uid(),
                    status.gid(),
                    directory ? 0 : status.size(),
                    status.major(),
                    status.minor());
        }
    }

    @Test
    void randomCalls_onAMount_doWhatTheyDoOnTheHost(Stages stages) {
        long first = Long.getLong("ring3.posix.seed", System.nanoTime());
        for (long seed = first; seed < first + ROUNDS; seed++) {
            compare(seed, stages, _ -> {});
        }
    }

    /** The comparison is worth something: a filesystem that does one thing more is found out. */
    @Test
    void aDifference_isFound(Stages stages) {
        assertThatThrownBy(() -> compare(1, stages, calls -> {
                    try {
                        calls.chmod("a", 0751);
                    } catch (PosixException e) {
                        // nothing there yet
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ring3.posix.seed=1");
    }

    private static void compare(long seed, Stages stages, Consumer<Calls> tamper) {
        RandomCalls source = new RandomCalls(new Random(seed));
        Calls host = stages.fresh(Target.HOST);
        Calls mount = stages.fresh(Target.FUSE);
        List<String> history = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            RandomCalls.Step step = source.next();
            Object expected = answer(host, step);
            history.add(step + " -> " + expected);
            Object found = answer(mount, step);
            // Whiteouts are devices, and a mount has none (nodev), which the kernel says before it asks for one.
            boolean isDevice = found == Errno.EACCES && expected == Errno.ENXIO;
            assertThat(found).as("%s", told(seed, history)).isEqualTo(isDevice ? found : expected);
            tamper.accept(mount);
            assertThat(tree(mount)).as("%s", told(seed, history)).isEqualTo(tree(host));
        }
    }

    private static String told(long seed, List<String> history) {
        List<String> last = history.subList(Math.max(0, history.size() - SHOWN), history.size());
        return "-Dring3.posix.seed=%d, and the last calls:%n%s"
                .formatted(seed, String.join(System.lineSeparator(), last));
    }

    private static @Nullable Object answer(Calls calls, RandomCalls.Step step) {
        calls.umask(step.umask());
        try {
            return step.call().apply(calls.as(step.user()));
        } catch (PosixException e) {
            return e.errno();
        } finally {
            calls.umask(0);
        }
    }

    private static Map<String, Seen> tree(Calls calls) {
        Map<String, Seen> all = new TreeMap<>();
        walk(calls, ".", all);
        return all;
    }

    private static void walk(Calls calls, String path, Map<String, Seen> all) {
        Status status = calls.lstat(path);
        all.put(path, Seen.of(status));
        if (status.type() == Calls.DIR) {
            calls.list(path).forEach(name -> walk(calls, path + "/" + name, all));
        }
    }
}
