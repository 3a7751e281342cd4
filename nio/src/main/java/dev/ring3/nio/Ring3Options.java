package dev.ring3.nio;

import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.volume.VolumeOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * How a file system is opened.
 *
 * @param name by which URIs find it, letters, digits, dots, hyphens and underscores: {@code ring3://NAME/PATH}
 * @param credentials whom the program acts as: what is permitted, and whose new files are
 * @param umask the permission bits that new files and directories do not get
 * @param readOnly whether every change is refused with {@link java.nio.file.ReadOnlyFileSystemException}
 * @param capacityBytes the most that the content of a volume takes, in memory or on disk
 * @param volume how the volume is opened
 */
public record Ring3Options(
        String name, Credentials credentials, int umask, boolean readOnly, long capacityBytes, VolumeOptions volume) {
    /** What is in memory takes at most this much of it, if not told otherwise. */
    private static final long MEMORY_BYTES = 1L << 30;

    private static final int UMASK = 022;

    /** Checks the name. */
    public Ring3Options {
        if (!PathUri.isName(name)) {
            throw new IllegalArgumentException("not a name of a file system: \"%s\"".formatted(name));
        }
    }

    /** The user root, umask 022, writable, a name that no other has, a GiB in memory or as much as the host's disk has. */
    public static Ring3Options defaults() {
        return new Ring3Options(
                UUID.randomUUID().toString(), Credentials.ROOT, UMASK, false, -1, VolumeOptions.DEFAULT);
    }

    /** The same with another name. */
    public Ring3Options withName(String newName) {
        return new Ring3Options(newName, credentials, umask, readOnly, capacityBytes, volume);
    }

    /** The same for another user. */
    public Ring3Options withCredentials(Credentials who) {
        return new Ring3Options(name, who, umask, readOnly, capacityBytes, volume);
    }

    /** The same with another umask. */
    public Ring3Options withUmask(int bits) {
        return new Ring3Options(name, credentials, bits, readOnly, capacityBytes, volume);
    }

    /** The same, but nothing can be changed. */
    public Ring3Options withReadOnly() {
        return new Ring3Options(name, credentials, umask, true, capacityBytes, volume);
    }

    /** The same with another capacity. */
    public Ring3Options withCapacityBytes(long bytes) {
        return new Ring3Options(name, credentials, umask, readOnly, bytes, volume);
    }

    /** The same with other options of the volume. */
    public Ring3Options withVolume(VolumeOptions options) {
        return new Ring3Options(name, credentials, umask, readOnly, capacityBytes, options);
    }

    long memoryBytes() {
        return capacityBytes < 0 ? MEMORY_BYTES : capacityBytes;
    }

    long diskBytes() {
        return capacityBytes < 0 ? Long.MAX_VALUE : capacityBytes;
    }

    /**
     * The options of {@code FileSystems.newFileSystem(URI, Map)}: {@code user}, {@code group} (numbers), {@code groups}
     * (an array of numbers), {@code umask} (a number), {@code readOnly} (a boolean), {@code capacityBytes} (a number).
     * Numbers and booleans may be given as text, a umask then in octal.
     *
     * @throws IllegalArgumentException for another option, or a value of another kind
     */
    static Ring3Options of(String name, Map<String, ?> env) {
        Ring3Options options = defaults().withName(name);
        int user = 0;
        int group = 0;
        int[] groups = {};
        for (Map.Entry<String, ?> each : env.entrySet()) {
            Object value = Objects.requireNonNull(each.getValue(), each.getKey());
            switch (each.getKey()) {
                case "user" -> user = (int) number(each.getKey(), value, 10);
                case "group" -> group = (int) number(each.getKey(), value, 10);
                case "groups" -> groups = numbers(value);
                case "umask" -> options = options.withUmask((int) number("umask", value, 8));
                case "readOnly" -> options = Boolean.parseBoolean(value.toString()) ? options.withReadOnly() : options;
                case "capacityBytes" -> options = options.withCapacityBytes(number("capacityBytes", value, 10));
                case DATA -> {}
                default -> throw new IllegalArgumentException("no option of a file system: " + each.getKey());
            }
        }
        return options.withCredentials(Credentials.of(user, group, groups));
    }

    private static final String DATA = "data";

    /** The option {@code data}: the directory of a stored volume, a path or its text. */
    static Optional<Path> data(Map<String, ?> env) {
        Object data = env.get(DATA);
        return data == null
                ? Optional.empty()
                : Optional.of(data instanceof Path path ? path : Path.of(data.toString()));
    }

    private static long number(String option, Object value, int radix) {
        if (value instanceof Number number) {
            return number.longValue();
        }
        try {
            return Long.parseLong(value.toString(), radix);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("%s is no number: %s".formatted(option, value), e);
        }
    }

    private static int[] numbers(Object value) {
        if (value instanceof int[] given) {
            return given;
        }
        throw new IllegalArgumentException("groups are an int[], not " + value);
    }
}
