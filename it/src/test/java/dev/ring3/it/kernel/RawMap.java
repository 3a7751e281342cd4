package dev.ring3.it.kernel;

import dev.ring3.it.SystemCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A map in the kernel by {@code bpf(2)} as it is, with any flags and sizes: what {@link dev.ring3.linux.KernelMap} keeps
 * its users from asking.
 */
final class RawMap implements AutoCloseable {
    static final int LOOKUP = 1;
    static final int UPDATE = 2;
    static final int DELETE = 3;
    static final int NEXT_KEY = 4;
    static final int TAKE = 21;

    private static final int CREATE = 0;
    private static final int FREEZE = 22;
    private static final int BTF_LOAD = 18;
    private static final int ATTR_BYTES = 168;

    private static final long BPF = SystemCall.ARM ? 280 : 321;
    private static final long CLOSE = SystemCall.ARM ? 57 : 3;

    private final Arena arena = Arena.ofConfined();
    private final int descriptor;

    private RawMap(int descriptor) {
        this.descriptor = descriptor;
    }

    /** What makes a map, by the kernel's numbers; {@code inner} is a descriptor, or 0. */
    record Spec(int type, int keyBytes, int valueBytes, int entriesMax, int flags, long extra, int inner) {
        Spec(int type, int keyBytes, int valueBytes, int entriesMax, int flags) {
            this(type, keyBytes, valueBytes, entriesMax, flags, 0, 0);
        }
    }

    private static int call(Arena arena, long number, long first, MemorySegment attr) {
        return (int) SystemCall.call(arena, number, first, attr.address(), attr.byteSize());
    }

    /** A descriptor, or a negative errno; {@code btf} and the ids are 0 for a map without types. */
    static int create(Spec spec, int btf, int keyType, int valueType) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ATTR_BYTES, Long.BYTES);
            attr.set(ValueLayout.JAVA_INT, 0, spec.type());
            attr.set(ValueLayout.JAVA_INT, 4, spec.keyBytes());
            attr.set(ValueLayout.JAVA_INT, 8, spec.valueBytes());
            attr.set(ValueLayout.JAVA_INT, 12, spec.entriesMax());
            attr.set(ValueLayout.JAVA_INT, 16, spec.flags());
            attr.set(ValueLayout.JAVA_INT, 20, spec.inner());
            attr.set(ValueLayout.JAVA_INT, 48, btf);
            attr.set(ValueLayout.JAVA_INT, 52, keyType);
            attr.set(ValueLayout.JAVA_INT, 56, valueType);
            attr.set(ValueLayout.JAVA_LONG, 64, spec.extra());
            return call(arena, BPF, CREATE, attr);
        }
    }

    /** A descriptor of types, or a negative errno. */
    static int loadBtf(byte[] btf) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ATTR_BYTES, Long.BYTES);
            attr.set(
                    ValueLayout.JAVA_LONG,
                    0,
                    arena.allocateFrom(ValueLayout.JAVA_BYTE, btf).address());
            attr.set(ValueLayout.JAVA_INT, 16, btf.length);
            return call(arena, BPF, BTF_LOAD, attr);
        }
    }

    /** The map of a descriptor, which is this object's from now on. */
    static RawMap of(int descriptor) {
        return new RawMap(descriptor);
    }

    int descriptor() {
        return descriptor;
    }

    /** One operation on an element: 0 or a negative errno. */
    int element(int command, byte[] key, MemorySegment value, long flags) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment attr = call.allocate(ATTR_BYTES, Long.BYTES);
            attr.set(ValueLayout.JAVA_INT, 0, descriptor);
            long keyAt = key.length == 0
                    ? 0
                    : call.allocateFrom(ValueLayout.JAVA_BYTE, key).address();
            attr.set(ValueLayout.JAVA_LONG, 8, keyAt);
            attr.set(ValueLayout.JAVA_LONG, 16, value.address());
            attr.set(ValueLayout.JAVA_LONG, 24, flags);
            return call(call, BPF, command, attr);
        }
    }

    /** Memory for a value, until this is closed. */
    MemorySegment room(long bytes) {
        return arena.allocate(Math.max(bytes, Long.BYTES), Long.BYTES);
    }

    int freeze() {
        return element(FREEZE, new byte[0], MemorySegment.NULL, 0);
    }

    /** Closes a descriptor of types. */
    static void close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = call(arena, CLOSE, descriptor, MemorySegment.NULL);
        }
    }

    @Override
    public void close() {
        close(descriptor);
        arena.close();
    }
}
