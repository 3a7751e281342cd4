package dev.ring3.bpf.insn;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random instructions of every kind, built from the types alone. */
final class RandomInsns {
    private final Random random;

    RandomInsns(Random random) {
        this.random = random;
    }

    List<Insn> list(int count) {
        List<Insn> insns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            insns.add(next());
        }
        return insns;
    }

    /** One of the kinds, each as likely as any other. */
    Insn next() {
        return switch (random.nextInt(21)) {
            case 0 -> new Insn.Alu(oneOf(Width.values()), oneOf(AluOp.values()), register(), operand());
            case 1 -> moveSignExtend();
            case 2 -> new Insn.Negate(oneOf(Width.values()), register());
            case 3 -> new Insn.ByteSwap(oneOf(SwapKind.values()), oneOf(Size.HALF, Size.WORD, Size.DOUBLE), register());
            case 4 -> new Insn.Jump(offset());
            case 5 -> new Insn.JumpLong(random.nextInt());
            case 6 ->
                new Insn.JumpIf(oneOf(Width.values()), oneOf(Condition.values()), register(), operand(), offset());
            case 7 -> new Insn.CallHelper(random.nextInt());
            case 8 -> new Insn.CallLocal(random.nextInt());
            case 9 -> new Insn.CallHost(random.nextInt());
            case 10 -> new Insn.CallRegister(register());
            case 11 -> new Insn.Exit();
            case 12 -> load();
            case 13 -> new Insn.Store(oneOf(Size.values()), register(), offset(), operand());
            case 14 ->
                new Insn.Atomic(
                        oneOf(Size.WORD, Size.DOUBLE), oneOf(AtomicOp.values()), register(), offset(), register());
            case 15 -> new Insn.LoadAcquire(oneOf(Size.values()), register(), register(), offset());
            case 16 -> new Insn.StoreRelease(oneOf(Size.values()), register(), offset(), register());
            case 17 -> loadWide();
            case 18 -> new Insn.LoadPacketAbsolute(oneOf(Size.BYTE, Size.HALF, Size.WORD), random.nextInt());
            case 19 -> new Insn.MayGoto(offset());
            default ->
                new Insn.LoadPacketIndirect(oneOf(Size.BYTE, Size.HALF, Size.WORD), register(), random.nextInt());
        };
    }

    private Insn moveSignExtend() {
        Width width = oneOf(Width.values());
        Size from = width == Width.BITS_32 ? oneOf(Size.BYTE, Size.HALF) : oneOf(Size.BYTE, Size.HALF, Size.WORD);
        return new Insn.MoveSignExtend(width, from, register(), register());
    }

    private Insn load() {
        boolean signed = random.nextBoolean();
        Size size = signed ? oneOf(Size.BYTE, Size.HALF, Size.WORD) : oneOf(Size.values());
        return new Insn.Load(size, signed, register(), register(), offset());
    }

    private Insn loadWide() {
        WideSource source = oneOf(WideSource.values());
        return switch (source) {
            case IMMEDIATE, MAP_VALUE_BY_FD, MAP_VALUE_BY_INDEX ->
                new Insn.LoadWide(register(), source, random.nextInt(), random.nextInt());
            case MAP_BY_FD, VARIABLE, CODE, MAP_BY_INDEX -> new Insn.LoadWide(register(), source, random.nextInt(), 0);
        };
    }

    private Operand operand() {
        return random.nextBoolean() ? register() : new Immediate(random.nextInt());
    }

    private Register register() {
        return oneOf(Register.values());
    }

    private int offset() {
        return (short) random.nextInt();
    }

    @SafeVarargs
    private <T> T oneOf(T... values) {
        return values[random.nextInt(values.length)];
    }
}
