package dev.ring3.fs.vfs;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What is about to be done, as programs see it. Made only where programs are attached; does not change once they are
 * asked, and means nothing afterwards.
 */
public final class Request {
    private final Operation operation;
    private final Caller caller;
    private final SubvolumeId subvolume;

    private @Nullable NodeId node;
    private @Nullable NodeId directory;
    private @Nullable Name name;
    private @Nullable NodeId otherNode;
    private @Nullable NodeId otherDirectory;
    private @Nullable Name otherName;
    private @Nullable SubvolumeId otherSubvolume;
    private byte @Nullable [] target;
    private @Nullable AttrChange change;
    private @Nullable MemorySegment data;
    private long offsetBytes;
    private long lengthBytes;
    private long sizeBytes;
    private long openId;
    private int mode;
    private int flags;

    private Request(Operation operation, Caller caller, SubvolumeId subvolume) {
        this.operation = operation;
        this.caller = caller;
        this.subvolume = subvolume;
    }

    static Request of(Operation operation, Caller caller, SubvolumeId subvolume) {
        return new Request(operation, caller, subvolume);
    }

    static Request ofNode(Operation operation, Caller caller, NodeId node) {
        Request request = new Request(operation, caller, node.subvolume());
        request.node = node;
        return request;
    }

    static Request ofName(Operation operation, Caller caller, NodeId directory, Name name) {
        Request request = new Request(operation, caller, directory.subvolume());
        request.directory = directory;
        request.name = name;
        return request;
    }

    /** A file that is made in a directory without a name. */
    static Request ofNameless(Caller caller, NodeId directory) {
        Request request = new Request(Operation.CREATE, caller, directory.subvolume());
        request.directory = directory;
        return request;
    }

    static Request ofFile(Operation operation, Caller caller, OpenFile file, long offsetBytes, long lengthBytes) {
        Request request = ofNode(operation, caller, file.node());
        request.openId = file.id();
        request.offsetBytes = offsetBytes;
        request.lengthBytes = lengthBytes;
        return request;
    }

    Request withNode(@Nullable NodeId value) {
        node = value;
        return this;
    }

    Request withName(@Nullable Name value) {
        name = value;
        return this;
    }

    Request withPlace(NodeId inDirectory, Name value) {
        directory = inDirectory;
        name = value;
        return this;
    }

    Request withOther(@Nullable NodeId value) {
        otherNode = value;
        return this;
    }

    Request withOtherName(NodeId inDirectory, Name value) {
        otherDirectory = inDirectory;
        otherName = value;
        return this;
    }

    Request withTarget(byte[] value) {
        target = value;
        return this;
    }

    Request withOtherSubvolume(SubvolumeId value) {
        otherSubvolume = value;
        return this;
    }

    Request withChange(AttrChange value) {
        change = value;
        return this;
    }

    Request withData(MemorySegment value) {
        data = value.asReadOnly();
        return this;
    }

    Request withLength(long bytes) {
        lengthBytes = bytes;
        return this;
    }

    Request withSize(long bytes) {
        sizeBytes = bytes;
        return this;
    }

    Request withMode(int value) {
        mode = value;
        return this;
    }

    Request withFlags(int value) {
        flags = value;
        return this;
    }

    /** Which operation. */
    public Operation operation() {
        return operation;
    }

    /** Who asks for it. */
    public Caller caller() {
        return caller;
    }

    /** Where it happens: what programs are attached to. */
    public SubvolumeId subvolume() {
        return subvolume;
    }

    /** The inode; null where there is none yet, or it is a subvolume. */
    public @Nullable NodeId node() {
        return node;
    }

    /** The directory in which the name is; null for operations without one. */
    public @Nullable NodeId directory() {
        return directory;
    }

    /** The name in the directory, or of an extended attribute, or of a new subvolume. */
    public @Nullable Name name() {
        return name;
    }

    /** The other file of a copy; what a rename replaces or exchanges. */
    public @Nullable NodeId otherNode() {
        return otherNode;
    }

    /** The new directory of a rename. */
    public @Nullable NodeId otherDirectory() {
        return otherDirectory;
    }

    /** The new name of a rename. */
    public @Nullable Name otherName() {
        return otherName;
    }

    /** The target of a symbolic link; not to be changed. */
    public byte @Nullable [] target() {
        return target;
    }

    /** The snapshot that it is about, where that is not {@link #subvolume}. */
    public @Nullable SubvolumeId otherSubvolume() {
        return otherSubvolume;
    }

    /** The attributes to be. */
    public @Nullable AttrChange change() {
        return change;
    }

    /** What is about to be written; valid only during the call. */
    public @Nullable MemorySegment data() {
        return data;
    }

    /** Where in the file. */
    public long offsetBytes() {
        return offsetBytes;
    }

    /** How many bytes; the new size of a truncation. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /** The size of the file before, for what opens, writes or truncates. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** The open file that it comes through, 0 for none; see {@link OpenFile#id}. */
    public long openId() {
        return openId;
    }

    /** Type and permission bits, of what is made or as they shall be. */
    public int mode() {
        return mode;
    }

    /** The flags of the system call, as Linux has them on x86-64: of open, fallocate, renameat2, setxattr. */
    public int flags() {
        return flags;
    }
}
