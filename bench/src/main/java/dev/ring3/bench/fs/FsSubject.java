package dev.ring3.bench.fs;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A filesystem that is measured. */
public enum FsSubject {
    HOST("the filesystem of the place, by system calls"),
    BTRFS("btrfs on a loop device over a file of the place, by system calls; wants root and mkfs.btrfs"),
    RING3("a volume of Ring3 in this process, through its namespace"),
    RING3_FUSE("a volume that Ring3 mounts by FUSE, by system calls; wants root or fusermount3"),
    RING3_NFS("a volume that Ring3 exports by NFS, by a client of this tool in the same process"),
    RING3_NFS_MOUNT(
            "a volume that Ring3 exports by NFS, mounted by the kernel's client; wants root and nfsv4 in the kernel");

    private final String description;

    FsSubject(String description) {
        this.description = description;
    }

    public String description() {
        return description;
    }

    /** The word of command lines and reports. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static List<String> ids() {
        return Arrays.stream(values()).map(FsSubject::id).toList();
    }

    /**
     * Of a word.
     *
     * @throws IllegalArgumentException for any other
     */
    public static FsSubject of(String word) {
        return Arrays.stream(values())
                .filter(subject -> subject.id().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no filesystem %s; there are %s".formatted(word, String.join(", ", ids()))));
    }
}
