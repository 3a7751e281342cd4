package dev.ring3.bpf.insn;

import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one instruction. Each arm says which fields its instruction uses; {@link #only} refuses anything in the
 * others. Lives for one instruction, so that errors know where they are.
 */
final class InsnDecoder {
    private enum Field {
        DST,
        SRC,
        OFFSET,
        IMM
    }

    private static final @Nullable Condition[] CONDITIONS = new Condition[16];
    private static final @Nullable AluOp[] ALU_OPS = new AluOp[16];

    static {
        for (Condition condition : Condition.values()) {
            CONDITIONS[condition.code] = condition;
        }
        for (AluOp op : AluOp.values()) {
            if (op.offset == 0) {
                ALU_OPS[op.code] = op;
            }
        }
    }

    private final int slot;
    private final RawInsn raw;

    InsnDecoder(int slot, RawInsn raw) {
        this.slot = slot;
        this.raw = raw;
    }

    Insn decode() {
        return switch (raw.opcode() & InsnLayout.CLASS_MASK) {
            case InsnLayout.LD -> packetLoad();
            case InsnLayout.LDX -> load();
            case InsnLayout.ST -> storeImmediate();
            case InsnLayout.STX -> storeOrAtomic();
            case InsnLayout.ALU -> arithmetic(Width.BITS_32);
            case InsnLayout.JMP -> jump(Width.BITS_64);
            case InsnLayout.JMP32 -> jump(Width.BITS_32);
            default -> arithmetic(Width.BITS_64);
        };
    }

    Insn loadWide(RawInsn second) {
        if (raw.src() >= WideSource.COUNT) {
            throw fault("src", "%d names no kind of 64-bit immediate, which are 0 to 6".formatted(raw.src()));
        }
        WideSource source = WideSource.of(raw.src());
        only(Field.DST, Field.SRC, Field.IMM);
        InsnDecoder half = new InsnDecoder(slot + 1, second);
        if (second.opcode() != 0) {
            throw half.fault("opcode", "0x%02x in the second half of a wide instruction".formatted(second.opcode()));
        }
        half.only(source.usesHigh() ? EnumSet.of(Field.IMM) : EnumSet.noneOf(Field.class));
        return new Insn.LoadWide(dst(), source, raw.imm(), second.imm());
    }

    private Insn packetLoad() {
        Size size = size();
        int mode = raw.opcode() & InsnLayout.MODE_MASK;
        if (size == Size.DOUBLE || (mode != InsnLayout.MODE_ABS && mode != InsnLayout.MODE_IND)) {
            throw unknownOpcode();
        }
        if (mode == InsnLayout.MODE_ABS) {
            only(Field.IMM);
            return new Insn.LoadPacketAbsolute(size, raw.imm());
        }
        only(Field.SRC, Field.IMM);
        return new Insn.LoadPacketIndirect(size, src(), raw.imm());
    }

    private Insn load() {
        int mode = raw.opcode() & InsnLayout.MODE_MASK;
        boolean signed = mode == InsnLayout.MODE_MEMSX;
        if (mode != InsnLayout.MODE_MEM && !(signed && size() != Size.DOUBLE)) {
            throw unknownOpcode();
        }
        only(Field.DST, Field.SRC, Field.OFFSET);
        return new Insn.Load(size(), signed, dst(), src(), raw.offset());
    }

    private Insn storeImmediate() {
        if ((raw.opcode() & InsnLayout.MODE_MASK) != InsnLayout.MODE_MEM) {
            throw unknownOpcode();
        }
        only(Field.DST, Field.OFFSET, Field.IMM);
        return new Insn.Store(size(), dst(), raw.offset(), new Immediate(raw.imm()));
    }

    private Insn storeOrAtomic() {
        int mode = raw.opcode() & InsnLayout.MODE_MASK;
        if (mode == InsnLayout.MODE_ATOMIC) {
            return atomic();
        }
        if (mode != InsnLayout.MODE_MEM) {
            throw unknownOpcode();
        }
        only(Field.DST, Field.SRC, Field.OFFSET);
        return new Insn.Store(size(), dst(), raw.offset(), src());
    }

    private Insn atomic() {
        Size size = size();
        if (raw.imm() == InsnLayout.LOAD_ACQUIRE) {
            return new Insn.LoadAcquire(size, dst(), src(), raw.offset());
        }
        if (raw.imm() == InsnLayout.STORE_RELEASE) {
            return new Insn.StoreRelease(size, dst(), raw.offset(), src());
        }
        if (size.bytes() < Integer.BYTES) {
            throw fault("opcode", "0x%02x: atomic operations work on 32 or 64 bits".formatted(raw.opcode()));
        }
        for (AtomicOp op : AtomicOp.values()) {
            if (op.code == raw.imm()) {
                return new Insn.Atomic(size, op, dst(), raw.offset(), src());
            }
        }
        throw fault("imm", "0x%x names no atomic operation".formatted(raw.imm()));
    }

    private Insn arithmetic(Width width) {
        int code = raw.opcode() >> InsnLayout.CODE_SHIFT;
        boolean register = (raw.opcode() & InsnLayout.SOURCE_REGISTER) != 0;
        if (code == InsnLayout.NEG && !register) {
            only(Field.DST);
            return new Insn.Negate(width, dst());
        }
        if (code == InsnLayout.END) {
            return byteSwap(width, register);
        }
        AluOp op = ALU_OPS[code];
        if (op == null) {
            throw unknownOpcode();
        }
        if (op == AluOp.MOV && register && raw.offset() != 0) {
            return moveSignExtend(width);
        }
        if (raw.offset() == AluOp.SDIV.offset && (op == AluOp.DIV || op == AluOp.MOD)) {
            op = op == AluOp.DIV ? AluOp.SDIV : AluOp.SMOD;
            only(Field.DST, register ? Field.SRC : Field.IMM, Field.OFFSET);
        } else {
            only(Field.DST, register ? Field.SRC : Field.IMM);
        }
        return new Insn.Alu(width, op, dst(), register ? src() : new Immediate(raw.imm()));
    }

    private Insn moveSignExtend(Width width) {
        if (width == Width.BITS_64 && raw.offset() == InsnLayout.MOVE_ADDRESS_SPACE) {
            throw fault("offset", "address-space cast (arena) is not supported");
        }
        if (width == Width.BITS_64 && raw.offset() == InsnLayout.MOVE_PER_CPU) {
            throw fault("offset", "move of a per-CPU address is not supported");
        }
        only(Field.DST, Field.SRC, Field.OFFSET);
        for (Size from : Size.values()) {
            if (from.bits() == raw.offset() && from.bits() < width.bits()) {
                return new Insn.MoveSignExtend(width, from, dst(), src());
            }
        }
        throw fault("offset", "%d is no width to sign-extend from to %d bits".formatted(raw.offset(), width.bits()));
    }

    private Insn byteSwap(Width width, boolean toBig) {
        if (width == Width.BITS_64 && toBig) {
            throw unknownOpcode();
        }
        only(Field.DST, Field.IMM);
        SwapKind kind =
                width == Width.BITS_64 ? SwapKind.REVERSE : toBig ? SwapKind.TO_BIG_ENDIAN : SwapKind.TO_LITTLE_ENDIAN;
        return switch (raw.imm()) {
            case 16 -> new Insn.ByteSwap(kind, Size.HALF, dst());
            case 32 -> new Insn.ByteSwap(kind, Size.WORD, dst());
            case 64 -> new Insn.ByteSwap(kind, Size.DOUBLE, dst());
            default -> throw fault("imm", "byte swap of %d bits; 16, 32 and 64 exist".formatted(raw.imm()));
        };
    }

    private Insn jump(Width width) {
        int code = raw.opcode() >> InsnLayout.CODE_SHIFT;
        boolean register = (raw.opcode() & InsnLayout.SOURCE_REGISTER) != 0;
        Condition condition = CONDITIONS[code];
        if (condition != null) {
            only(Field.DST, register ? Field.SRC : Field.IMM, Field.OFFSET);
            return new Insn.JumpIf(width, condition, dst(), register ? src() : new Immediate(raw.imm()), raw.offset());
        }
        if (code == InsnLayout.JA && !register) {
            only(width == Width.BITS_32 ? Field.IMM : Field.OFFSET);
            return width == Width.BITS_32 ? new Insn.JumpLong(raw.imm()) : new Insn.Jump(raw.offset());
        }
        if (width == Width.BITS_32) {
            throw unknownOpcode();
        }
        if (code == InsnLayout.CONDITIONAL && !register) {
            return mayGoto();
        }
        if (code == InsnLayout.CALL && register) {
            if (raw.imm() != 0 && raw.dst() == 0) {
                throw fault("imm", "%d is not zero: clang before 19 puts callx's register here".formatted(raw.imm()));
            }
            only(Field.DST);
            return new Insn.CallRegister(dst());
        }
        if (code == InsnLayout.CALL) {
            return call();
        }
        if (code == InsnLayout.EXIT && !register) {
            only(EnumSet.noneOf(Field.class));
            return new Insn.Exit();
        }
        throw unknownOpcode();
    }

    private Insn mayGoto() {
        if (raw.src() != InsnLayout.CONDITIONAL_MAY_GOTO) {
            throw fault(
                    "src", "conditional jump of kind %d is not supported, only may_goto (0) is".formatted(raw.src()));
        }
        only(Field.OFFSET);
        return new Insn.MayGoto(raw.offset());
    }

    private Insn call() {
        only(Field.SRC, Field.IMM);
        return switch (raw.src()) {
            case InsnLayout.CALL_HELPER -> new Insn.CallHelper(raw.imm());
            case InsnLayout.CALL_LOCAL -> new Insn.CallLocal(raw.imm());
            case InsnLayout.CALL_HOST -> new Insn.CallHost(raw.imm());
            default -> throw fault("src", "%d names no kind of call, which are 0 to 2".formatted(raw.src()));
        };
    }

    private Size size() {
        return switch (raw.opcode() & InsnLayout.SIZE_MASK) {
            case InsnLayout.SIZE_BYTE -> Size.BYTE;
            case InsnLayout.SIZE_HALF -> Size.HALF;
            case InsnLayout.SIZE_WORD -> Size.WORD;
            default -> Size.DOUBLE;
        };
    }

    private Register dst() {
        return register("dst", raw.dst());
    }

    private Register src() {
        return register("src", raw.src());
    }

    private Register register(String field, int number) {
        if (number >= Register.COUNT) {
            throw fault(field, "r%d does not exist, the last is r10".formatted(number));
        }
        return Register.of(number);
    }

    private void only(Field first, Field... rest) {
        only(EnumSet.of(first, rest));
    }

    /** Refuses anything but zero in the fields that the instruction does not use. */
    private void only(EnumSet<Field> used) {
        requireZero(used, Field.DST, "dst", raw.dst());
        requireZero(used, Field.SRC, "src", raw.src());
        requireZero(used, Field.OFFSET, "offset", raw.offset());
        requireZero(used, Field.IMM, "imm", raw.imm());
    }

    private void requireZero(EnumSet<Field> used, Field field, String name, int value) {
        if (value != 0 && !used.contains(field)) {
            throw fault(name, "%d in a field that opcode 0x%02x reserves as zero".formatted(value, raw.opcode()));
        }
    }

    private InsnException unknownOpcode() {
        String hint = switch (raw.opcode()) {
            case InsnLayout.JMP | InsnLayout.SOURCE_REGISTER ->
                " here: gotox, the jump through a register, is not supported";
            default -> "";
        };
        return fault("opcode", "0x%02x is no instruction%s".formatted(raw.opcode(), hint));
    }

    private InsnException fault(String field, String problem) {
        return new InsnException(slot, field, problem);
    }
}
