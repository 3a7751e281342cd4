package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Registers;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Random instructions and programs: every type of instruction as often as any other, every field at its extremes more
 * often than chance has it. The programs mean nothing and need not end; one seed always gives the same ones.
 */
public final class RandomCode {
    private static final String SEED_PROPERTY = "ring3.seed";

    private static final int[] INTERESTING = {
        0,
        1,
        -1,
        2,
        10,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0x8000,
        0xffff,
        -0x8000,
        -0x8001,
        0x10000,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Integer.MIN_VALUE + 1
    };

    private final Random random;

    private final List<Supplier<Insn>> kinds = List.of(
            () -> new Insn.Alu(pick(Width.values()), pick(AluOp.values()), register(), operand()),
            this::moveSignExtend,
            () -> new Insn.Negate(pick(Width.values()), register()),
            () -> new Insn.ByteSwap(pick(SwapKind.values()), pick(Size.HALF, Size.WORD, Size.DOUBLE), register()),
            () -> new Insn.Jump(offset()),
            () -> new Insn.JumpLong(imm()),
            () -> new Insn.JumpIf(pick(Width.values()), pick(Condition.values()), register(), operand(), offset()),
            () -> new Insn.MayGoto(offset()),
            () -> new Insn.CallHelper(imm()),
            () -> new Insn.CallLocal(imm()),
            () -> new Insn.CallHost(imm()),
            () -> new Insn.CallRegister(register()),
            Insn.Exit::new,
            this::load,
            () -> new Insn.Store(pick(Size.values()), register(), offset(), operand()),
            () -> new Insn.Atomic(
                    pick(Size.WORD, Size.DOUBLE), pick(AtomicOp.values()), register(), offset(), register()),
            () -> new Insn.LoadAcquire(pick(Size.values()), register(), register(), offset()),
            () -> new Insn.StoreRelease(pick(Size.values()), register(), offset(), register()),
            this::loadWide,
            () -> new Insn.LoadPacketAbsolute(pick(Size.BYTE, Size.HALF, Size.WORD), imm()),
            () -> new Insn.LoadPacketIndirect(pick(Size.BYTE, Size.HALF, Size.WORD), register(), imm()));

    /** Starts the sequence of a seed. */
    public RandomCode(long seed) {
        this.random = new Random(seed);
    }

    /** The seed of this run: a new one, or that of the system property {@code ring3.seed}. */
    public static long seed() {
        return Long.getLong(SEED_PROPERTY, new Random().nextLong());
    }

    /** Runs a check of a seed; whatever it throws is thrown again with the command that replays it. */
    public static void check(Class<?> test, long seed, Runnable check) {
        try {
            check.run();
        } catch (RuntimeException | Error e) {
            String replay = "seed %d; replay: mvn -q -pl bpf test -Dtest=%s -D%s=%d"
                    .formatted(seed, test.getSimpleName(), SEED_PROPERTY, seed);
            throw new AssertionError(replay, e);
        }
    }

    /** Any instruction at all; it may jump anywhere and write the frame pointer. */
    public Insn insn() {
        return kinds.get(random.nextInt(kinds.size())).get();
    }

    /** Code whose jumps and calls lead anywhere, as before linking. */
    public BpfCode unlinked(int insns) {
        List<Insn> code = new ArrayList<>();
        for (int i = 0; i < insns; i++) {
            code.add(insn());
        }
        return BpfCode.unlinked(code);
    }

    /** A complete program, as {@link BpfCode#of} demands; its last instruction is an exit. */
    public BpfCode program(int insns) {
        List<Insn> code = new ArrayList<>();
        List<Integer> slots = new ArrayList<>();
        int slot = 0;
        while (code.size() < insns - 1) {
            Insn insn = insn();
            if (!Registers.writtenBy(insn).contains(Register.R10)) {
                code.add(insn);
                slots.add(slot);
                slot += insn.slots();
            }
        }
        code.add(new Insn.Exit());
        slots.add(slot);
        for (int i = 0; i < code.size(); i++) {
            code.set(i, redirect(code.get(i), pick(slots.toArray(new Integer[0])) - slots.get(i) - 1));
        }
        return BpfCode.of(code);
    }

    /** Any value of the field {@code imm}. */
    public int imm() {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextInt(200) - 100;
            default -> INTERESTING[random.nextInt(INTERESTING.length)];
        };
    }

    /** Any value of the field {@code offset}. */
    public int offset() {
        return (short) imm();
    }

    private static Insn redirect(Insn insn, int offset) {
        return switch (insn) {
            case Insn.Jump _ -> new Insn.Jump(offset);
            case Insn.JumpLong _ -> new Insn.JumpLong(offset);
            case Insn.JumpIf jump -> new Insn.JumpIf(jump.width(), jump.condition(), jump.left(), jump.right(), offset);
            case Insn.MayGoto _ -> new Insn.MayGoto(offset);
            case Insn.CallLocal _ -> new Insn.CallLocal(offset);
            case Insn.LoadWide wide
            when wide.source() == WideSource.CODE -> new Insn.LoadWide(wide.dst(), WideSource.CODE, offset, 0);
            case Insn _ -> insn;
        };
    }

    private Insn moveSignExtend() {
        Width width = pick(Width.values());
        Size from = width == Width.BITS_32 ? pick(Size.BYTE, Size.HALF) : pick(Size.BYTE, Size.HALF, Size.WORD);
        return new Insn.MoveSignExtend(width, from, register(), register());
    }

    private Insn load() {
        boolean signed = random.nextBoolean();
        Size size = signed ? pick(Size.BYTE, Size.HALF, Size.WORD) : pick(Size.values());
        return new Insn.Load(size, signed, register(), register(), offset());
    }

    private Insn loadWide() {
        WideSource source = pick(WideSource.values());
        return new Insn.LoadWide(register(), source, imm(), source.usesHigh() ? imm() : 0);
    }

    private Register register() {
        return pick(Register.values());
    }

    private Operand operand() {
        return random.nextBoolean() ? register() : new Immediate(imm());
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
