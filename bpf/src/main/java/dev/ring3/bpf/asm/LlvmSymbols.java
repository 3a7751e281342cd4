package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The words and operators of {@link Dialect#LLVM}, for reading and for writing. */
final class LlvmSymbols {
    /** A register under the name that says how much of it is used. */
    record Name(Register register, Width width) {}

    record Swap(SwapKind kind, Size size) {}

    /**
     * How an atomic operation that returns something is written.
     *
     * @param typed LLVM names the type of some operands ({@code (u64 *)(r1 + 0)}), of others not ({@code r1 + 0})
     * @param size the size that the name implies, null if the type alone says it
     */
    record Fetch(AtomicOp op, boolean typed, @Nullable Size size) {}

    static final Map<String, Name> REGISTERS = registers();
    static final Map<String, AluOp> ALU_OPS = index(AluOp.values(), LlvmSymbols::operator);
    static final Map<String, Condition> CONDITIONS = index(Condition.values(), LlvmSymbols::operator);
    static final Map<String, Swap> SWAPS = swaps();
    static final Map<String, AtomicOp> ATOMIC_OPS = atomicOps();
    static final Map<String, Fetch> FETCHES = fetches();
    static final Map<String, Size> UNSIGNED_TYPES = index(Size.values(), size -> type(size, false));
    static final Map<String, Size> SIGNED_TYPES = index(Size.values(), size -> type(size, true));

    private LlvmSymbols() {}

    static String name(Width width, Register register) {
        return (width == Width.BITS_64 ? "r" : "w") + register.number();
    }

    static String operator(AluOp op) {
        return switch (op) {
            case ADD -> "+=";
            case SUB -> "-=";
            case MUL -> "*=";
            case DIV -> "/=";
            case SDIV -> "s/=";
            case OR -> "|=";
            case AND -> "&=";
            case LSH -> "<<=";
            case RSH -> ">>=";
            case MOD -> "%=";
            case SMOD -> "s%=";
            case XOR -> "^=";
            case MOV -> "=";
            case ARSH -> "s>>=";
        };
    }

    static String operator(Condition condition) {
        return switch (condition) {
            case EQUAL -> "==";
            case NOT_EQUAL -> "!=";
            case BITS_SET -> "&";
            case GREATER -> ">";
            case GREATER_OR_EQUAL -> ">=";
            case LESS -> "<";
            case LESS_OR_EQUAL -> "<=";
            case SIGNED_GREATER -> "s>";
            case SIGNED_GREATER_OR_EQUAL -> "s>=";
            case SIGNED_LESS -> "s<";
            case SIGNED_LESS_OR_EQUAL -> "s<=";
        };
    }

    /** The operator of an atomic operation that returns nothing, the name of one that does. */
    static String name(AtomicOp op, Size size) {
        return switch (op) {
            case ADD -> "+=";
            case OR -> "|=";
            case AND -> "&=";
            case XOR -> "^=";
            case FETCH_ADD -> "atomic_fetch_add";
            case FETCH_OR -> "atomic_fetch_or";
            case FETCH_AND -> "atomic_fetch_and";
            case FETCH_XOR -> "atomic_fetch_xor";
            case EXCHANGE -> size == Size.DOUBLE ? "xchg_64" : "xchg32_32";
            case COMPARE_EXCHANGE -> size == Size.DOUBLE ? "cmpxchg_64" : "cmpxchg32_32";
        };
    }

    static String name(SwapKind kind, Size size) {
        return switch (kind) {
                    case TO_LITTLE_ENDIAN -> "le";
                    case TO_BIG_ENDIAN -> "be";
                    case REVERSE -> "bswap";
                }
                + size.bits();
    }

    static String type(Size size, boolean signed) {
        return (signed ? "s" : "u") + size.bits();
    }

    private static <E> Map<String, E> index(E[] values, Function<E, String> name) {
        Map<String, E> index = new HashMap<>();
        for (E value : values) {
            index.put(name.apply(value), value);
        }
        return Map.copyOf(index);
    }

    private static Map<String, Name> registers() {
        Map<String, Name> names = new HashMap<>();
        for (Register register : Register.values()) {
            for (Width width : Width.values()) {
                names.put(name(width, register), new Name(register, width));
            }
        }
        return Map.copyOf(names);
    }

    private static Map<String, Swap> swaps() {
        Map<String, Swap> swaps = new HashMap<>();
        for (SwapKind kind : SwapKind.values()) {
            for (Size size : new Size[] {Size.HALF, Size.WORD, Size.DOUBLE}) {
                swaps.put(name(kind, size), new Swap(kind, size));
            }
        }
        return Map.copyOf(swaps);
    }

    private static Map<String, AtomicOp> atomicOps() {
        Map<String, AtomicOp> ops = new HashMap<>();
        for (AtomicOp op : AtomicOp.values()) {
            if (!op.fetches()) {
                ops.put(name(op, Size.DOUBLE), op);
            }
        }
        return Map.copyOf(ops);
    }

    /** LLVM's names, and the kernel's, which have the size in the name and the type beside it. */
    private static Map<String, Fetch> fetches() {
        Map<String, Fetch> fetches = new HashMap<>();
        Map<AtomicOp, String> kernelNames = new EnumMap<>(Map.of(
                AtomicOp.FETCH_ADD, "fetch_add",
                AtomicOp.FETCH_OR, "fetch_or",
                AtomicOp.FETCH_AND, "fetch_and",
                AtomicOp.FETCH_XOR, "fetch_xor",
                AtomicOp.EXCHANGE, "xchg",
                AtomicOp.COMPARE_EXCHANGE, "cmpxchg"));
        kernelNames.forEach((op, name) -> {
            fetches.put("atomic64_" + name, new Fetch(op, true, Size.DOUBLE));
            fetches.put("atomic_" + name, new Fetch(op, true, null));
        });
        for (AtomicOp op : new AtomicOp[] {AtomicOp.EXCHANGE, AtomicOp.COMPARE_EXCHANGE}) {
            fetches.put(name(op, Size.DOUBLE), new Fetch(op, false, Size.DOUBLE));
            fetches.put(name(op, Size.WORD), new Fetch(op, false, Size.WORD));
        }
        return Map.copyOf(fetches);
    }
}
