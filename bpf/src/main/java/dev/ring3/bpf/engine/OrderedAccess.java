package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

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
                r[dst.number()] = loadAcquire(size, address);
            }
            case Insn.StoreRelease(Size size, Register base, int offset, Register source) -> {
                long address = x.writable(r[base.number()] + offset, size.bytes(), pc);
                x.requireAligned(address, size.bytes(), pc);
                storeRelease(size, address, r[source.number()]);
            }
            case Insn other -> throw new IllegalStateException("no ordered access: " + other);
        }
    }

    private static int update(AtomicOp op, long address, int expected, int operand) {
        return switch (op) {
            case ADD, FETCH_ADD -> (int) INT.getAndAdd(MEMORY, address, operand);
            case OR, FETCH_OR -> (int) INT.getAndBitwiseOr(MEMORY, address, operand);
            case AND, FETCH_AND -> (int) INT.getAndBitwiseAnd(MEMORY, address, operand);
            case XOR, FETCH_XOR -> (int) INT.getAndBitwiseXor(MEMORY, address, operand);
            case EXCHANGE -> (int) INT.getAndSet(MEMORY, address, operand);
            case COMPARE_EXCHANGE -> (int) INT.compareAndExchange(MEMORY, address, expected, operand);
        };
    }

    private static long update(AtomicOp op, long address, long expected, long operand) {
        return switch (op) {
            case ADD, FETCH_ADD -> (long) LONG.getAndAdd(MEMORY, address, operand);
            case OR, FETCH_OR -> (long) LONG.getAndBitwiseOr(MEMORY, address, operand);
            case AND, FETCH_AND -> (long) LONG.getAndBitwiseAnd(MEMORY, address, operand);
            case XOR, FETCH_XOR -> (long) LONG.getAndBitwiseXor(MEMORY, address, operand);
            case EXCHANGE -> (long) LONG.getAndSet(MEMORY, address, operand);
            case COMPARE_EXCHANGE -> (long) LONG.compareAndExchange(MEMORY, address, expected, operand);
        };
    }

    private static long loadAcquire(Size size, long address) {
        return switch (size) {
            case BYTE -> Byte.toUnsignedLong((byte) BYTE.getAcquire(MEMORY, address));
            case HALF -> Short.toUnsignedLong((short) SHORT.getAcquire(MEMORY, address));
            case WORD -> Integer.toUnsignedLong((int) INT.getAcquire(MEMORY, address));
            case DOUBLE -> (long) LONG.getAcquire(MEMORY, address);
        };
    }

    private static void storeRelease(Size size, long address, long value) {
        switch (size) {
            case BYTE -> BYTE.setRelease(MEMORY, address, (byte) value);
            case HALF -> SHORT.setRelease(MEMORY, address, (short) value);
            case WORD -> INT.setRelease(MEMORY, address, (int) value);
            case DOUBLE -> LONG.setRelease(MEMORY, address, value);
        }
    }
}
