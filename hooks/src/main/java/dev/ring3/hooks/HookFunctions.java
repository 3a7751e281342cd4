package dev.ring3.hooks;

import dev.ring3.bpf.HostCall;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.hook.FsFunctions;
import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.bpf.hook.SubvolumeFacts;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.vfs.Request;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.fs.volume.Volume;
import dev.ring3.linux.Errno;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The functions of {@link FsFunctions}. They ask the volume itself, past permissions and hooks. */
final class HookFunctions {
    private final Volume volume;
    private final ThreadLocal<Asking> asking;
    private final AuditLog audit;

    HookFunctions(Volume volume, ThreadLocal<Asking> asking, AuditLog audit) {
        this.volume = volume;
        this.asking = asking;
        this.audit = audit;
    }

    /** The type of programs at the filesystem, with these functions. */
    ProgramType type() {
        return HookTypes.FS
                .with(FsFunctions.DATA_READ, this::dataRead)
                .with(FsFunctions.NAME, this::name)
                .with(FsFunctions.PATH, this::path)
                .with(FsFunctions.XATTR, this::xattr)
                .with(FsFunctions.SUBVOLUME, this::subvolume)
                .with(FsFunctions.EMIT, this::emit);
    }

    /** The type of policies of the page cache, which work on no operation. */
    ProgramType cacheType() {
        return new CacheProgramFunctions(asking).type(this::emit);
    }

    /** Memory that a program gave to be filled: zeros, for now. */
    private static MemorySegment into(HostCall call, long address, long length) {
        return call.writable(address, Integer.toUnsignedLong((int) length)).fill((byte) 0);
    }

    private static long error(Errno errno) {
        return -errno.number();
    }

    private long dataRead(HostCall call, long offset, long into, long length, long unused4, long unused5) {
        MemorySegment to = into(call, into, length);
        Request request = asking.get().request();
        MemorySegment data = request == null ? null : request.data();
        if (data == null || offset < 0 || offset >= data.byteSize()) {
            return 0;
        }
        long bytes = Math.min(to.byteSize(), data.byteSize() - offset);
        MemorySegment.copy(data, offset, to, 0, bytes);
        return bytes;
    }

    private long name(HostCall call, long which, long into, long size, long unused4, long unused5) {
        MemorySegment to = into(call, into, size);
        Request request = asking.get().request();
        if (request == null || (which != FsFunctions.NAME_FIRST && which != FsFunctions.NAME_TARGET)) {
            return error(Errno.EINVAL);
        }
        return copy(which == FsFunctions.NAME_FIRST ? bytes(request.name()) : target(request), to);
    }

    private static byte[] bytes(@Nullable Name name) {
        return name == null ? new byte[0] : name.bytes();
    }

    private static byte[] target(Request request) {
        byte[] target = request.target();
        return target == null ? bytes(request.otherName()) : target;
    }

    /** As much as there is room for. */
    private static long copy(byte[] from, MemorySegment to) {
        int bytes = (int) Math.min(from.length, to.byteSize());
        MemorySegment.copy(from, 0, to, ValueLayout.JAVA_BYTE, 0, bytes);
        return bytes;
    }

    private long path(HostCall call, long subvolume, long ino, long into, long size, long unused5) {
        MemorySegment to = into(call, into, size);
        if (isNoSubvolume(subvolume) || ino <= 0) {
            return error(Errno.ENOENT);
        }
        Optional<List<Name>> names = volume.subvolumes().path(new NodeId(new SubvolumeId(subvolume), new Ino(ino)));
        if (names.isEmpty()) {
            return error(Errno.ENOENT);
        }
        byte[] path = joined(names.get());
        return path.length > Math.min(to.byteSize(), FsFunctions.PATH_BYTES_MAX)
                ? error(Errno.ENAMETOOLONG)
                : copy(path, to);
    }

    private static byte[] joined(List<Name> names) {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        for (Name name : names) {
            path.write('/');
            path.writeBytes(name.bytes());
        }
        if (names.isEmpty()) {
            path.write('/');
        }
        return path.toByteArray();
    }

    private long xattr(HostCall call, long name, long nameLength, long into, long size, long unused5) {
        byte[] text =
                call.readable(name, Integer.toUnsignedLong((int) nameLength)).toArray(ValueLayout.JAVA_BYTE);
        MemorySegment to = into(call, into, size);
        Request request = asking.get().request();
        if (request == null) {
            return error(Errno.EINVAL);
        }
        NodeId node = request.node() == null ? request.directory() : request.node();
        if (node == null || isNoSubvolume(node.subvolume().value())) {
            return error(Errno.ENODATA);
        }
        try {
            byte[] value = volume.xattr(node, XattrName.parse(text));
            if (value == null) {
                return error(Errno.ENODATA);
            }
            return value.length > to.byteSize() ? error(Errno.ERANGE) : copy(value, to);
        } catch (FsException e) {
            return error(e.errno());
        }
    }

    private long subvolume(HostCall call, long id, long into, long size, long unused4, long unused5) {
        MemorySegment to = into(call, into, size);
        if (isNoSubvolume(id)) {
            return error(Errno.ENOENT);
        }
        try {
            SubvolumeId subvolume = new SubvolumeId(id);
            MemorySegment facts = MemorySegment.ofArray(new long[SubvolumeFacts.BYTES / Long.BYTES]);
            put(facts, volume.subvolumes().info(subvolume));
            set(
                    facts,
                    SubvolumeFacts.AVAILABLE,
                    volume.space(NodeId.rootOf(subvolume)).availableBytes());
            long bytes = Math.min(facts.byteSize(), to.byteSize());
            MemorySegment.copy(facts, 0, to, 0, bytes);
            return bytes;
        } catch (FsException _) {
            return error(Errno.ENOENT);
        }
    }

    private void put(MemorySegment facts, SubvolumeInfo info) {
        SubvolumeId origin = info.origin();
        NodeId place = info.place();
        set(facts, SubvolumeFacts.ID, info.id().value());
        set(facts, SubvolumeFacts.ORIGIN, origin == null ? 0 : origin.value());
        set(facts, SubvolumeFacts.PARENT, place == null ? 0 : place.subvolume().value());
        set(facts, SubvolumeFacts.REFERENCED, info.referencedBytes());
        set(facts, SubvolumeFacts.WRITTEN, info.writtenBytes());
        set(facts, SubvolumeFacts.INODES, info.referencedInodes());
        set(facts, SubvolumeFacts.QUOTA, info.quotaBytes());
        set(facts, SubvolumeFacts.QUOTA_INODES, info.quotaInodes());
        int flags = (info.readOnly() ? SubvolumeFacts.FLAG_READ_ONLY : 0)
                | (origin == null ? 0 : SubvolumeFacts.FLAG_SNAPSHOT);
        facts.set(ValueLayout.JAVA_INT, SubvolumeFacts.FLAGS, flags);
        facts.set(ValueLayout.JAVA_INT, SubvolumeFacts.SNAPSHOTS, snapshotsOf(info.id()));
    }

    private int snapshotsOf(SubvolumeId id) {
        return (int) volume.subvolumes().list().stream()
                .filter(info -> id.equals(info.origin()))
                .count();
    }

    private static void set(MemorySegment facts, int at, long value) {
        facts.set(ValueLayout.JAVA_LONG, at, value);
    }

    private static boolean isNoSubvolume(long id) {
        return id <= 0 || id >= Vfs.FIRST_MOUNTED.value();
    }

    private long emit(HostCall call, long type, long record, long size, long unused4, long unused5) {
        long bytes = Integer.toUnsignedLong((int) size);
        if (bytes > FsFunctions.RECORD_BYTES_MAX) {
            return error(Errno.E2BIG);
        }
        HookProgram program = asking.get().program();
        if (program == null) {
            return error(Errno.EINVAL);
        }
        audit.addRecord(program, (int) type, call.readable(record, bytes).toArray(ValueLayout.JAVA_BYTE));
        return 0;
    }
}
