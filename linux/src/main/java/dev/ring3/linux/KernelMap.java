package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** A map in the kernel, shared with the programs that use it. Thread-safe; closing it ends this process's part in it. */
public final class KernelMap implements AutoCloseable {
    private final SystemCalls calls;
    private final OwnedDescriptor descriptor;
    private final MapSpec spec;
    private final int transferBytes;

    KernelMap(SystemCalls calls, OwnedDescriptor descriptor, MapSpec spec) {
        this.calls = calls;
        this.descriptor = descriptor;
        this.spec = spec;
        this.transferBytes = spec.type().transferBytes(spec.valueBytes());
    }

    /**
     * The file descriptor, which stays this object's: valid until it is closed. A program names the map by it.
     *
     * @throws IllegalStateException if it is closed
     */
    public int descriptor() {
        return descriptor.use(fd -> fd);
    }

    /**
     * Of how many bytes a value is here: in per-CPU maps the values of all possible processors one after the other, each
     * rounded up to a multiple of 8; in maps of maps and of programs a descriptor of 4, in the others as the map was made.
     */
    public int transferBytes() {
        return transferBytes;
    }

    /**
     * A copy of the value of a key, if there is one; without a key, of what comes out of a queue or a stack next. It has
     * {@link #transferBytes}.
     *
     * @throws IllegalArgumentException if the key has another length than the map's
     */
    public Optional<byte[]> lookup(byte[] key) {
        return lookup(BpfAttrLayout.MAP_LOOKUP_ELEM, "bpf(MAP_LOOKUP_ELEM)", key);
    }

    /**
     * A copy of the value of a key, if there is one, which is removed; without a key, what comes out of a queue or a stack
     * next.
     */
    public Optional<byte[]> take(byte[] key) {
        return lookup(BpfAttrLayout.MAP_LOOKUP_AND_DELETE_ELEM, "bpf(MAP_LOOKUP_AND_DELETE_ELEM)", key);
    }

    private Optional<byte[]> lookup(int command, String operation, byte[] key) {
        requireKey(key);
        try (BpfCall call = new BpfCall(calls)) {
            MemorySegment value = call.room(transferBytes);
            long result = invoke(call, command, call.copyOf(key), value, 0);
            return present(result, operation) ? Optional.of(bytes(value)) : Optional.empty();
        }
    }

    /**
     * Sets the value of a key, which has {@link #transferBytes}.
     *
     * @throws LinuxException with {@link Errno#EEXIST} or {@link Errno#ENOENT} as the mode says, {@link Errno#E2BIG} if
     *     a hash map is full or an index lies past an array's end
     * @throws IllegalArgumentException if key or value have another length than the map's
     */
    public void update(byte[] key, byte[] value, UpdateMode mode) {
        requireKey(key);
        requireLength("value", value.length, transferBytes);
        try (BpfCall call = new BpfCall(calls)) {
            long result =
                    invoke(call, BpfAttrLayout.MAP_UPDATE_ELEM, call.copyOf(key), call.copyOf(value), mode.flags());
            LinuxException.require(result, "bpf(MAP_UPDATE_ELEM)", spec.describe());
        }
    }

    /**
     * Removes a key, and says whether it was there.
     *
     * @throws LinuxException with {@link Errno#EINVAL} on an array, whose elements cannot be deleted
     */
    public boolean delete(byte[] key) {
        requireKey(key);
        try (BpfCall call = new BpfCall(calls)) {
            long result = invoke(call, BpfAttrLayout.MAP_DELETE_ELEM, call.copyOf(key), MemorySegment.NULL, 0);
            return present(result, "bpf(MAP_DELETE_ELEM)");
        }
    }

    /** Has nobody change the map through system calls any more; one that programs only read is constant then. */
    public void freeze() {
        try (BpfCall call = new BpfCall(calls)) {
            long result = invoke(call, BpfAttrLayout.MAP_FREEZE, MemorySegment.NULL, MemorySegment.NULL, 0);
            LinuxException.require(result, "bpf(MAP_FREEZE)", spec.describe());
        }
    }

    /** The key at which a walk begins, if the map has any. */
    public Optional<byte[]> firstKey() {
        return next(new byte[0]);
    }

    /** The key after another one in the map's own order, if there is one; after an unknown key the first. */
    public Optional<byte[]> nextKey(byte[] key) {
        requireKey(key);
        return next(key);
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private Optional<byte[]> next(byte[] keyOrNone) {
        try (BpfCall call = new BpfCall(calls)) {
            MemorySegment next = call.room(spec.keyBytes());
            long result = invoke(call, BpfAttrLayout.MAP_GET_NEXT_KEY, call.copyOf(keyOrNone), next, 0);
            return present(result, "bpf(MAP_GET_NEXT_KEY)") ? Optional.of(bytes(next)) : Optional.empty();
        }
    }

    private long invoke(BpfCall call, int command, MemorySegment key, MemorySegment value, long flags) {
        return descriptor.use(fd -> {
            BpfAttrLayout.encodeElement(call.attr(), fd, key, value, flags);
            return call.invoke(command);
        });
    }

    /** Whether the element was there; "no such element" is an answer, any other error an exception. */
    private boolean present(long result, String operation) {
        if (result == -Errno.ENOENT.number()) {
            return false;
        }
        LinuxException.require(result, operation, spec.describe());
        return true;
    }

    private void requireKey(byte[] key) {
        requireLength("key", key.length, spec.keyBytes());
    }

    private void requireLength(String what, int found, int wanted) {
        if (found != wanted) {
            throw new IllegalArgumentException("%s of %d bytes for %s".formatted(what, found, spec.describe()));
        }
    }

    private static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }
}
