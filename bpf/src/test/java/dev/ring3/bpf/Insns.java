package dev.ring3.bpf;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;

/** Instructions under short names, for programs in tests; {@link Code} puts them together. */
final class Insns {
    static final Insn EXIT = new Insn.Exit();

    /** A number that does nothing good as an address: above the whole range, and no pointer to a map. */
    static final long FAR = 1L << 45;

    private Insns() {}

    static Immediate imm(int value) {
        return new Immediate(value);
    }

    static Insn mov(Register dst, int value) {
        return alu(AluOp.MOV, dst, imm(value));
    }

    static Insn mov(Register dst, Register source) {
        return alu(AluOp.MOV, dst, source);
    }

    static Insn add(Register dst, int value) {
        return alu(AluOp.ADD, dst, imm(value));
    }

    static Insn add(Register dst, Register source) {
        return alu(AluOp.ADD, dst, source);
    }

    static Insn sub(Register dst, int value) {
        return alu(AluOp.SUB, dst, imm(value));
    }

    /** 64 bits wide. */
    static Insn alu(AluOp op, Register dst, Operand source) {
        return new Insn.Alu(Width.BITS_64, op, dst, source);
    }

    static Insn wide(Register dst, long value) {
        return Insn.LoadWide.of(dst, value);
    }

    /** The pointer to the map that is bound to a file descriptor. */
    static Insn map(Register dst, int fd) {
        return new Insn.LoadWide(dst, WideSource.MAP_BY_FD, fd, 0);
    }

    /** The address of the first value of the map that is bound to a file descriptor. */
    static Insn mapValue(Register dst, int fd) {
        return new Insn.LoadWide(dst, WideSource.MAP_VALUE_BY_FD, fd, 0);
    }

    static Insn load(Size size, Register dst, Register base, int offset) {
        return new Insn.Load(size, false, dst, base, offset);
    }

    static Insn loadSigned(Size size, Register dst, Register base, int offset) {
        return new Insn.Load(size, true, dst, base, offset);
    }

    static Insn store(Size size, Register base, int offset, Operand value) {
        return new Insn.Store(size, base, offset, value);
    }

    static Insn atomic(Size size, AtomicOp op, Register base, int offset, Register source) {
        return new Insn.Atomic(size, op, base, offset, source);
    }

    static Insn call(int helper) {
        return new Insn.CallHelper(helper);
    }
}
