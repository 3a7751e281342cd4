package dev.ring3.linux;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** How a mount restricts what lies on it, {@code MOUNT_ATTR_*}; the words are those of {@code /proc/self/mountinfo}. */
public enum MountAttribute {
    /** Nothing is written through this mount; its filesystem may be writable. */
    READ_ONLY(0x1, "ro"),
    /** Programs get no rights from their set-user-id bits. */
    NO_SET_USER_ID(0x2, "nosuid"),
    /** Device files do not work. */
    NO_DEVICES(0x4, "nodev"),
    /** Programs are not run. */
    NO_EXECUTE(0x8, "noexec"),
    /** Access times are not kept. */
    NO_ACCESS_TIMES(0x10, "noatime"),
    /** Access times of directories are not kept. */
    NO_DIRECTORY_ACCESS_TIMES(0x80, "nodiratime"),
    /** Owners are translated. */
    ID_MAPPED(0x100000, "idmapped"),
    /** Symbolic links are not followed. */
    NO_SYMBOLIC_LINKS(0x200000, "nosymfollow");

    private final long bit;
    private final String word;

    MountAttribute(long bit, String word) {
        this.bit = bit;
        this.word = word;
    }

    static Set<MountAttribute> ofBits(long bits) {
        Set<MountAttribute> set = EnumSet.noneOf(MountAttribute.class);
        for (MountAttribute attribute : values()) {
            if ((bits & attribute.bit) != 0) {
                set.add(attribute);
            }
        }
        return Collections.unmodifiableSet(set);
    }

    static Set<MountAttribute> ofWords(Set<String> words) {
        Set<MountAttribute> set = EnumSet.noneOf(MountAttribute.class);
        for (MountAttribute attribute : values()) {
            if (words.contains(attribute.word)) {
                set.add(attribute);
            }
        }
        return Collections.unmodifiableSet(set);
    }
}
