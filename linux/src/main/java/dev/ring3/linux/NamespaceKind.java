package dev.ring3.linux;

/** The kinds of namespaces. */
public enum NamespaceKind {
    /** Control groups. */
    CGROUP("cgroup", 0xFF01, 0x02000000),
    /** System V communication. */
    IPC("ipc", 0xFF02, 0x08000000),
    /** Mounts. */
    MOUNT("mnt", 0xFF03, 0x00020000),
    /** Network. */
    NETWORK("net", 0xFF04, 0x40000000),
    /** Process ids. */
    PID("pid", 0xFF05, 0x20000000),
    /** Process ids of children. */
    PID_FOR_CHILDREN("pid_for_children", 0xFF06, 0x20000000),
    /** Clocks. */
    TIME("time", 0xFF07, 0x00000080),
    /** Clocks of children. */
    TIME_FOR_CHILDREN("time_for_children", 0xFF08, 0x00000080),
    /** Users. */
    USER("user", 0xFF09, 0x10000000),
    /** The host's name. */
    HOST_NAME("uts", 0xFF0A, 0x04000000);

    private final String file;
    private final int request;
    private final int cloneFlag;

    NamespaceKind(String file, int request, int cloneFlag) {
        this.file = file;
        this.request = request;
        this.cloneFlag = cloneFlag;
    }

    /** Its name in {@code /proc/PID/ns}. */
    String file() {
        return file;
    }

    /** {@code PIDFD_GET_*_NAMESPACE}. */
    int request() {
        return request;
    }

    /** {@code CLONE_NEW*}. */
    int cloneFlag() {
        return cloneFlag;
    }
}
