package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Set;

/**
 * Accesses that order others: atomic read-modify-write (RFC 9669 section 5.3), load-acquire, store-release. They are
 * atomic against every other thread of this JVM, whichever engine it runs. Operations that return the old value are
 * fully ordered as the kernel's are; the others too, which is stronger than they need.
 */
final class OrderedAccess {
    private static final MemorySegment MEMORY = BpfMemory.SEGMENT;
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();
    private static final VarHandle SHORT = ValueLayout.JAVA_SHORT.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    /** Whether the processor lets no access of a thread overtake an earlier load of it. A constant to the compiler. */
    private static final boolean KEEPS_LOADS_IN_ORDER =
            Set.of("amd64", "x86_64").contains(System.getProperty("os.arch", ""));

    private OrderedAccess() {}

    static void perform(Insn insn, Execution x, long[] r, int pc) {
        switch (insn) {
            case Insn.Atomic(Size size, AtomicOp op, Register base, int offset, Register source) -> {
                long address = x.writable(r[base.number()] + offset, size.bytes(), pc);
                x.requireAligned(address, size.bytes(), pc);
                long old = size == Size.WORD
                        ? Integer.toUnsignedLong(update(op, address, (int) r[0], (int) r[source.number()]))
                        : update(op, address, r[0], r[source.number()]);
                if (op == AtomicOp.COMPARE_EXCHANGE) {
                    r[0] = old;
                } else if (op.fetches()) {
                    r[source.number()] = old;
                }
            }
            case Insn.LoadAcquire(Size size, Register dst, Register base, int offset) -> {
                long address = x.readable(r[base.number()] + offset, size.bytes(), pc);
                x.requireAligned(address, size.bytes(), pc);
                r[dst.number()] = loadAcquire(size.bytes(), address);
            }
            case Insn.StoreRelease(Size size, Register base, int offset, Register source) -> {
                long address = x.writable(r[base.number()] + offset, size.bytes(), pc);
                x.requireAligned(address, size.bytes(), pc);
                storeRelease(size.bytes(), address, r[source.number()]);
            }
            case Insn other -> throw new IllegalStateException("no ordered access: " + other);
        }
    }

    private static int update(AtomicOp op, long address, int expected, int operand) {
        return switch (op) {
            case ADD, FETCH_ADD -> add(address, operand);
            case OR, FETCH_OR -> or(address, operand);
            case AND, FETCH_AND -> and(address, operand);
            case XOR, FETCH_XOR -> xor(address, operand);
            case EXCHANGE -> exchange(address, operand);
            case COMPARE_EXCHANGE -> compareExchange(address, expected, operand);
        };
    }

    private static long update(AtomicOp op, long address, long expected, long operand) {
        return switch (op) {
            case ADD, FETCH_ADD -> add(address, operand);
            case OR, FETCH_OR -> or(address, operand);
            case AND, FETCH_AND -> and(address, operand);
            case XOR, FETCH_XOR -> xor(address, operand);
            case EXCHANGE -> exchange(address, operand);
            case COMPARE_EXCHANGE -> compareExchange(address, expected, operand);
        };
    }

    // One method for each operation, which compiled programs call.

    static int add(long address, int operand) {
        return (int) INT.getAndAdd(MEMORY, address, operand);
    }

    static int or(long address, int operand) {
        return (int) INT.getAndBitwiseOr(MEMORY, address, operand);
    }

    static int and(long address, int operand) {
        return (int) INT.getAndBitwiseAnd(MEMORY, address, operand);
    }

    static int xor(long address, int operand) {
        return (int) INT.getAndBitwiseXor(MEMORY, address, operand);
    }

    static int exchange(long address, int operand) {
        return (int) INT.getAndSet(MEMORY, address, operand);
    }

    static int compareExchange(long address, int expected, int operand) {
        return (int) INT.compareAndExchange(MEMORY, address, expected, operand);
    }

    static long add(long address, long operand) {
        return (long) LONG.getAndAdd(MEMORY, address, operand);
    }

    static long or(long address, long operand) {
        return (long) LONG.getAndBitwiseOr(MEMORY, address, operand);
    }

    static long and(long address, long operand) {
        return (long) LONG.getAndBitwiseAnd(MEMORY, address, operand);
    }

    static long xor(long address, long operand) {
        return (long) LONG.getAndBitwiseXor(MEMORY, address, operand);
    }

    static long exchange(long address, long operand) {
        return (long) LONG.getAndSet(MEMORY, address, operand);
    }

    static long compareExchange(long address, long expected, long operand) {
        return (long) LONG.compareAndExchange(MEMORY, address, expected, operand);
    }

    static long loadAcquire(int bytes, long address) {
        return switch (bytes) {
            case 1 -> Byte.toUnsignedLong((byte) BYTE.getAcquire(MEMORY, address));
            case 2 -> Short.toUnsignedLong((short) SHORT.getAcquire(MEMORY, address));
            case 4 -> Integer.toUnsignedLong((int) INT.getAcquire(MEMORY, address));
            default -> (long) LONG.getAcquire(MEMORY, address);
        };
    }

    static void storeRelease(int bytes, long address, long value) {
        switch (bytes) {
            case 1 -> BYTE.setRelease(MEMORY, address, (byte) value);
            case 2 -> SHORT.setRelease(MEMORY, address, (short) value);
            case 4 -> INT.setRelease(MEMORY, address, (int) value);
            default -> LONG.setRelease(MEMORY, address, value);
        }
    }

    /** A load that other threads' stores may race with, without sign; see the package for what it is. */
    static long loadShared(int bytes, long address) {
        if ((address & (bytes - 1)) != 0) {
            return switch (bytes) {
                case 2 -> Short.toUnsignedLong(MEMORY.get(ValueLayout.JAVA_SHORT_UNALIGNED, address));
                case 4 -> Integer.toUnsignedLong(MEMORY.get(ValueLayout.JAVA_INT_UNALIGNED, address));
                default -> MEMORY.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
            };
        }
        if (!KEEPS_LOADS_IN_ORDER) {
            return loadAcquire(bytes, address);
        }
        return switch (bytes) {
            case 1 -> Byte.toUnsignedLong((byte) BYTE.getOpaque(MEMORY, address));
            case 2 -> Short.toUnsignedLong((short) SHORT.getOpaque(MEMORY, address));
            case 4 -> Integer.toUnsignedLong((int) INT.getOpaque(MEMORY, address));
            default -> (long) LONG.getOpaque(MEMORY, address);
        };
    }

    static void storeShared(int bytes, long address, long value) {
        if ((address & (bytes - 1)) != 0) {
            switch (bytes) {
                case 2 -> MEMORY.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, (short) value);
                case 4 -> MEMORY.set(ValueLayout.JAVA_INT_UNALIGNED, address, (int) value);
                default -> MEMORY.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
            }
            return;
        }
        switch (bytes) {
            case 1 -> BYTE.setOpaque(MEMORY, address, (byte) value);
            case 2 -> SHORT.setOpaque(MEMORY, address, (short) value);
            case 4 -> INT.setOpaque(MEMORY, address, (int) value);
            default -> LONG.setOpaque(MEMORY, address, value);
        }
    }
}
