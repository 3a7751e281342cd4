package dev.ring3.it.posix;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes up system calls on few names by few users, so that they meet. */
final class RandomCalls {
    /** One call; what it answers can be compared. */
    record Step(User user, int umask, String text, Function<Calls, @Nullable Object> call) {
        @Override
        public String toString() {
            return "%s (umask %03o): %s".formatted(user, umask, text);
        }
    }

    private static final List<User> USERS = List.of(User.ROOT, User.ROOT, User.ALICE, User.BOB, User.CAROL);
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
    private static final List<Integer> MODES = List.of(
            0, 0400, 0200, 0644, 0666, 0755, 0777, 0111, 01777, 02777, 03775, 04755, 02755, 06755, 04644, 02644, 06777,
            07777);
    private static final List<Integer> MASKS = List.of(0, 022, 077, 027, 0777);
    private static final List<Integer> IDS = List.of(-1, 0, 65_501, 65_502, 65_503);
    private static final List<Long> OFFSETS =
            List.of(0L, 1L, 10L, 4095L, 4096L, 4097L, 8192L, 10_000L, 65_536L, 100_000L);
    /** Devices are left out: they open on the host, and not on a mount that is {@code nodev}. */
    private static final List<Integer> TYPES = List.of(Calls.REGULAR, Calls.FIFO, Calls.SOCKET);

    private static final List<Integer> ALLOCATIONS = List.of(
            0,
            Calls.KEEP_SIZE,
            Calls.PUNCH_HOLE | Calls.KEEP_SIZE,
            Calls.ZERO,
            Calls.ZERO | Calls.KEEP_SIZE,
            Calls.PUNCH_HOLE);
    private static final List<String> XATTRS =
            List.of("user.x", "user.y", "trusted.t", "nothing", "user." + "n".repeat(250), "user." + "n".repeat(251));
    private static final String ACCESS = "system.posix_acl_access";
    private static final String DEFAULT = "system.posix_acl_default";
    private static final int NON_BLOCKING = 04000;

    private final RandomGenerator random;

    RandomCalls(RandomGenerator random) {
        this.random = random;
    }

    Step next() {
        String path = path();
        String other = path();
        int mode = of(MODES);
        User user = of(USERS);
        int mask = of(MASKS);
        return switch (random.nextInt(30)) {
            case 0, 1, 2 -> step(user, mask, "mkdir", path, c -> run(() -> c.mkdir(path, mode)), mode);
            case 3, 4, 5, 6 -> open(user, mask, path, mode);
            case 7 -> step(user, mask, "rmdir", path, c -> run(() -> c.rmdir(path)));
            case 8, 9 -> step(user, mask, "unlink", path, c -> run(() -> c.unlink(path)));
            case 10, 11 -> step(user, mask, "link", path, c -> run(() -> c.link(path, other)), other);
            case 12 -> step(user, mask, "symlink", path, c -> run(() -> c.symlink(other, path)), other);
            case 13 -> step(user, mask, "readlink", path, c -> c.readlink(path));
            case 14, 15, 16 -> rename(user, mask, path, other);
            case 17 -> mknod(user, mask, path, mode);
            case 18, 19 -> step(user, mask, "chmod", path, c -> run(() -> c.chmod(path, mode)), mode);
            case 20, 21 -> chown(user, mask, path);
            case 22 -> truncate(user, mask, path);
            case 23 -> times(user, mask, path);
            case 24 -> write(user, mask, path);
            case 25 -> allocate(user, mask, path);
            case 26 -> xattr(user, mask, path);
            case 27, 28 -> acl(user, mask, path);
            default ->
                step(
                        user,
                        mask,
                        "list",
                        path,
                        c -> c.list(path).stream().sorted().toList());
        };
    }

    private static Step step(
            User user, int mask, String what, String path, Function<Calls, @Nullable Object> call, Object... more) {
        String shown = path.length() > 60 ? path.substring(0, 60) + "..." : path;
        return new Step(user, mask, what + " \"" + shown + "\" " + List.of(more), call);
    }

    private static @Nullable Object run(Runnable call) {
        call.run();
        return null;
    }

    private <T> T of(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String path() {
        StringBuilder path = new StringBuilder(of(NAMES));
        while (random.nextInt(3) == 0) {
            path.append('/').append(of(NAMES));
        }
        return switch (random.nextInt(60)) {
            case 0 -> path + "/";
            case 1 -> path + "/.";
            case 2 -> path + "/../" + of(NAMES);
            case 3 -> PosixSuite.NAME_MAX;
            case 4 -> PosixSuite.NAME_TOO_LONG;
            default -> path.toString();
        };
    }

    private Step open(User user, int mask, String path, int mode) {
        int flags = NON_BLOCKING | random.nextInt(3);
        for (int flag :
                new int[] {Calls.CREAT, Calls.EXCL, Calls.TRUNC, Calls.APPEND, Calls.NOFOLLOW, Calls.DIRECTORY}) {
            flags |= random.nextInt(flag == Calls.CREAT ? 2 : 4) == 0 ? flag : 0;
        }
        int how = flags;
        return step(
                user,
                mask,
                "open",
                path,
                c -> run(() -> c.close(c.open(path, how, mode))),
                "0" + Integer.toOctalString(how),
                mode);
    }

    private Step rename(User user, int mask, String path, String other) {
        int flags = of(
                List.of(0, 0, 0, Calls.NO_REPLACE, Calls.EXCHANGE, Calls.EXCHANGE | Calls.NO_REPLACE, Calls.WHITEOUT));
        return step(user, mask, "rename", path, c -> run(() -> c.rename(path, other, flags)), other, flags);
    }

    private Step mknod(User user, int mask, String path, int mode) {
        int type = of(TYPES);
        return step(user, mask, "mknod", path, c -> run(() -> c.mknod(path, type | mode, 0, 0)), type, mode);
    }

    private Step chown(User user, int mask, String path) {
        int uid = of(IDS);
        int gid = uid == -1 ? 65_501 : of(IDS); // of neither, see ChownTest
        return random.nextBoolean()
                ? step(user, mask, "chown", path, c -> run(() -> c.chown(path, uid, gid)), uid, gid)
                : step(user, mask, "lchown", path, c -> run(() -> c.lchown(path, uid, gid)), uid, gid);
    }

    private Step truncate(User user, int mask, String path) {
        long size = of(OFFSETS);
        return step(user, mask, "truncate", path, c -> run(() -> c.truncate(path, size)), size);
    }

    private Step times(User user, int mask, String path) {
        List<Calls.Time> times = List.of(Calls.Time.NOW, Calls.Time.OMIT, Calls.Time.of(Instant.ofEpochSecond(5, 7)));
        Calls.Time access = of(times);
        Calls.Time modify = of(times);
        return step(user, mask, "utimens", path, c -> run(() -> c.utimens(path, access, modify)), access, modify);
    }

    private Step write(User user, int mask, String path) {
        byte[] data = "data".repeat(of(List.of(0, 1, 2000))).getBytes(UTF_8);
        long offset = of(OFFSETS);
        return withOpen(user, mask, "write", path, (c, open) -> c.write(open, offset, data), data.length, offset);
    }

    private Step allocate(User user, int mask, String path) {
        int mode = of(ALLOCATIONS);
        long offset = of(OFFSETS);
        long length = of(OFFSETS);
        return withOpen(
                user,
                mask,
                "fallocate",
                path,
                (c, open) -> run(() -> c.fallocate(open, mode, offset, length)),
                mode,
                offset,
                length);
    }

    private interface OnOpen {
        @Nullable
        Object call(Calls calls, int descriptor);
    }

    private static Step withOpen(User user, int mask, String what, String path, OnOpen call, Object... more) {
        return step(
                user,
                mask,
                what,
                path,
                c -> {
                    int open = c.open(path, Calls.RDWR | NON_BLOCKING, 0);
                    try {
                        return call.call(c, open);
                    } finally {
                        c.close(open);
                    }
                },
                more);
    }

    private Step xattr(User user, int mask, String path) {
        String name = of(XATTRS);
        byte[] value = new byte[of(List.of(0, 1, 100))];
        int flags = of(List.of(0, 0, Calls.XATTR_CREATE, Calls.XATTR_REPLACE));
        return switch (random.nextInt(4)) {
            case 0 -> step(user, mask, "getxattr", path, c -> new String(c.getxattr(path, name), UTF_8), name);
            case 1 -> step(user, mask, "removexattr", path, c -> run(() -> c.removexattr(path, name)), name);
            default ->
                step(user, mask, "setxattr", path, c -> run(() -> c.setxattr(path, name, value, flags)), name, flags);
        };
    }

    /** Entries are those of {@code posix_acl_xattr.h}: u16 tag, u16 permissions, u32 id. */
    private Step acl(User user, int mask, String path) {
        String kind = random.nextInt(3) == 0 ? DEFAULT : ACCESS;
        if (random.nextInt(8) == 0) {
            return step(user, mask, "removexattr", path, c -> run(() -> c.removexattr(path, kind)), kind);
        }
        int named = random.nextInt(3);
        ByteBuffer acl = ByteBuffer.allocate(4 + 8 * (named == 0 ? 3 : 5))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(2);
        entry(acl, 0x01, -1);
        if (named == 1) {
            entry(acl, 0x02, of(IDS.subList(1, IDS.size())));
        }
        entry(acl, 0x04, -1);
        if (named == 2) {
            entry(acl, 0x08, of(IDS.subList(1, IDS.size())));
        }
        if (named != 0) {
            entry(acl, 0x10, -1);
        }
        entry(acl, 0x20, -1);
        byte[] value = acl.array();
        return step(
                user,
                mask,
                "setacl",
                path,
                c -> run(() -> c.setxattr(path, kind, value, 0)),
                kind,
                HexFormat.of().formatHex(value));
    }

    private void entry(ByteBuffer acl, int tag, int id) {
        acl.putShort((short) tag).putShort((short) random.nextInt(8)).putInt(id);
    }
}
