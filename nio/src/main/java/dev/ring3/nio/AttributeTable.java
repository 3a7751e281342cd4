package dev.ring3.nio;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Attributes by name: {@code posix:owner,group}, {@code size,isDirectory}, {@code user:*}. */
final class AttributeTable {
    private static final String ALL = "*";

    private static final Map<String, Function<NodeAttributes, @Nullable Object>> OWNER =
            Map.of("owner", NodeAttributes::owner);

    private static final Map<String, Function<NodeAttributes, @Nullable Object>> BASIC = Map.of(
            "size", NodeAttributes::size,
            "creationTime", NodeAttributes::creationTime,
            "lastAccessTime", NodeAttributes::lastAccessTime,
            "lastModifiedTime", NodeAttributes::lastModifiedTime,
            "isDirectory", NodeAttributes::isDirectory,
            "isSymbolicLink", NodeAttributes::isSymbolicLink,
            "isRegularFile", NodeAttributes::isRegularFile,
            "isOther", NodeAttributes::isOther,
            "fileKey", NodeAttributes::fileKey);

    private static final Map<String, Function<NodeAttributes, @Nullable Object>> POSIX = with(
            BASIC,
            Map.of(
                    "permissions", NodeAttributes::permissions,
                    "owner", NodeAttributes::owner,
                    "group", NodeAttributes::group));

    private static final Map<String, Function<NodeAttributes, @Nullable Object>> UNIX = with(
            POSIX,
            Map.of(
                    "mode",
                    all -> all.stat().mode(),
                    "ino",
                    NodeAttributes::ino,
                    "dev",
                    NodeAttributes::subvolume,
                    "rdev",
                    all -> deviceNumber(all.stat()),
                    "nlink",
                    NodeAttributes::links,
                    "uid",
                    all -> all.stat().uid(),
                    "gid",
                    all -> all.stat().gid(),
                    "ctime",
                    NodeAttributes::changeTime));

    private static final Map<String, Function<NodeAttributes, @Nullable Object>> RING3 = with(
            POSIX,
            Map.of(
                    "subvolume", NodeAttributes::subvolume,
                    "ino", NodeAttributes::ino,
                    "change", NodeAttributes::change,
                    "changeTime", NodeAttributes::changeTime,
                    "links", NodeAttributes::links,
                    "allocatedBytes", NodeAttributes::allocatedBytes,
                    "isSubvolumeRoot", NodeAttributes::isSubvolumeRoot,
                    "isReadOnly", NodeAttributes::isReadOnly,
                    "isImmutable", NodeAttributes::isImmutable,
                    "isAppendOnly", NodeAttributes::isAppendOnly),
            Map.of("handle", NodeAttributes::handle));

    /** A view and what of it: the part before the colon, {@code basic} if there is none, and behind. */
    private record Request(String view, String rest) {
        static Request of(String text) {
            int colon = text.indexOf(':');
            String view = colon < 0 ? "basic" : text.substring(0, colon);
            String rest = text.substring(colon + 1);
            if (view.isEmpty() || rest.isEmpty()) {
                throw new IllegalArgumentException("not of the form VIEW:NAME: \"%s\"".formatted(text));
            }
            return new Request(view, rest);
        }
    }

    private AttributeTable() {}

    @SafeVarargs
    private static Map<String, Function<NodeAttributes, @Nullable Object>> with(
            Map<String, Function<NodeAttributes, @Nullable Object>>... parts) {
        Map<String, Function<NodeAttributes, @Nullable Object>> joined = new LinkedHashMap<>();
        for (Map<String, Function<NodeAttributes, @Nullable Object>> part : parts) {
            joined.putAll(part);
        }
        return Map.copyOf(joined);
    }

    /** As {@code makedev(3)} of the GNU C library packs it. */
    private static long deviceNumber(Stat stat) {
        long major = stat.deviceMajor();
        long minor = stat.deviceMinor();
        return (major & 0xfffL) << 8 | (major & ~0xfffL) << 32 | (minor & 0xffL) | (minor & ~0xffL) << 12;
    }

    static Map<String, Object> read(Location location, String attributes, boolean follow) throws IOException {
        Request request = Request.of(attributes);
        List<String> names = List.of(request.rest.split(","));
        if (names.isEmpty()) {
            throw new IllegalArgumentException("No attributes specified");
        }
        return switch (request.view) {
            case "basic" -> read(location, follow, BASIC, names, StatMask.QUIET);
            case "owner" -> read(location, follow, OWNER, names, StatMask.QUIET);
            case "posix" -> read(location, follow, POSIX, names, StatMask.QUIET);
            case "unix" -> read(location, follow, UNIX, names, StatMask.QUIET);
            case "ring3" -> read(location, follow, RING3, names, StatMask.ALL);
            case "acl" -> readAcl(new AclView(location, follow), names);
            case "user" -> readUser(new UserView(location, follow), names);
            default -> throw new UnsupportedOperationException("View '" + request.view + "' not available");
        };
    }

    private static Map<String, Object> read(
            Location location,
            boolean follow,
            Map<String, Function<NodeAttributes, @Nullable Object>> table,
            List<String> names,
            int mask)
            throws IOException {
        Set<String> wanted = new LinkedHashSet<>();
        for (String name : names) {
            if (name.equals(ALL)) {
                wanted.addAll(table.keySet());
            } else if (table.containsKey(name)) {
                wanted.add(name);
            } else {
                throw new IllegalArgumentException("'" + name + "' not recognized");
            }
        }
        NodeAttributes all = AttributeViews.attributes(location, follow, mask);
        return location.call(() -> {
            Map<String, Object> result = new LinkedHashMap<>();
            wanted.forEach(name ->
                    result.put(name, Objects.requireNonNull(table.get(name)).apply(all)));
            return result;
        });
    }

    private static Map<String, Object> readAcl(AclView view, List<String> names) throws IOException {
        Map<String, Object> result = new LinkedHashMap<>();
        for (String name : names.contains(ALL) ? List.of("acl", "owner") : names) {
            result.put(
                    name,
                    switch (name) {
                        case "acl" -> view.getAcl();
                        case "owner" -> view.getOwner();
                        default -> throw new IllegalArgumentException("'" + name + "' not recognized");
                    });
        }
        return result;
    }

    private static Map<String, Object> readUser(UserView view, List<String> names) throws IOException {
        Map<String, Object> result = new LinkedHashMap<>();
        for (String name : names.contains(ALL) ? view.list() : names) {
            result.put(name, view.value(name));
        }
        return result;
    }

    static void set(Location location, String attribute, @Nullable Object value, boolean follow) throws IOException {
        Request request = Request.of(attribute);
        FileView view = new FileView(request.view, location, follow);
        boolean done = switch (request.view) {
            case "basic" -> setTime(view, request.rest, value);
            case "owner" -> setOwner(view, request.rest, value);
            case "posix" -> setPosix(view, request.rest, value);
            case "unix" -> setUnix(view, request.rest, value);
            case "ring3" -> setRing3(view, request.rest, value);
            case "acl" -> setAcl(location, follow, request.rest, value);
            case "user" -> setUser(new UserView(location, follow), request.rest, value);
            default -> throw new UnsupportedOperationException("View '" + request.view + "' not available");
        };
        if (!done) {
            throw new IllegalArgumentException("'" + attribute + "' not recognized");
        }
    }

    private static <T> T required(@Nullable Object value, Class<T> type) {
        return type.cast(Objects.requireNonNull(value));
    }

    private static boolean setTime(FileView view, String name, @Nullable Object value) throws IOException {
        switch (name) {
            case "lastModifiedTime" -> view.setTimes((FileTime) value, null, null);
            case "lastAccessTime" -> view.setTimes(null, (FileTime) value, null);
            case "creationTime" -> view.setTimes(null, null, (FileTime) value);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean setOwner(FileView view, String name, @Nullable Object value) throws IOException {
        if (name.equals("owner")) {
            view.setOwner(required(value, UserPrincipal.class));
            return true;
        }
        return false;
    }

    @SuppressWarnings("unchecked") // its elements are looked at one by one
    private static boolean setPosix(FileView view, String name, @Nullable Object value) throws IOException {
        switch (name) {
            case "permissions" -> view.set(AttrChange.NONE.withPermissions(Modes.bits(required(value, Set.class))));
            case "group" -> view.setGroup(required(value, GroupPrincipal.class));
            default -> {
                return setOwner(view, name, value) || setTime(view, name, value);
            }
        }
        return true;
    }

    private static boolean setUnix(FileView view, String name, @Nullable Object value) throws IOException {
        switch (name) {
            case "mode" -> view.set(AttrChange.NONE.withPermissions(required(value, Integer.class) & Stat.PERMISSIONS));
            case "uid" -> view.set(AttrChange.NONE.withOwner(required(value, Integer.class), null));
            case "gid" -> view.set(AttrChange.NONE.withOwner(null, required(value, Integer.class)));
            default -> {
                return setPosix(view, name, value);
            }
        }
        return true;
    }

    private static boolean setRing3(FileView view, String name, @Nullable Object value) throws IOException {
        switch (name) {
            case "isImmutable" -> view.setImmutable(required(value, Boolean.class));
            case "isAppendOnly" -> view.setAppendOnly(required(value, Boolean.class));
            default -> {
                return setPosix(view, name, value);
            }
        }
        return true;
    }

    @SuppressWarnings("unchecked") // an element of another type is found out by the cast to it
    private static boolean setAcl(Location location, boolean follow, String name, @Nullable Object value)
            throws IOException {
        if (name.equals("acl")) {
            new AclView(location, follow).setAcl((List<AclEntry>) required(value, List.class));
            return true;
        }
        return setOwner(new FileView("owner", location, follow), name, value);
    }

    private static boolean setUser(UserView view, String name, @Nullable Object value) throws IOException {
        ByteBuffer bytes =
                Objects.requireNonNull(value) instanceof byte[] array ? ByteBuffer.wrap(array) : (ByteBuffer) value;
        view.write(name, bytes);
        return true;
    }
}
