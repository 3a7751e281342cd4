package dev.ring3.bpf.verifier;

import dev.ring3.bpf.type.MapShape;
import dev.ring3.bpf.type.StructType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Something that pointers of a run point to: a range of addresses, its content, and what is known of each byte. */
final class Thing {
    enum Kind {
        STACK,
        PACKET,
        CONTEXT,
        MAP,
        VALUE,
        KEY,
        MEMORY,
        OBJECT,
        FUNCTION
    }

    // What a byte of a stack is.
    static final byte UNWRITTEN = 0;
    static final byte NUMBER = 1;
    static final byte POINTER = 2;
    static final byte ITERATOR = 3;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    final Kind kind;
    final int tag;
    final long base;
    final int size;
    final byte[] bytes;

    /** For a stack: of each byte what it is; otherwise empty, all are numbers. */
    final byte[] shadow;

    /** For a stack: of each eight bytes that hold a pointer, its tag. */
    final int[] pointers;

    boolean alive = true;
    boolean writable = true;

    @Nullable
    MapShape map;

    @Nullable
    StructType type;

    int number; // of a function its slot, of a value its index
    boolean acquired;
    boolean allocation;
    int stackUsed;

    Thing(Kind kind, int tag, long base, int size, byte[] bytes) {
        this.kind = kind;
        this.tag = tag;
        this.base = base;
        this.size = size;
        this.bytes = bytes;
        this.shadow = kind == Kind.STACK ? new byte[size] : new byte[0];
        this.pointers = kind == Kind.STACK ? new int[size / Long.BYTES] : new int[0];
    }

    long get(int at, int count) {
        return switch (count) {
            case 1 -> bytes[at] & 0xff;
            case 2 -> (short) SHORTS.get(bytes, at) & 0xffff;
            case 4 -> Integer.toUnsignedLong((int) INTS.get(bytes, at));
            default -> (long) LONGS.get(bytes, at);
        };
    }

    long getBigEndian(int at, int count) {
        return Long.reverseBytes(get(at, count)) >>> (Long.SIZE - count * Byte.SIZE);
    }

    void set(int at, int count, long value) {
        switch (count) {
            case 1 -> bytes[at] = (byte) value;
            case 2 -> SHORTS.set(bytes, at, (short) value);
            case 4 -> INTS.set(bytes, at, (int) value);
            default -> LONGS.set(bytes, at, value);
        }
    }

    /** Whether all of these bytes are of one kind. */
    boolean isAll(int at, int count, byte what) {
        for (int i = at; i < at + count; i++) {
            if (shadow[i] != what) {
                return false;
            }
        }
        return true;
    }

    /** Whether all of these bytes were written, with numbers or parts of pointers. */
    boolean isWritten(int at, int count) {
        for (int i = at; i < at + count; i++) {
            if (shadow[i] != NUMBER && shadow[i] != POINTER) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "%s%s of %d bytes%s".formatted(kind, map == null ? "" : " " + map.name(), size, alive ? "" : " (gone)");
    }
}
