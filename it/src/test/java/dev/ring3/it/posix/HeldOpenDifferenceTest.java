package dev.ring3.it.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.it.posix.Calls.Status;
import dev.ring3.it.posix.Calls.Time;
import dev.ring3.linux.Errno;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random calls by random users on descriptors that stay open, while names of their inodes come, go and change hands: on a
 * mount as on the host, in what each call answers, what each inode then is, which of its times moved, and what it holds.
 * Says the seed; {@code -Dring3.posix.seed=SEED} begins with it. {@link RandomDifferenceTest} is the same by path.
 */
@ExtendWith(PosixSuite.StagesResolver.class)
final class HeldOpenDifferenceTest {
    private static final int ROUNDS = Boolean.getBoolean("ring3.long") ? 100 : 1;
    private static final int STEPS = 300;
    private static final int SHOWN = 14;
    private static final int SLOTS = 5;
    private static final int APPEND_OR_NOT = 04000 | Calls.APPEND;

    /** Longer than the clocks of filesystems take for a step. */
    private static final long TICK_MILLIS = 11;

    private static final List<User> USERS = List.of(User.ROOT, User.ROOT, User.ALICE, User.BOB, User.CAROL);
    private static final List<String> NAMES = List.of("a", "b", "d/a", "d/b");
    private static final List<Integer> MODES = List.of(0, 0400, 0644, 0666, 0777, 0755, 02755, 04755, 06777, 02644);
    private static final List<Integer> IDS = List.of(-1, 0, 65_501, 65_502);
    private static final List<Long> OFFSETS = List.of(0L, 1L, 100L, 4_095L, 4_096L, 4_097L, 9_000L, 20_000L, 65_536L);
    private static final List<Time> TIMES = List.of(
            Time.NOW,
            Time.OMIT,
            Time.of(Instant.ofEpochSecond(5, 7)),
            Time.of(Instant.ofEpochSecond(-1, 999_999_999)),
            Time.of(Instant.ofEpochSecond(1L << 32, 1)));
    private static final List<Integer> ALLOCATIONS =
            List.of(0, Calls.KEEP_SIZE, Calls.PUNCH_HOLE | Calls.KEEP_SIZE, Calls.ZERO, Calls.ZERO | Calls.KEEP_SIZE);

    /** A directory, and what is open there. */
    private static final class Side {
        private final KernelCalls root;
        private final int[] open = new int[SLOTS];

        private Side(KernelCalls root) {
            this.root = root;
            Arrays.fill(open, -1);
        }

        static Side of(Calls calls) {
            calls.mkdir("d", 0777);
            return new Side((KernelCalls) calls);
        }

        KernelCalls root() {
            return root;
        }

        int[] open() {
            return open;
        }

        Calls as(User user) {
            return root.as(user);
        }

        DescriptorCalls on(User user) {
            return new DescriptorCalls(root.thread(), user);
        }

        void close() {
            for (int i = 0; i < SLOTS; i++) {
                close(i);
            }
        }

        void close(int slot) {
            if (open[slot] >= 0) {
                root.close(open[slot]);
                open[slot] = -1;
            }
        }
    }

    private interface Act {
        @Nullable
        Object on(Side side);
    }

    private record Step(User user, String text, Act act) {
        @Override
        public String toString() {
            return user + ": " + text;
        }
    }

    /** What is compared of an inode; access times are not, since what a kernel reads from its own cache moves none. */
    private record Seen(int mode, int links, int uid, int gid, long size, String moved, int digest) {}

    private final Map<Side, Map<String, Status>> before = new HashMap<>();

    @Test
    void heldDescriptors_onAMount_areAsOnTheHost(Stages stages) throws Exception {
        long first = Long.getLong("ring3.posix.seed", System.nanoTime());
        for (long seed = first; seed < first + ROUNDS; seed++) {
            compare(seed, stages, _ -> {});
        }
    }

    /** The comparison is worth something: one byte in a file that is open is found out. */
    @Test
    void aByte_isFound(Stages stages) {
        Consumer<Side> tamper = side -> {
            for (int open : side.open()) {
                try {
                    if (open >= 0 && side.root().write(open, 3, new byte[] {'!'}) > 0) {
                        return;
                    }
                } catch (PosixException e) {
                    // not open for writing
                }
            }
        };
        assertThatThrownBy(() -> compare(1, stages, tamper))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ring3.posix.seed=1");
    }

    /** A page of a mapping has its place; that of a descriptor that appends went to the end of the file once. */
    @Test
    void aMappedStore_staysInPlace_thoughItsDescriptorAppends(Stages stages) {
        for (Target target : List.of(Target.HOST, Target.FUSE)) {
            Calls root = stages.fresh(target);
            int open = root.open("f", Calls.CREAT | Calls.RDWR | Calls.APPEND, 0644);
            root.writeHere(open, new byte[10_000]);
            new DescriptorCalls(((KernelCalls) root).thread(), User.ROOT)
                    .storeMapped(open, 5_000, "mapped".getBytes(UTF_8));
            assertThat(root.fstat(open).size()).as("%s", target).isEqualTo(10_000);
            assertThat(root.read(open, 5_000, 6)).as("%s", target).isEqualTo("mapped".getBytes(UTF_8));
            root.close(open);
        }
    }

    private void compare(long seed, Stages stages, Consumer<Side> tamper) throws Exception {
        Random random = new Random(seed);
        Side host = Side.of(stages.fresh(Target.HOST));
        Side mount = Side.of(stages.fresh(Target.FUSE));
        List<String> history = new ArrayList<>();
        try {
            for (int i = 0; i < STEPS; i++) {
                Step step = next(random);
                Thread.sleep(TICK_MILLIS);
                Object expected = answer(host, step);
                history.add(step + " -> " + expected);
                Object found = answer(mount, step);
                assertThat(found).as("%s", told(seed, history)).isEqualTo(expected);
                tamper.accept(mount);
                assertThat(seen(mount)).as("%s", told(seed, history)).isEqualTo(seen(host));
            }
        } finally {
            host.close();
            mount.close();
        }
    }

    private static String told(long seed, List<String> history) {
        List<String> last = history.subList(Math.max(0, history.size() - SHOWN), history.size());
        return "-Dring3.posix.seed=%d, and the last calls:%n%s"
                .formatted(seed, String.join(System.lineSeparator(), last));
    }

    private static @Nullable Object answer(Side side, Step step) {
        try {
            return step.act().on(side);
        } catch (PosixException e) {
            return e.errno();
        }
    }

    private Map<String, Seen> seen(Side side) {
        Map<String, Status> now = new TreeMap<>();
        Map<String, Seen> all = new TreeMap<>();
        Map<String, Status> then = before.getOrDefault(side, Map.of());
        for (int i = 0; i < SLOTS; i++) {
            int open = side.open()[i];
            if (open >= 0) {
                Status status = side.root().fstat(open);
                int digest = status.type() == Calls.REGULAR ? side.on(User.ROOT).digest(open, status.size()) : 0;
                add("slot" + i, status, digest, then, now, all);
            }
        }
        for (String name : List.of("a", "b", "d", "d/a", "d/b", ".")) {
            try {
                add(name, side.root().lstat(name), 0, then, now, all);
            } catch (PosixException e) {
                assertThat(e.errno()).isIn(Errno.ENOENT, Errno.ENOTDIR);
            }
        }
        before.put(side, now);
        return all;
    }

    private static void add(
            String name,
            Status status,
            int digest,
            Map<String, Status> then,
            Map<String, Status> now,
            Map<String, Seen> all) {
        Status old = then.get(name);
        boolean same = old != null && old.ino() == status.ino();
        String moved = !same
                ? "?"
                : (status.modifyTime().equals(old.modifyTime()) ? "" : "M")
                        + (status.changeTime().equals(old.changeTime()) ? "" : "C");
        long size = status.type() == Calls.DIR ? 0 : status.size();
        now.put(name, status);
        all.put(name, new Seen(status.mode(), status.links(), status.uid(), status.gid(), size, moved, digest));
    }

    private static <T> T of(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static Act run(Consumer<Side> act) {
        return side -> {
            act.accept(side);
            return null;
        };
    }

    private static Step next(Random random) {
        User user = of(random, USERS);
        return random.nextInt(5) < 3 ? onDescriptor(random, user) : onName(random, user);
    }

    private static Step onName(Random random, User user) {
        String name = of(random, NAMES);
        String other = of(random, NAMES);
        int mode = of(random, MODES);
        int slot = random.nextInt(SLOTS);
        return switch (random.nextInt(14)) {
            case 0 -> new Step(user, "unlink " + name, run(s -> s.as(user).unlink(name)));
            case 1 ->
                new Step(
                        user,
                        "rename %s %s".formatted(name, other),
                        run(s -> s.as(user).rename(name, other, 0)));
            case 2 ->
                new Step(
                        user,
                        "link %s %s".formatted(name, other),
                        run(s -> s.as(user).link(name, other)));
            case 3 ->
                new Step(
                        user,
                        "chmod %s 0%o".formatted(name, mode),
                        run(s -> s.as(user).chmod(name, mode)));
            case 4 -> {
                long size = of(random, OFFSETS);
                yield new Step(
                        user,
                        "truncate %s %d".formatted(name, size),
                        run(s -> s.as(user).truncate(name, size)));
            }
            case 5 ->
                new Step(
                        user,
                        "link slot%d %s".formatted(slot, name),
                        run(s -> s.on(user).link(s.open()[slot], name)));
            default -> open(random, user, name, mode, slot);
        };
    }

    private static Step open(Random random, User user, String name, int mode, int slot) {
        int flags = 04000 | random.nextInt(3) | Calls.CREAT;
        for (int flag : new int[] {Calls.EXCL, Calls.TRUNC, Calls.APPEND, Calls.APPEND, 010000, 04010000}) {
            flags |= random.nextInt(5) == 0 ? flag : 0;
        }
        boolean nameless = random.nextInt(12) == 0;
        int how = nameless ? Calls.TMPFILE | Calls.RDWR : flags;
        String path = nameless ? "d" : name;
        return new Step(user, "slot%d = open %s 0%o 0%o".formatted(slot, path, how, mode), run(s -> {
            int opened = s.as(user).open(path, how, mode);
            s.close(slot);
            s.open()[slot] = opened;
        }));
    }

    private static Step onDescriptor(Random random, User user) {
        int slot = random.nextInt(SLOTS);
        long offset = of(random, OFFSETS);
        long length = of(random, OFFSETS);
        int mode = of(random, MODES);
        byte[] data = (user + "data").repeat(of(random, List.of(0, 1, 20, 700))).getBytes(UTF_8);
        String which = " slot%d ".formatted(slot);
        return switch (random.nextInt(15)) {
            case 0 -> new Step(user, "close" + which, run(s -> s.close(slot)));
            case 1, 2 ->
                new Step(user, "write" + which + data.length, s -> s.as(user).writeHere(s.open()[slot], data));
            case 3, 4 ->
                new Step(
                        user,
                        "pwrite" + which + offset + " " + data.length,
                        s -> s.as(user).write(s.open()[slot], offset, data));
            case 5 ->
                new Step(
                        user,
                        "read" + which + length,
                        s -> Arrays.hashCode(s.on(user).readHere(s.open()[slot], (int) length)));
            case 6 ->
                new Step(user, "ftruncate" + which + offset, run(s -> s.as(user).ftruncate(s.open()[slot], offset)));
            case 7 ->
                new Step(
                        user,
                        "fchmod" + which + Integer.toOctalString(mode),
                        run(s -> s.as(user).fchmod(s.open()[slot], mode)));
            case 8 -> chown(random, user, slot);
            case 9 -> {
                Time access = of(random, TIMES);
                Time modify = of(random, TIMES);
                yield new Step(
                        user,
                        "futimens" + which + access + " " + modify,
                        run(s -> s.on(user).utimens(s.open()[slot], access, modify)));
            }
            case 10 -> allocate(random, user, slot, offset, length);
            case 11, 12 -> new Step(user, "store" + which + offset, s -> storeMapped(s, user, slot, offset, data));
            case 13 -> {
                int flags = random.nextBoolean() ? APPEND_OR_NOT : APPEND_OR_NOT & ~Calls.APPEND;
                yield new Step(
                        user,
                        "setfl" + which + Integer.toOctalString(flags),
                        run(s -> s.on(user).setFlags(s.open()[slot], flags)));
            }
            default -> {
                int to = random.nextInt(SLOTS);
                yield new Step(
                        user,
                        "copy" + which + "slot%d %d+%d".formatted(to, offset, length),
                        s -> s.on(user).copy(s.open()[slot], offset, s.open()[to], 0, length));
            }
        };
    }

    private static Step allocate(Random random, User user, int slot, long offset, long length) {
        int how = of(random, ALLOCATIONS);
        return new Step(
                user,
                "fallocate slot%d %d %d+%d".formatted(slot, how, offset, length),
                run(s -> s.as(user).fallocate(s.open()[slot], how, offset, length)));
    }

    private static Step chown(Random random, User user, int slot) {
        int uid = of(random, IDS);
        int gid = uid == -1 ? 65_501 : of(random, IDS); // of neither, see ChownTest
        return new Step(
                user,
                "fchown slot%d %d %d".formatted(slot, uid, gid),
                run(s -> s.on(user).chown(s.open()[slot], uid, gid)));
    }

    /** Stores behind the end would end the process. */
    private static @Nullable Object storeMapped(Side side, User user, int slot, long offset, byte[] data) {
        int open = side.open()[slot];
        if (data.length == 0 || open < 0 || side.root().fstat(open).size() < offset + data.length) {
            return "nothing to map";
        }
        side.on(user).storeMapped(open, offset, data);
        return null;
    }
}
