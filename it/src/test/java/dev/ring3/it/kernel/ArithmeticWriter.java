package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;

/** Writes instructions that work on registers alone. */
final class ArithmeticWriter {
    private final Choices choices;
    private final CodeBuilder code;
    private final FunctionState state;

    ArithmeticWriter(Choices choices, CodeBuilder code, FunctionState state) {
        this.choices = choices;
        this.code = code;
        this.state = state;
    }

    /** One instruction of any kind. */
    void write() {
        int kind = choices.below(100);
        if (kind < 70) {
            operation();
        } else if (kind < 80) {
            moveSignExtended();
        } else if (kind < 85) {
            Register dst = scalar();
            code.add(new Insn.Negate(choices.pick(Width.values()), dst));
        } else if (kind < 95) {
            byteSwap();
        } else {
            initialise(choices.pick(state.writable()));
        }
    }

    /** Some register that holds a number; one is written if there is none. */
    Register scalar() {
        if (state.scalars().isEmpty()) {
            initialise(choices.pick(state.writable()));
        }
        return choices.pick(state.scalars());
    }

    /** Sees to it that a register holds a number. */
    void requireScalar(Register register) {
        if (!state.isScalar(register)) {
            initialise(register);
        }
    }

    /** Writes a number, whatever the register held. */
    void initialise(Register register) {
        code.add(number(register));
        state.wrote(register);
    }

    /** As {@link #initialise}, over an address. */
    void overwriteAddress(Register register) {
        code.addKept(number(register));
        state.wrote(register);
    }

    private Insn number(Register register) {
        return choices.chance(30)
                ? Insn.LoadWide.of(register, choices.number())
                : new Insn.Alu(choices.pick(Width.values()), AluOp.MOV, register, choices.immediate());
    }

    private void operation() {
        Width width = choices.pick(Width.values());
        AluOp op = choices.pick(AluOp.values());
        Operand source = choices.chance(50) ? scalar() : immediate(op, width);
        Register dst = op == AluOp.MOV ? choices.pick(state.writable()) : scalar();
        if ((op == AluOp.SDIV || op == AluOp.SMOD) && choices.chance(20)) {
            // The one dividend for which a divisor of -1 overflows.
            code.add(Insn.LoadWide.of(dst, width == Width.BITS_32 ? Integer.MIN_VALUE : Long.MIN_VALUE));
        }
        code.add(new Insn.Alu(width, op, dst, source));
        state.wrote(dst);
    }

    /** The verifier refuses a division by the immediate 0, and shifts by immediates that are not below the width. */
    private Immediate immediate(AluOp op, Width width) {
        return switch (op) {
            case DIV, SDIV, MOD, SMOD -> {
                Immediate divisor = choices.immediate();
                yield divisor.value() == 0 || choices.chance(20) ? new Immediate(-1) : divisor;
            }
            case LSH, RSH, ARSH -> new Immediate(choices.below(width.bits()));
            case ADD, SUB, MUL, OR, AND, XOR, MOV -> choices.immediate();
        };
    }

    private void moveSignExtended() {
        Width width = choices.pick(Width.values());
        Size from = choices.pick(Size.values());
        if (from.bits() >= width.bits()) {
            from = Size.HALF;
        }
        Register source = scalar();
        Register dst = choices.pick(state.writable());
        code.add(new Insn.MoveSignExtend(width, from, dst, source));
        state.wrote(dst);
    }

    private void byteSwap() {
        Size size = choices.pick(Size.values());
        Register dst = scalar();
        code.add(new Insn.ByteSwap(choices.pick(SwapKind.values()), size == Size.BYTE ? Size.HALF : size, dst));
    }
}
