package dev.ring3.nfs.op;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Users and groups as strings (RFC 8881, section 5.9). Numbers are sent as numbers, which clients with AUTH_SYS want; what
 * comes may be a number or a name that this machine knows, with or without a domain.
 */
public final class Identities {
    private static final int NAME_BYTES_MAX = 1024;
    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What the files said. */
    private record Known(
            Map<String, Integer> users, Map<String, Integer> groups, Map<Integer, List<Integer>> memberships) {}

    private final Path passwd;
    private final Path group;

    // Guarded by this object's monitor.
    private Known known = new Known(Map.of(), Map.of(), Map.of());
    private long readNanos;
    private boolean wasRead;

    /** From files as {@code passwd(5)} and {@code group(5)} describe them. */
    public Identities(Path passwd, Path group) {
        this.passwd = passwd;
        this.group = group;
    }

    private synchronized Known known() {
        if (!wasRead || System.nanoTime() - readNanos > KEEP_NANOS) {
            known = read();
            readNanos = System.nanoTime();
            wasRead = true;
        }
        return known;
    }

    private Known read() {
        Map<String, Integer> users = new HashMap<>();
        Map<String, Integer> groups = new HashMap<>();
        Map<Integer, List<Integer>> memberships = new HashMap<>();
        for (String[] fields : lines(passwd, 4)) {
            users.put(fields[0], Integer.parseUnsignedInt(fields[2]));
        }
        for (String[] fields : lines(group, 3)) {
            int gid = Integer.parseUnsignedInt(fields[2]);
            groups.put(fields[0], gid);
            for (String member : fields.length > 3 ? fields[3].split(",", -1) : new String[0]) {
                Integer uid = users.get(member);
                if (uid != null) {
                    memberships.computeIfAbsent(uid, _ -> new ArrayList<>()).add(gid);
                }
            }
        }
        return new Known(users, groups, memberships);
    }

    /** The lines with at least so many fields and a number in the third. */
    private static List<String[]> lines(Path file, int fieldsMin) {
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> line.split(":", -1))
                    .filter(fields -> fields.length >= fieldsMin && fields[2].matches("[0-9]{1,9}"))
                    .toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    /** The further groups of a user of this machine. */
    int[] groupsOf(int uid) {
        return known().memberships().getOrDefault(uid, List.of()).stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    static byte[] text(int id) {
        return Integer.toUnsignedString(id).getBytes(UTF_8);
    }

    /** The user of a string; BADOWNER. */
    int uid(byte[] text) {
        return id(text, known().users());
    }

    /** The group of a string; BADOWNER. */
    int gid(byte[] text) {
        return id(text, known().groups());
    }

    private static int id(byte[] text, Map<String, Integer> names) {
        if (text.length == 0 || text.length > NAME_BYTES_MAX) {
            throw new NfsException(NfsStatus.INVAL);
        }
        String whole = Utf8.decode(text);
        if (whole.matches("[0-9]{1,10}") && Long.parseLong(whole) <= 0xffff_ffffL) {
            return Integer.parseUnsignedInt(whole);
        }
        int at = whole.indexOf('@');
        Integer id = names.get(at < 0 ? whole : whole.substring(0, at));
        if (id == null) {
            throw new NfsException(NfsStatus.BADOWNER);
        }
        return id;
    }
}
