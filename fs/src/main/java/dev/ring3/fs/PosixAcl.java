package dev.ring3.fs;

import dev.ring3.linux.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A POSIX access control list (POSIX.1e draft 17, {@code acl(5)}), valid by construction: the three base entries once
 * each, named ones once for each id, a mask if there is a named one.
 *
 * @param entries in the order of the format: owner, named users by id, group, named groups by id, mask, others
 */
public record PosixAcl(List<Entry> entries) {
    /** The version of the format of {@code include/uapi/linux/posix_acl_xattr.h}. */
    private static final int VERSION = 2;

    private static final int HEADER_BYTES = 4;
    private static final int ENTRY_BYTES = 8;

    /** The format's id of entries that have none. */
    private static final int NO_ID = -1;

    /** Whom an entry is about; numbers of the format. */
    public enum Tag {
        OWNER(0x01),
        USER(0x02),
        GROUP(0x04),
        NAMED_GROUP(0x08),
        MASK(0x10),
        OTHER(0x20);

        private final int number;

        Tag(int number) {
            this.number = number;
        }

        boolean named() {
            return this == USER || this == NAMED_GROUP;
        }
    }

    /**
     * One entry.
     *
     * @param id the user or group of a named entry, else -1
     * @param permissions read 4, write 2, execute 1
     */
    public record Entry(Tag tag, int id, int permissions) {}

    public PosixAcl {
        entries = entries.stream()
                .sorted(Comparator.comparing(Entry::tag).thenComparing(Entry::id, Integer::compareUnsigned))
                .toList();
        if (!valid(entries)) {
            throw new FsException(Errno.EINVAL, "acl", entries.toString());
        }
    }

    private static boolean valid(List<Entry> sorted) {
        boolean named = false;
        int[] count = new int[Tag.values().length];
        for (int i = 0; i < sorted.size(); i++) {
            Entry entry = sorted.get(i);
            boolean again = i > 0 && sorted.get(i - 1).tag == entry.tag && sorted.get(i - 1).id == entry.id;
            if (again || (entry.permissions & ~7) != 0 || (!entry.tag.named() && entry.id != NO_ID)) {
                return false;
            }
            named |= entry.tag.named();
            count[entry.tag.ordinal()]++;
        }
        boolean base =
                count[Tag.OWNER.ordinal()] == 1 && count[Tag.GROUP.ordinal()] == 1 && count[Tag.OTHER.ordinal()] == 1;
        int masks = count[Tag.MASK.ordinal()];
        return base && masks <= 1 && (!named || masks == 1);
    }

    /** The list that says no more than permission bits do. */
    public static PosixAcl ofMode(int permissions) {
        return new PosixAcl(List.of(
                new Entry(Tag.OWNER, NO_ID, permissions >> 6 & 7),
                new Entry(Tag.GROUP, NO_ID, permissions >> 3 & 7),
                new Entry(Tag.OTHER, NO_ID, permissions & 7)));
    }

    /** Whether permission bits say it all. */
    public boolean isMinimal() {
        return entries.size() == 3;
    }

    /** The permissions of the one entry with this tag, which must not be a named one; -1 if there is none. */
    public int permissionsOf(Tag tag) {
        for (Entry entry : entries) {
            if (entry.tag == tag) {
                return entry.permissions;
            }
        }
        return -1;
    }

    /** The nine permission bits that show it: the group's are the mask's, if there is one. */
    public int mode() {
        int mask = permissionsOf(Tag.MASK);
        int group = mask >= 0 ? mask : permissionsOf(Tag.GROUP);
        return permissionsOf(Tag.OWNER) << 6 | group << 3 | permissionsOf(Tag.OTHER);
    }

    /** After chmod: owner, mask (or group) and others take the bits ({@code __posix_acl_chmod_masq}). */
    public PosixAcl withMode(int permissions) {
        boolean masked = permissionsOf(Tag.MASK) >= 0;
        return map(entry -> switch (entry.tag) {
            case OWNER -> permissions >> 6 & 7;
            case GROUP -> masked ? entry.permissions : permissions >> 3 & 7;
            case MASK -> permissions >> 3 & 7;
            case OTHER -> permissions & 7;
            case USER, NAMED_GROUP -> entry.permissions;
        });
    }

    /** As the access ACL of a new inode, this being the default one: no more than was asked for ({@code posix_acl_create_masq}). */
    public PosixAcl forNewNode(int permissions) {
        boolean masked = permissionsOf(Tag.MASK) >= 0;
        return map(entry -> switch (entry.tag) {
            case OWNER -> entry.permissions & permissions >> 6;
            case GROUP -> masked ? entry.permissions : entry.permissions & permissions >> 3;
            case MASK -> entry.permissions & permissions >> 3;
            case OTHER -> entry.permissions & permissions;
            case USER, NAMED_GROUP -> entry.permissions;
        });
    }

    private PosixAcl map(ToIntFunction<Entry> permissions) {
        return new PosixAcl(entries.stream()
                .map(entry -> new Entry(entry.tag, entry.id, permissions.applyAsInt(entry)))
                .toList());
    }

    /** The value of {@code system.posix_acl_access} or {@code _default}; little-endian. */
    public byte[] encode() {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + ENTRY_BYTES * entries.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(VERSION);
        for (Entry entry : entries) {
            buffer.putShort((short) entry.tag.number)
                    .putShort((short) entry.permissions)
                    .putInt(entry.id);
        }
        return buffer.array();
    }

    /** The list of {@link #encode}; EINVAL for a wrong length or an invalid list, EOPNOTSUPP for another version. */
    public static PosixAcl decode(byte[] value) {
        if (value.length < HEADER_BYTES || (value.length - HEADER_BYTES) % ENTRY_BYTES != 0) {
            throw new FsException(Errno.EINVAL, "acl", "a value of " + value.length + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (buffer.getInt() != VERSION) {
            throw new FsException(Errno.EOPNOTSUPP, "acl", "a value of another version");
        }
        List<Entry> entries = new ArrayList<>();
        while (buffer.hasRemaining()) {
            Tag tag = tag(Short.toUnsignedInt(buffer.getShort()));
            int permissions = Short.toUnsignedInt(buffer.getShort());
            int id = buffer.getInt();
            entries.add(new Entry(tag, tag.named() ? id : NO_ID, permissions));
        }
        return new PosixAcl(entries);
    }

    private static Tag tag(int number) {
        for (Tag tag : Tag.values()) {
            if (tag.number == number) {
                return tag;
            }
        }
        throw new FsException(Errno.EINVAL, "acl", "tag " + number);
    }
}
