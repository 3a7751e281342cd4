package dev.ring3.fs.vfs;

import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What is about to be done, as programs see it.
 *
 * @param node what it is done to: the directory of operations on names, else the inode itself
 * @param name in that directory
 * @param otherNode the new directory of rename, the inode of link, the other file of a copy
 * @param otherName the new name of rename, or of an extended attribute
 * @param mode type and permission bits of what is created or set; access bits ({@link dev.ring3.fs.lock.Use}) of open
 * @param data what is about to be written; valid only during the call
 */
public record Request(
        Operation operation,
        Caller caller,
        NodeId node,
        @Nullable Name name,
        @Nullable NodeId otherNode,
        @Nullable Name otherName,
        long offsetBytes,
        long lengthBytes,
        int mode,
        @Nullable MemorySegment data) {
    static Request ofName(Operation operation, Caller caller, NodeId directory, Name name, int mode) {
        return new Request(operation, caller, directory, name, null, null, 0, 0, mode, null);
    }

    static Request ofNames(
            Operation operation, Caller caller, NodeId directory, @Nullable Name name, NodeId other, Name otherName) {
        return new Request(operation, caller, directory, name, other, otherName, 0, 0, 0, null);
    }

    static Request ofNode(Operation operation, Caller caller, NodeId node, int mode) {
        return new Request(operation, caller, node, null, null, null, 0, 0, mode, null);
    }

    static Request ofRange(Operation operation, Caller caller, NodeId node, long offsetBytes, long lengthBytes) {
        return new Request(operation, caller, node, null, null, null, offsetBytes, lengthBytes, 0, null);
    }

    static Request ofWrite(Caller caller, NodeId node, long offsetBytes, MemorySegment data) {
        return new Request(
                Operation.WRITE, caller, node, null, null, null, offsetBytes, data.byteSize(), 0, data.asReadOnly());
    }

    static Request ofXattr(Operation operation, Caller caller, NodeId node, @Nullable Name attribute) {
        return new Request(operation, caller, node, null, null, attribute, 0, 0, 0, null);
    }
}
