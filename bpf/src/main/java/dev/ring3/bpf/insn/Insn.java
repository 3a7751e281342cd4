package dev.ring3.bpf.insn;

/**
 * One BPF instruction. The set is closed: RFC 9669 with every conformance group, then load-acquire, store-release,
 * a call through a register, and {@code may_goto}. Every value of these types has exactly one encoding, see {@link InsnLayout}.
 *
 * <p>Offsets of jumps and calls count slots of 8 bytes from the slot after the instruction; offsets of memory accesses
 * count bytes.
 */
public sealed interface Insn {

    /** How many 8-byte slots the encoding takes: 2 for {@link LoadWide}, otherwise 1. */
    default int slots() {
        return 1;
    }

    /** {@code dst = dst op source}; {@code MOV} ignores the old value. */
    record Alu(Width width, AluOp op, Register dst, Operand source) implements Insn {}

    /** {@code dst} = the low {@code from} bits of {@code source}, sign-extended to {@code width}, then zero-extended. */
    record MoveSignExtend(Width width, Size from, Register dst, Register source) implements Insn {
        public MoveSignExtend {
            if (from.bits() >= width.bits()) {
                throw new IllegalArgumentException(
                        "sign extension from %d to %d bits".formatted(from.bits(), width.bits()));
            }
        }
    }

    /** {@code dst = -dst}. */
    record Negate(Width width, Register dst) implements Insn {}

    /** {@code dst} = its low {@code size} bits in another byte order, zero-extended. */
    record ByteSwap(SwapKind kind, Size size, Register dst) implements Insn {
        public ByteSwap {
            if (size == Size.BYTE) {
                throw new IllegalArgumentException("byte swap of 8 bits");
            }
        }
    }

    /** Unconditional jump with a 16-bit offset ({@code ja}). */
    record Jump(int offset) implements Insn {
        public Jump {
            requireOffset16(offset);
        }
    }

    /** Unconditional jump with a 32-bit offset ({@code ja32}, {@code gotol}). */
    record JumpLong(int offset) implements Insn {}

    /** Jump if {@code left condition right}. */
    record JumpIf(Width width, Condition condition, Register left, Operand right, int offset) implements Insn {
        public JumpIf {
            requireOffset16(offset);
        }
    }

    /**
     * Jump once the function's frame has fallen through its {@code may_goto}s {@link #ITERATIONS_MAX} times, otherwise
     * on to the next instruction: what makes any loop end.
     */
    record MayGoto(int offset) implements Insn {
        /** How often one frame falls through, all its {@code may_goto}s together; the kernel's {@code BPF_MAX_LOOPS}. */
        public static final int ITERATIONS_MAX = 8 << 20;

        public MayGoto {
            requireOffset16(offset);
        }
    }

    /** Call of a helper by its number. */
    record CallHelper(int id) implements Insn {}

    /** Call of a function of this program. */
    record CallLocal(int offset) implements Insn {}

    /** Call of a function of the host by its BTF type id. */
    record CallHost(int btfId) implements Insn {}

    /** Call of the helper whose number is in a register ({@code callx}). */
    record CallRegister(Register target) implements Insn {}

    /** Return from the function, or end of the program. */
    record Exit() implements Insn {}

    /** {@code dst = *(size *)(base + offset)}, zero- or sign-extended to 64 bits. */
    record Load(Size size, boolean signed, Register dst, Register base, int offset) implements Insn {
        public Load {
            requireOffset16(offset);
            if (signed && size == Size.DOUBLE) {
                throw new IllegalArgumentException("sign-extending load of 64 bits");
            }
        }
    }

    /** {@code *(size *)(base + offset) = value}. */
    record Store(Size size, Register base, int offset, Operand value) implements Insn {
        public Store {
            requireOffset16(offset);
        }
    }

    /** Atomic read-modify-write of 32 or 64 bits at {@code base + offset}. */
    record Atomic(Size size, AtomicOp op, Register base, int offset, Register source) implements Insn {
        public Atomic {
            requireOffset16(offset);
            if (size.bytes() < Integer.BYTES) {
                throw new IllegalArgumentException("atomic access of %d bits".formatted(size.bits()));
            }
        }
    }

    /** {@code dst = *(size *)(base + offset)} with acquire ordering, zero-extended. */
    record LoadAcquire(Size size, Register dst, Register base, int offset) implements Insn {
        public LoadAcquire {
            requireOffset16(offset);
        }
    }

    /** {@code *(size *)(base + offset) = source} with release ordering. */
    record StoreRelease(Size size, Register base, int offset, Register source) implements Insn {
        public StoreRelease {
            requireOffset16(offset);
        }
    }

    /** Loads a 64-bit number or the address of something, see {@link WideSource}; two slots long. */
    record LoadWide(Register dst, WideSource source, int low, int high) implements Insn {
        public LoadWide {
            if (high != 0 && !source.usesHigh()) {
                throw new IllegalArgumentException("high immediate %d with source %s".formatted(high, source));
            }
        }

        /** A plain 64-bit number. */
        public static LoadWide of(Register dst, long value) {
            return new LoadWide(dst, WideSource.IMMEDIATE, (int) value, (int) (value >>> Integer.SIZE));
        }

        /** Both immediates as one number, {@code high} above {@code low}. */
        public long value() {
            return (long) high << Integer.SIZE | Integer.toUnsignedLong(low);
        }

        @Override
        public int slots() {
            return 2;
        }
    }

    /** {@code r0} = the packet's big-endian value at {@code offset}; outside the packet the program ends with 0. */
    record LoadPacketAbsolute(Size size, int offset) implements Insn {
        public LoadPacketAbsolute {
            requirePacketSize(size);
        }
    }

    /** As {@link LoadPacketAbsolute}, at {@code index + offset} (32-bit unsigned index). */
    record LoadPacketIndirect(Size size, Register index, int offset) implements Insn {
        public LoadPacketIndirect {
            requirePacketSize(size);
        }
    }

    private static void requireOffset16(int offset) {
        if (offset != (short) offset) {
            throw new IllegalArgumentException("offset %d does not fit 16 bits".formatted(offset));
        }
    }

    private static void requirePacketSize(Size size) {
        if (size == Size.DOUBLE) {
            throw new IllegalArgumentException("packet access of 64 bits");
        }
    }
}
