package dev.ring3.fs.vfs;

/** Where programs attach; each has its section name in an object file. */
public enum HookPoint {
    LOOKUP("fs/lookup"),
    OPEN("fs/open"),
    READ("fs/read"),
    WRITE("fs/write"),
    CREATE("fs/create"),
    RENAME("fs/rename"),
    UNLINK("fs/unlink"),
    SETATTR("fs/setattr"),
    SNAPSHOT("fs/snapshot");

    private final String section;

    HookPoint(String section) {
        this.section = section;
    }

    /** The name of the section: {@code fs/open}. */
    public String section() {
        return section;
    }
}
