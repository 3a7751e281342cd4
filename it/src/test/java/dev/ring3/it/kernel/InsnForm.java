package dev.ring3.it.kernel;

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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What makes two instructions the same for the purpose of coverage: everything but registers, offsets and numbers. */
final class InsnForm {
    private static final Immediate NUMBER = new Immediate(1);
    private static final List<Operand> OPERANDS = List.of(Register.R1, NUMBER);

    private InsnForm() {}

    /** The form of an instruction. */
    static String of(Insn insn) {
        return switch (insn) {
            case Insn.Alu(Width width, AluOp op, Register _, Operand source) ->
                "%s %s %s".formatted(op, width, kind(source));
            case Insn.MoveSignExtend(Width width, Size from, Register _, Register _) ->
                "MOVSX %s from %s".formatted(width, from);
            case Insn.Negate(Width width, Register _) -> "NEG " + width;
            case Insn.ByteSwap(SwapKind kind, Size size, Register _) -> "SWAP %s %s".formatted(kind, size);
            case Insn.Jump(int offset) -> "JA " + direction(offset);
            case Insn.JumpLong(int offset) -> "JA32 " + direction(offset);
            case Insn.JumpIf(Width width, Condition condition, Register _, Operand right, int _) ->
                "JUMP %s %s %s".formatted(condition, width, kind(right));
            case Insn.MayGoto _ -> "MAY_GOTO";
            case Insn.CallHelper _ -> "CALL helper";
            case Insn.CallLocal _ -> "CALL local";
            case Insn.CallHost _ -> "CALL host";
            case Insn.CallRegister _ -> "CALL register";
            case Insn.Exit _ -> "EXIT";
            case Insn.Load(Size size, boolean signed, Register _, Register _, int _) ->
                "LOAD %s%s".formatted(size, signed ? " signed" : "");
            case Insn.Store(Size size, Register _, int _, Operand value) -> "STORE %s %s".formatted(size, kind(value));
            case Insn.Atomic(Size size, AtomicOp op, Register _, int _, Register _) ->
                "ATOMIC %s %s".formatted(op, size);
            case Insn.LoadAcquire(Size size, Register _, Register _, int _) -> "LOAD ACQUIRE " + size;
            case Insn.StoreRelease(Size size, Register _, int _, Register _) -> "STORE RELEASE " + size;
            case Insn.LoadWide wide -> "LDDW " + wide.source();
            case Insn.LoadPacketAbsolute(Size size, int _) -> "LD ABS " + size;
            case Insn.LoadPacketIndirect(Size size, Register _, int _) -> "LD IND " + size;
        };
    }

    /**
     * Every form that can be compared: all but what needs a host on both sides, which is calls of helpers, of host
     * functions and through registers, may_goto (not of every kernel), and wide loads of anything but numbers.
     */
    static Set<String> comparable() {
        Set<String> forms = new TreeSet<>();
        for (Width width : Width.values()) {
            addArithmetic(forms, width);
            for (Condition condition : Condition.values()) {
                for (Operand right : OPERANDS) {
                    forms.add(of(new Insn.JumpIf(width, condition, Register.R0, right, 0)));
                }
            }
        }
        for (Size size : Size.values()) {
            addAccesses(forms, size);
        }
        for (SwapKind kind : SwapKind.values()) {
            for (Size size : List.of(Size.HALF, Size.WORD, Size.DOUBLE)) {
                forms.add(of(new Insn.ByteSwap(kind, size, Register.R0)));
            }
        }
        for (int offset : new int[] {-1, 0, 1}) {
            forms.add(of(new Insn.Jump(offset)));
            forms.add(of(new Insn.JumpLong(offset)));
        }
        forms.add(of(new Insn.CallLocal(0)));
        forms.add(of(new Insn.Exit()));
        forms.add(of(new Insn.LoadWide(Register.R0, WideSource.IMMEDIATE, 0, 0)));
        return forms;
    }

    private static void addArithmetic(Set<String> forms, Width width) {
        for (AluOp op : AluOp.values()) {
            for (Operand source : OPERANDS) {
                forms.add(of(new Insn.Alu(width, op, Register.R0, source)));
            }
        }
        for (Size from : Size.values()) {
            if (from.bits() < width.bits()) {
                forms.add(of(new Insn.MoveSignExtend(width, from, Register.R0, Register.R1)));
            }
        }
        forms.add(of(new Insn.Negate(width, Register.R0)));
    }

    private static void addAccesses(Set<String> forms, Size size) {
        forms.add(of(new Insn.Load(size, false, Register.R0, Register.R10, -8)));
        for (Operand value : OPERANDS) {
            forms.add(of(new Insn.Store(size, Register.R10, -8, value)));
        }
        forms.add(of(new Insn.LoadAcquire(size, Register.R0, Register.R10, -8)));
        forms.add(of(new Insn.StoreRelease(size, Register.R10, -8, Register.R0)));
        if (size != Size.DOUBLE) {
            forms.add(of(new Insn.Load(size, true, Register.R0, Register.R10, -8)));
            forms.add(of(new Insn.LoadPacketAbsolute(size, 0)));
            forms.add(of(new Insn.LoadPacketIndirect(size, Register.R0, 0)));
        }
        if (size.bytes() >= Integer.BYTES) {
            for (AtomicOp op : AtomicOp.values()) {
                forms.add(of(new Insn.Atomic(size, op, Register.R10, -8, Register.R0)));
            }
        }
    }

    private static String kind(Operand operand) {
        return switch (operand) {
            case Register _ -> "register";
            case Immediate _ -> "immediate";
        };
    }

    private static String direction(int offset) {
        return offset < 0 ? "backward" : offset == 0 ? "to the next" : "forward";
    }
}
