package dev.ring3.bpf.hook;

/** Through which door a request came: the field {@code origin} of {@link FsContext}. */
public enum Origin {
    SERVER(0, "the server itself"),
    FUSE(1, "a mount by FUSE"),
    NFS(2, "an NFS client"),
    NIO(3, "Java code in the same process"),
    HTTP(4, "the HTTP interface or the console"),
    COMMAND(5, "the command line");

    private final int number;
    private final String about;

    Origin(int number, String about) {
        this.number = number;
        this.about = about;
    }

    /** The number that programs see. */
    public int number() {
        return number;
    }

    /** What it is, in a few words. */
    public String about() {
        return about;
    }

    /** The name that programs know it by. */
    String constant() {
        return "RING3_ORIGIN_" + name();
    }
}
