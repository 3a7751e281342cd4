package dev.ring3.nio;

import dev.ring3.fs.PosixAcl.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Users and groups: numbers in the volume, with the names that the host's {@code passwd} and {@code group} files have for
 * them. Without one the number is the name, but for {@code root}.
 */
final class Principals {
    private static final Path USERS = Path.of("/etc/passwd");
    private static final Path GROUPS = Path.of("/etc/group");
    private static final String ROOT = "root";

    /** Somebody with a number, unsigned. */
    sealed interface Numbered extends UserPrincipal {
        int id();
    }

    private record User(int id) implements Numbered {
        @Override
        public String getName() {
            return name(USERS, id);
        }

        @Override
        public String toString() {
            return getName();
        }
    }

    private record Group(int id) implements Numbered, GroupPrincipal {
        @Override
        public String getName() {
            return name(GROUPS, id);
        }

        @Override
        public String toString() {
            return getName();
        }
    }

    /** The owner, the owning group, or everyone, in ACLs. */
    private record Special(Tag tag, String getName) implements GroupPrincipal {
        @Override
        public String toString() {
            return getName;
        }
    }

    private static final List<Special> SPECIAL = List.of(
            new Special(Tag.OWNER, "OWNER@"), new Special(Tag.GROUP, "GROUP@"), new Special(Tag.OTHER, "EVERYONE@"));

    private Principals() {}

    /** Whom an entry of an ACL is about. */
    static UserPrincipal of(Tag tag, int id) {
        return switch (tag) {
            case USER -> user(id);
            case NAMED_GROUP -> group(id);
            case OWNER, GROUP, OTHER, MASK ->
                SPECIAL.stream().filter(each -> each.tag == tag).findFirst().orElseThrow();
        };
    }

    /** How an entry of an ACL is about somebody; ProviderMismatchException. */
    static Tag tag(UserPrincipal principal) {
        return switch (principal) {
            case User _ -> Tag.USER;
            case Group _ -> Tag.NAMED_GROUP;
            case Special special -> special.tag;
            default -> throw new ProviderMismatchException();
        };
    }

    private static Optional<Special> special(String name) {
        return SPECIAL.stream().filter(each -> each.getName.equals(name)).findFirst();
    }

    static UserPrincipal user(int uid) {
        return new User(uid);
    }

    static GroupPrincipal group(int gid) {
        return new Group(gid);
    }

    /** The number of a user of ours; ProviderMismatchException. */
    static int uid(@Nullable UserPrincipal user) {
        if (Objects.requireNonNull(user, "owner") instanceof Numbered ours) {
            return ours.id();
        }
        throw new ProviderMismatchException();
    }

    /** The number of a group of ours; ProviderMismatchException. */
    static int gid(@Nullable GroupPrincipal group) {
        if (Objects.requireNonNull(group, "group") instanceof Group ours) {
            return ours.id();
        }
        throw new ProviderMismatchException();
    }

    private static String name(Path file, int id) {
        String number = Integer.toUnsignedString(id);
        return entries(file).stream()
                .filter(entry -> entry[2].equals(number))
                .map(entry -> entry[0])
                .findFirst()
                .orElse(id == 0 ? ROOT : number);
    }

    private static Optional<Integer> id(Path file, String name) {
        Optional<String> number = entries(file).stream()
                .filter(entry -> entry[0].equals(name))
                .map(entry -> entry[2])
                .findFirst();
        try {
            String digits = number.orElse(name.equals(ROOT) ? "0" : name);
            return Optional.of(Integer.parseUnsignedInt(digits));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** Lines of name, password, number and more. */
    private static List<String[]> entries(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
                    .map(line -> line.split(":", -1))
                    .filter(entry -> entry.length > 2)
                    .toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    /** By name, or by number; {@code OWNER@}, {@code GROUP@} and {@code EVERYONE@} are those of ACLs. */
    static final class Lookup extends UserPrincipalLookupService {
        @Override
        public UserPrincipal lookupPrincipalByName(String name) throws IOException {
            Optional<Special> special = special(name);
            if (special.isPresent()) {
                return special.get();
            }
            return user(id(USERS, name).orElseThrow(() -> new UserPrincipalNotFoundException(name)));
        }

        @Override
        public GroupPrincipal lookupPrincipalByGroupName(String group) throws IOException {
            Optional<Special> special = special(group);
            if (special.isPresent()) {
                return special.get();
            }
            return group(id(GROUPS, group).orElseThrow(() -> new UserPrincipalNotFoundException(group)));
        }
    }
}
