package dev.ring3.hooks;

import dev.ring3.bpf.hook.FsContext;
import dev.ring3.bpf.hook.FsOperation;
import dev.ring3.bpf.hook.Origin;
import dev.ring3.bpf.type.Field;
import dev.ring3.fs.AttrChange;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Operation;
import dev.ring3.fs.vfs.Request;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts an operation into the context of a program: of each field that the program can touch, which its verification has
 * told, all bytes; of the others nothing, so that what costs much is done only where somebody looks.
 */
final class ContextWriter {
    /** Groups of fields that belong to one piece of work. */
    private static final Set<String> PLACES = Set.of(
            "ino",
            "parent",
            "target_parent",
            "target_ino",
            "target_subvolume",
            "offset",
            "length",
            "file_size",
            "open_id");

    private static final Set<String> CHANGES = Set.of("flags", "mode", "attributes", "new_uid", "new_gid");
    private static final Set<String> CALLER = Set.of("uid", "gid", "origin");
    private static final Set<String> PROCESS = Set.of("pid", "tid", "pidfs_id", "cgroup");
    private static final Set<String> NAMES = Set.of("name", "name_length");
    private static final Set<String> TARGET_NAMES = Set.of("target_name", "target_name_length");

    private final boolean nothing;
    private final boolean places;
    private final boolean changes;
    private final boolean caller;
    private final boolean process;
    private final boolean address;
    private final boolean name;
    private final boolean targetName;

    /** A writer for a program that can touch some fields, by name. */
    ContextWriter(Set<String> fields) {
        this.nothing = fields.isEmpty();
        this.places = touches(fields, PLACES);
        this.changes = touches(fields, CHANGES);
        this.caller = touches(fields, CALLER);
        this.process = touches(fields, PROCESS);
        this.address = fields.contains("client_address");
        this.name = touches(fields, NAMES);
        this.targetName = touches(fields, TARGET_NAMES);
    }

    private static boolean touches(Set<String> fields, Set<String> group) {
        return group.stream().anyMatch(fields::contains);
    }

    /**
     * Fills a context.
     *
     * @param verdict the errno of a refusal before, 0 for none
     */
    void write(MemorySegment context, Asking asking, int verdict) {
        if (nothing) {
            return;
        }
        putInt(context, FsContext.VERDICT, verdict);
        ProcessExit exit = asking.exit();
        if (exit != null) {
            context.fill((byte) 0);
            putExit(context, exit);
            return;
        }
        Request request = asking.request();
        if (request == null) {
            throw new IllegalStateException("a program that is asked about nothing");
        }
        putInt(context, FsContext.OP, number(request.operation()));
        putLong(context, FsContext.SUBVOLUME, request.subvolume().value());
        putInt(context, FsContext.EXIT_STATUS, 0);
        if (places) {
            putPlaces(context, request);
        }
        if (changes) {
            putChanges(context, request);
        }
        if (caller) {
            putCaller(context, request.caller());
        }
        if (process) {
            putProcess(context, asking.caller());
        }
        if (address) {
            context.asSlice(FsContext.CLIENT_ADDRESS, FsContext.CLIENT_ADDRESS_BYTES)
                    .copyFrom(MemorySegment.ofArray(
                            ClientAddress.bytes(request.caller().address())));
        }
        if (name) {
            putName(context, request.name(), FsContext.NAME, FsContext.NAME_LENGTH);
        }
        if (targetName) {
            putTargetName(context, request);
        }
    }

    private static void putPlaces(MemorySegment context, Request request) {
        putLong(context, FsContext.INO, number(request.node()));
        putLong(context, FsContext.PARENT, number(request.directory()));
        putLong(context, FsContext.TARGET_PARENT, number(request.otherDirectory()));
        putLong(context, FsContext.TARGET_INO, number(request.otherNode()));
        putLong(
                context,
                FsContext.TARGET_SUBVOLUME,
                request.otherSubvolume() == null ? 0 : request.otherSubvolume().value());
        putLong(context, FsContext.OFFSET, request.offsetBytes());
        putLong(context, FsContext.LENGTH, request.lengthBytes());
        putLong(context, FsContext.FILE_SIZE, request.sizeBytes());
        putLong(context, FsContext.OPEN_ID, request.openId());
    }

    private static long number(@Nullable NodeId node) {
        return node == null ? 0 : node.ino().value();
    }

    private static void putChanges(MemorySegment context, Request request) {
        AttrChange change = request.change();
        putInt(context, FsContext.FLAGS, request.flags());
        putInt(context, FsContext.MODE, request.mode());
        putInt(context, FsContext.ATTRIBUTES, change == null ? 0 : attributes(change));
        putInt(context, FsContext.NEW_UID, change == null || change.uid() == null ? 0 : change.uid());
        putInt(context, FsContext.NEW_GID, change == null || change.gid() == null ? 0 : change.gid());
    }

    private static int attributes(AttrChange change) {
        return (change.permissions() == null ? 0 : FsContext.ATTRIBUTE_MODE)
                | (change.uid() == null ? 0 : FsContext.ATTRIBUTE_UID)
                | (change.gid() == null ? 0 : FsContext.ATTRIBUTE_GID)
                | (change.sizeBytes() == null ? 0 : FsContext.ATTRIBUTE_SIZE)
                | (change.accessTime() == null ? 0 : FsContext.ATTRIBUTE_ATIME)
                | (change.modifyTime() == null ? 0 : FsContext.ATTRIBUTE_MTIME)
                | (change.flags() == null ? 0 : FsContext.ATTRIBUTE_FLAGS);
    }

    private static void putCaller(MemorySegment context, Caller caller) {
        putInt(context, FsContext.UID, caller.credentials().uid());
        putInt(context, FsContext.GID, caller.credentials().gid());
        Origin origin = switch (caller.client().origin()) {
            case FUSE -> Origin.FUSE;
            case NFS -> Origin.NFS;
            case LOCAL -> Origin.NIO;
        };
        putInt(context, FsContext.ORIGIN, origin.number());
    }

    private static void putProcess(MemorySegment context, ProcessFacts process) {
        putInt(context, FsContext.PID, process.process());
        putInt(context, FsContext.TID, process.thread());
        putLong(context, FsContext.PIDFS_ID, process.pidfsId());
        putLong(context, FsContext.CGROUP, process.cgroup());
    }

    private static void putName(MemorySegment context, @Nullable Name name, int at, int lengthAt) {
        context.asSlice(at, FsContext.NAME_BYTES).fill((byte) 0);
        putInt(context, lengthAt, name == null ? 0 : name.length());
        if (name != null) {
            name.copyTo(context, at);
        }
    }

    private static void putTargetName(MemorySegment context, Request request) {
        putName(context, request.otherName(), FsContext.TARGET_NAME, FsContext.TARGET_NAME_LENGTH);
        byte[] target = request.target();
        if (target != null) {
            int length = Math.min(target.length, Name.BYTES_MAX);
            putInt(context, FsContext.TARGET_NAME_LENGTH, length);
            MemorySegment.copy(target, 0, context, ValueLayout.JAVA_BYTE, FsContext.TARGET_NAME, length);
        }
    }

    private static void putExit(MemorySegment context, ProcessExit exit) {
        putInt(context, FsContext.OP, FsOperation.PROCESS_EXIT.number());
        putInt(context, FsContext.PID, exit.process());
        putInt(context, FsContext.TID, exit.process());
        putLong(context, FsContext.PIDFS_ID, exit.pidfsId());
        putLong(context, FsContext.CGROUP, exit.cgroup());
        putInt(context, FsContext.UID, exit.uid());
        putInt(context, FsContext.GID, exit.gid());
        putInt(context, FsContext.EXIT_STATUS, exit.status());
        putInt(context, FsContext.ORIGIN, Origin.SERVER.number());
    }

    private static void putInt(MemorySegment context, int at, int value) {
        context.set(ValueLayout.JAVA_INT, at, value);
    }

    private static void putLong(MemorySegment context, int at, long value) {
        context.set(ValueLayout.JAVA_LONG, at, value);
    }

    /** The names of all fields that some writer fills. */
    static boolean knows(Field field) {
        String of = field.name();
        return PLACES.contains(of)
                || CHANGES.contains(of)
                || CALLER.contains(of)
                || PROCESS.contains(of)
                || NAMES.contains(of)
                || TARGET_NAMES.contains(of)
                || Set.of("op", "subvolume", "verdict", "exit_status", "client_address")
                        .contains(of);
    }

    /** What an operation is to programs. */
    static int number(Operation operation) {
        FsOperation known = switch (operation) {
            case LOOKUP -> FsOperation.LOOKUP;
            case STAT -> FsOperation.STAT;
            case OPEN -> FsOperation.OPEN;
            case READ -> FsOperation.READ;
            case READDIR -> FsOperation.READDIR;
            case READLINK -> FsOperation.READLINK;
            case GETXATTR -> FsOperation.GETXATTR;
            case LISTXATTR -> FsOperation.LISTXATTR;
            case SEEK -> FsOperation.SEEK;
            case COPY_SOURCE -> FsOperation.COPY_SOURCE;
            case CLONE_SOURCE -> FsOperation.CLONE_SOURCE;
            case WRITE -> FsOperation.WRITE;
            case ALLOCATE -> FsOperation.FALLOCATE;
            case COPY_TARGET -> FsOperation.COPY_TARGET;
            case CLONE_TARGET -> FsOperation.CLONE_TARGET;
            case CREATE -> FsOperation.CREATE;
            case MKDIR -> FsOperation.MKDIR;
            case MKNOD -> FsOperation.MKNOD;
            case SYMLINK -> FsOperation.SYMLINK;
            case LINK -> FsOperation.LINK;
            case RENAME -> FsOperation.RENAME;
            case EXCHANGE -> FsOperation.EXCHANGE;
            case UNLINK -> FsOperation.UNLINK;
            case RMDIR -> FsOperation.RMDIR;
            case SETATTR -> FsOperation.SETATTR;
            case TRUNCATE -> FsOperation.TRUNCATE;
            case SETXATTR -> FsOperation.SETXATTR;
            case REMOVEXATTR -> FsOperation.REMOVEXATTR;
            case SETACL -> FsOperation.SETACL;
            case SUBVOLUME_CREATE -> FsOperation.SUBVOLUME_CREATE;
            case SUBVOLUME_DELETE -> FsOperation.SUBVOLUME_DELETE;
            case SUBVOLUME_CHANGE -> FsOperation.SUBVOLUME_CHANGE;
            case SNAPSHOT_CREATE -> FsOperation.SNAPSHOT_CREATE;
            case SNAPSHOT_DELETE -> FsOperation.SNAPSHOT_DELETE;
            case ROLLBACK -> FsOperation.ROLLBACK;
            case SEND -> FsOperation.SEND;
            case RECEIVE -> FsOperation.RECEIVE;
        };
        return known.number();
    }
}
