package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;
import org.jspecify.annotations.Nullable;

/** Writes one instruction in {@link Dialect#LLVM}. */
final class LlvmPrinter {
    /** The labels that an instruction can refer to. */
    interface Labels {
        /** The label at an offset in slots from the slot after the instruction, or null. */
        @Nullable
        String at(int offset);
    }

    private final Labels labels;

    LlvmPrinter(Labels labels) {
        this.labels = labels;
    }

    String print(Insn insn) {
        return switch (insn) {
            case Insn.Alu(Width width, AluOp op, Register dst, Operand source) ->
                reg(width, dst) + " " + LlvmSymbols.operator(op) + " " + operand(width, source);
            case Insn.MoveSignExtend(Width width, Size from, Register dst, Register source) ->
                reg(width, dst) + " = (" + LlvmSymbols.type(from, true) + ")" + reg(width, source);
            case Insn.Negate(Width width, Register dst) -> reg(width, dst) + " = -" + reg(width, dst);
            case Insn.ByteSwap(SwapKind kind, Size size, Register dst) ->
                dst + " = " + LlvmSymbols.name(kind, size) + " " + dst;
            case Insn.Jump(int offset) -> "goto " + Numbers.signed(offset);
            case Insn.JumpLong(int offset) -> "gotol " + longOffset(offset);
            case Insn.JumpIf(Width width, Condition condition, Register left, Operand right, int offset) ->
                "if " + reg(width, left) + " " + LlvmSymbols.operator(condition) + " " + operand(width, right)
                        + " goto " + Numbers.signed(offset);
            case Insn.MayGoto(int offset) -> "may_goto " + Numbers.signed(offset);
            case Insn.CallHelper(int id) -> "call " + id;
            case Insn.CallLocal(int offset) -> "call " + labelOr(offset, "pc" + Numbers.signed(offset));
            case Insn.CallHost(int id) -> "call btf_id " + id;
            case Insn.CallRegister(Register target) -> "callx " + target;
            case Insn.Exit() -> "exit";
            case Insn.Load(Size size, boolean signed, Register dst, Register base, int offset) ->
                dst + " = " + memory(size, signed, base, offset);
            case Insn.Store(Size size, Register base, int offset, Operand value) ->
                memory(size, false, base, offset) + " = " + operand(Width.BITS_64, value);
            case Insn.Atomic(Size size, AtomicOp op, Register base, int offset, Register source) ->
                atomic(size, op, base, offset, reg(width(size), source));
            case Insn.LoadAcquire(Size size, Register dst, Register base, int offset) ->
                reg(width(size), dst) + " = load_acquire(" + typed(size, base, offset) + ")";
            case Insn.StoreRelease(Size size, Register base, int offset, Register source) ->
                "store_release(" + typed(size, base, offset) + ", " + reg(width(size), source) + ")";
            case Insn.LoadWide wide -> wide.dst() + " = " + wide(wide) + " ll";
            case Insn.LoadPacketAbsolute(Size size, int offset) ->
                "r0 = *(" + LlvmSymbols.type(size, false) + " *)skb[" + offset + "]";
            case Insn.LoadPacketIndirect(Size size, Register index, int offset) ->
                "r0 = *(" + LlvmSymbols.type(size, false) + " *)skb[" + index
                        + (offset == 0 ? "" : Numbers.added(offset)) + "]";
        };
    }

    private static String reg(Width width, Register register) {
        return LlvmSymbols.name(width, register);
    }

    /** The name of a register that holds a value of a size, as LLVM gives it where both would do. */
    private static Width width(Size size) {
        return size == Size.DOUBLE ? Width.BITS_64 : Width.BITS_32;
    }

    private static String operand(Width width, Operand operand) {
        return switch (operand) {
            case Register register -> reg(width, register);
            case Immediate(int value) -> Integer.toString(value);
        };
    }

    private static String memory(Size size, boolean signed, Register base, int offset) {
        return "*(%s *)(%s%s)".formatted(LlvmSymbols.type(size, signed), base, Numbers.added(offset));
    }

    private static String typed(Size size, Register base, int offset) {
        return "(%s *)(%s%s)".formatted(LlvmSymbols.type(size, false), base, Numbers.added(offset));
    }

    private static String atomic(Size size, AtomicOp op, Register base, int offset, String source) {
        String name = LlvmSymbols.name(op, size);
        return switch (op) {
            case ADD, OR, AND, XOR -> "lock %s %s %s".formatted(memory(size, false, base, offset), name, source);
            case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR ->
                "%s = %s(%s, %s)".formatted(source, name, typed(size, base, offset), source);
            case EXCHANGE -> "%s = %s(%s%s, %s)".formatted(source, name, base, Numbers.added(offset), source);
            case COMPARE_EXCHANGE -> {
                String compared = reg(width(size), Register.R0);
                yield "%s = %s(%s%s, %s, %s)".formatted(compared, name, base, Numbers.added(offset), compared, source);
            }
        };
    }

    private String wide(Insn.LoadWide wide) {
        if (wide.source() == WideSource.CODE) {
            return "code_addr(" + labelOr(wide.low(), Numbers.signed(wide.low())) + ")";
        }
        return Numbers.wide(wide);
    }

    private String labelOr(int offset, String otherwise) {
        String label = labels.at(offset);
        return label != null ? label : otherwise;
    }

    /** LLVM prints long offsets as numbers, but reads no number of more than 16 bits there. */
    private String longOffset(int offset) {
        return offset == (short) offset ? Numbers.signed(offset) : labelOr(offset, Numbers.signed(offset));
    }
}
