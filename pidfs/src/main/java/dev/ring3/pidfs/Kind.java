package dev.ring3.pidfs;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What an inode of the tree is. */
enum Kind {
    /** The directory of a process; it has no file name of its own. First, so that its number is the kernel's. */
    PROCESS(FileType.DIRECTORY, 0555, ""),
    THREAD(FileType.DIRECTORY, 0555, ""),

    ROOT(FileType.DIRECTORY, 0555, ""),
    BY_PID(FileType.DIRECTORY, 0555, "by-pid"),
    BY_ID(FileType.DIRECTORY, 0555, "by-id"),
    BY_CGROUP(FileType.DIRECTORY, 0555, "by-cgroup"),
    EVENTS(FileType.REGULAR, 0444, "events"),
    SELF(FileType.SYMLINK, 0777, "self"),

    /** A control group, by its number. */
    CGROUP_MEMBERS(FileType.DIRECTORY, 0555, ""),
    PID_LINK(FileType.SYMLINK, 0777, ""),
    MEMBER_LINK(FileType.SYMLINK, 0777, ""),

    INFO(FileType.REGULAR, 0444, "info"),
    INFO_JSON(FileType.REGULAR, 0444, "info.json"),
    STATE(FileType.REGULAR, 0444, "state"),
    EXIT(FileType.REGULAR, 0444, "exit"),
    PIN(FileType.REGULAR, 0444, "pin"),
    SIGNAL(FileType.REGULAR, 0200, "signal"),
    COMM(FileType.REGULAR, 0444, "comm"),
    CMDLINE(FileType.REGULAR, 0444, "cmdline"),
    CGROUP(FileType.REGULAR, 0444, "cgroup"),
    NAMESPACES(FileType.DIRECTORY, 0500, "ns"),
    THREADS(FileType.DIRECTORY, 0555, "task"),

    THREAD_INFO(INFO),
    THREAD_INFO_JSON(INFO_JSON),
    THREAD_STATE(STATE),
    THREAD_EXIT(EXIT),
    THREAD_PIN(PIN),
    THREAD_SIGNAL(SIGNAL),
    THREAD_COMM(COMM),
    THREAD_CMDLINE(CMDLINE),
    THREAD_CGROUP(CGROUP),
    THREAD_NAMESPACES(NAMESPACES),

    /** Of all processes that are in it: by the number of the namespace. */
    NS_CGROUP(FileType.SYMLINK, 0777, "cgroup"),
    NS_IPC(FileType.SYMLINK, 0777, "ipc"),
    NS_MOUNT(FileType.SYMLINK, 0777, "mnt"),
    NS_NETWORK(FileType.SYMLINK, 0777, "net"),
    NS_PID(FileType.SYMLINK, 0777, "pid"),
    NS_PID_FOR_CHILDREN(FileType.SYMLINK, 0777, "pid_for_children"),
    NS_TIME(FileType.SYMLINK, 0777, "time"),
    NS_TIME_FOR_CHILDREN(FileType.SYMLINK, 0777, "time_for_children"),
    NS_USER(FileType.SYMLINK, 0777, "user"),
    NS_HOST_NAME(FileType.SYMLINK, 0777, "uts");

    /** What the root holds. */
    static final List<Kind> IN_ROOT = List.of(BY_PID, BY_ID, BY_CGROUP, SELF, EVENTS);

    /** What the directory of a process holds. */
    static final List<Kind> IN_PROCESS =
            List.of(INFO, INFO_JSON, STATE, EXIT, PIN, SIGNAL, COMM, CMDLINE, CGROUP, NAMESPACES, THREADS);

    /** What that of a thread holds. */
    static final List<Kind> IN_THREAD = Stream.of(values())
            .filter(kind -> kind.ofThread && !kind.fileName.isEmpty())
            .toList();

    /** What {@code ns} may hold. */
    static final List<Kind> IN_NAMESPACES =
            Stream.of(values()).filter(kind -> kind.name().startsWith("NS_")).toList();

    private static final Map<String, Kind> ROOT_NAMES = byName(IN_ROOT);
    private static final Map<String, Kind> PROCESS_NAMES = byName(IN_PROCESS);
    private static final Map<String, Kind> THREAD_NAMES = byName(IN_THREAD);
    private static final Map<String, Kind> NAMESPACE_NAMES = byName(IN_NAMESPACES);

    private final FileType type;
    private final int permissions;
    private final String fileName;
    private final Kind content;
    private final boolean ofThread;

    Kind(FileType type, int permissions, String fileName) {
        this.type = type;
        this.permissions = permissions;
        this.fileName = fileName;
        this.content = this;
        this.ofThread = false;
    }

    Kind(Kind likeThatOfProcess) {
        this.type = likeThatOfProcess.type;
        this.permissions = likeThatOfProcess.permissions;
        this.fileName = likeThatOfProcess.fileName;
        this.content = likeThatOfProcess;
        this.ofThread = true;
    }

    FileType type() {
        return type;
    }

    int permissions() {
        return permissions;
    }

    /** Its name in the directory that has it; empty where that is a number. */
    String fileName() {
        return fileName;
    }

    /** What it shows: a thread's file that of a process. */
    Kind content() {
        return content;
    }

    /** Whether the number that goes with it is a thread's. */
    boolean isOfThread() {
        return ofThread || this == THREAD;
    }

    /** Whether the number that goes with it is a process's or a thread's, and it is gone with it. */
    boolean isOfTask() {
        return isOfThread() || this == PROCESS || IN_PROCESS.contains(this);
    }

    boolean isNamespace() {
        return IN_NAMESPACES.contains(this);
    }

    /** What entries of fixed names a directory has, in the order of their kinds. */
    static Map<String, Kind> entries(Kind directory) {
        return switch (directory) {
            case ROOT -> ROOT_NAMES;
            case PROCESS -> PROCESS_NAMES;
            case THREAD -> THREAD_NAMES;
            case NAMESPACES, THREAD_NAMESPACES -> NAMESPACE_NAMES;
            default -> Map.of();
        };
    }

    /** ENOTDIR for what is no directory. */
    void requireDirectory(String operation) {
        if (type != FileType.DIRECTORY) {
            throw new FsException(Errno.ENOTDIR, operation, fileName);
        }
    }

    private static Map<String, Kind> byName(List<Kind> kinds) {
        Map<String, Kind> byName = new LinkedHashMap<>();
        kinds.stream().sorted().forEach(kind -> byName.put(kind.fileName, kind));
        return Collections.unmodifiableMap(byName);
    }
}
