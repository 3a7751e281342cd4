package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The mnemonics of {@link Dialect#CONFORMANCE}, for reading and for writing. */
final class ConformanceNames {
    /** An atomic operation of one of its two sizes. */
    record Atomic(Size size, AtomicOp op) {}

    static final Map<String, Register> REGISTERS = registers();
    static final Map<String, Atomic> ATOMICS = atomics();

    private ConformanceNames() {}

    static String register(Register register) {
        return "%" + register;
    }

    static String alu(Width width, AluOp op) {
        return op.name().toLowerCase(Locale.ROOT) + suffix(width);
    }

    static String negate(Width width) {
        return "neg" + suffix(width);
    }

    static String moveSignExtend(Width width, Size from) {
        return "movsx" + from.bits() + width.bits();
    }

    static String swap(SwapKind kind, Size size) {
        return switch (kind) {
                    case TO_LITTLE_ENDIAN -> "le";
                    case TO_BIG_ENDIAN -> "be";
                    case REVERSE -> "swap";
                }
                + size.bits();
    }

    static String jump(Width width, Condition condition) {
        return "j" + condition.mnemonic() + suffix(width);
    }

    static String load(Size size, boolean signed) {
        return (signed ? "ldxs" : "ldx") + letters(size);
    }

    static String storeImmediate(Size size) {
        return "st" + letters(size);
    }

    static String storeRegister(Size size) {
        return "stx" + letters(size);
    }

    static String loadAcquire(Size size) {
        return "load_acquire" + size.bits();
    }

    static String storeRelease(Size size) {
        return "store_release" + size.bits();
    }

    static String packetAbsolute(Size size) {
        return "ldabs" + letters(size);
    }

    static String packetIndirect(Size size) {
        return "ldind" + letters(size);
    }

    /** What follows {@code lock}; an exchange always returns the old value and does not say so. */
    static String atomic(Size size, AtomicOp op) {
        return switch (op) {
                    case ADD -> "add";
                    case OR -> "or";
                    case AND -> "and";
                    case XOR -> "xor";
                    case FETCH_ADD -> "fetch add";
                    case FETCH_OR -> "fetch or";
                    case FETCH_AND -> "fetch and";
                    case FETCH_XOR -> "fetch xor";
                    case EXCHANGE -> "xchg";
                    case COMPARE_EXCHANGE -> "cmpxchg";
                }
                + (size == Size.WORD ? "32" : "");
    }

    private static String suffix(Width width) {
        return width == Width.BITS_32 ? "32" : "";
    }

    private static String letters(Size size) {
        return switch (size) {
            case BYTE -> "b";
            case HALF -> "h";
            case WORD -> "w";
            case DOUBLE -> "dw";
        };
    }

    private static Map<String, Atomic> atomics() {
        Map<String, Atomic> names = new HashMap<>();
        for (AtomicOp op : AtomicOp.values()) {
            for (Size size : new Size[] {Size.WORD, Size.DOUBLE}) {
                names.put(atomic(size, op), new Atomic(size, op));
            }
        }
        return Map.copyOf(names);
    }

    private static Map<String, Register> registers() {
        Map<String, Register> names = new HashMap<>();
        for (Register register : Register.values()) {
            names.put(register(register), register);
        }
        return Map.copyOf(names);
    }
}
