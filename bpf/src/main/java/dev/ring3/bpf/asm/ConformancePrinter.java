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
import dev.ring3.bpf.insn.Width;

/** Writes one instruction in {@link Dialect#CONFORMANCE}. */
final class ConformancePrinter {
    private ConformancePrinter() {}

    static String print(Insn insn) {
        return switch (insn) {
            case Insn.Alu(Width width, AluOp op, Register dst, Operand source) ->
                line(ConformanceNames.alu(width, op), operand(dst), operand(source));
            case Insn.MoveSignExtend(Width width, Size from, Register dst, Register source) ->
                line(ConformanceNames.moveSignExtend(width, from), operand(dst), operand(source));
            case Insn.Negate(Width width, Register dst) -> line(ConformanceNames.negate(width), operand(dst));
            case Insn.ByteSwap(SwapKind kind, Size size, Register dst) ->
                line(ConformanceNames.swap(kind, size), operand(dst));
            case Insn.Jump(int offset) -> line("ja", Numbers.signed(offset));
            case Insn.JumpLong(int offset) -> line("ja32", Numbers.signed(offset));
            case Insn.JumpIf(Width width, Condition condition, Register left, Operand right, int offset) ->
                line(ConformanceNames.jump(width, condition), operand(left), operand(right), Numbers.signed(offset));
            case Insn.MayGoto(int offset) -> line("may_goto", Numbers.signed(offset));
            case Insn.CallHelper(int id) -> line("call", Integer.toString(id));
            case Insn.CallLocal(int offset) -> line("call local", Numbers.signed(offset));
            case Insn.CallHost(int id) -> line("call runtime", Integer.toString(id));
            case Insn.CallRegister(Register target) -> line("call", operand(target));
            case Insn.Exit() -> "exit";
            case Insn.Load(Size size, boolean signed, Register dst, Register base, int offset) ->
                line(ConformanceNames.load(size, signed), operand(dst), memory(base, offset));
            case Insn.Store(Size size, Register base, int offset, Immediate value) ->
                line(ConformanceNames.storeImmediate(size), memory(base, offset), operand(value));
            case Insn.Store(Size size, Register base, int offset, Register value) ->
                line(ConformanceNames.storeRegister(size), memory(base, offset), operand(value));
            case Insn.Atomic(Size size, AtomicOp op, Register base, int offset, Register source) ->
                line("lock " + ConformanceNames.atomic(size, op), memory(base, offset), operand(source));
            case Insn.LoadAcquire(Size size, Register dst, Register base, int offset) ->
                line(ConformanceNames.loadAcquire(size), operand(dst), memory(base, offset));
            case Insn.StoreRelease(Size size, Register base, int offset, Register source) ->
                line(ConformanceNames.storeRelease(size), memory(base, offset), operand(source));
            case Insn.LoadWide wide -> line("lddw", operand(wide.dst()), Numbers.wide(wide));
            case Insn.LoadPacketAbsolute(Size size, int offset) ->
                line(ConformanceNames.packetAbsolute(size), Integer.toString(offset));
            case Insn.LoadPacketIndirect(Size size, Register index, int offset) ->
                line(ConformanceNames.packetIndirect(size), operand(index), Integer.toString(offset));
        };
    }

    private static String line(String mnemonic, String... operands) {
        return mnemonic + " " + String.join(", ", operands);
    }

    private static String operand(Operand operand) {
        return switch (operand) {
            case Register register -> ConformanceNames.register(register);
            case Immediate(int value) -> Integer.toString(value);
        };
    }

    private static String memory(Register base, int offset) {
        return "[" + operand(base) + (offset == 0 ? "" : Numbers.signed(offset)) + "]";
    }
}
