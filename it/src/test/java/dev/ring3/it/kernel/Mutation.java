package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.Width;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A control: a candidate that gets an instruction wrong, by way of running another in its place. The differential test
 * is worth something if it catches these.
 */
record Mutation(String name, Candidate candidate, UnaryOperator<Insn> replacement) implements Candidate {
    /** Mistakes that implementations of BPF have been seen to make, and their like. */
    static List<Mutation> mistakes(Candidate candidate) {
        return List.of(
                alu(candidate, "arithmetic shift is logical", AluOp.ARSH, AluOp.RSH),
                alu(candidate, "signed division is unsigned", AluOp.SDIV, AluOp.DIV),
                alu(candidate, "signed modulo is unsigned", AluOp.SMOD, AluOp.MOD),
                new Mutation("32-bit addition keeps the upper half", candidate, insn -> switch (insn) {
                    case Insn.Alu(Width width, AluOp op, Register dst, var source)
                    when width == Width.BITS_32 && op == AluOp.ADD -> new Insn.Alu(Width.BITS_64, op, dst, source);
                    case Insn _ -> insn;
                }),
                new Mutation("32-bit move of an immediate extends its sign", candidate, insn -> switch (insn) {
                    case Insn.Alu(Width width, AluOp op, Register dst, Immediate source)
                    when width == Width.BITS_32 && op == AluOp.MOV -> new Insn.Alu(Width.BITS_64, op, dst, source);
                    case Insn _ -> insn;
                }),
                new Mutation("sign-extending move is a move", candidate, insn -> switch (insn) {
                    case Insn.MoveSignExtend(Width width, Size _, Register dst, Register source) ->
                        new Insn.Alu(width, AluOp.MOV, dst, source);
                    case Insn _ -> insn;
                }),
                new Mutation("32-bit negation keeps the upper half", candidate, insn -> switch (insn) {
                    case Insn.Negate(Width width, Register dst)
                    when width == Width.BITS_32 -> new Insn.Negate(Width.BITS_64, dst);
                    case Insn _ -> insn;
                }),
                new Mutation("16-bit swap to little endian does not truncate", candidate, insn -> switch (insn) {
                    case Insn.ByteSwap(SwapKind kind, Size size, Register dst)
                    when kind == SwapKind.TO_LITTLE_ENDIAN && size == Size.HALF ->
                        new Insn.ByteSwap(kind, Size.DOUBLE, dst);
                    case Insn _ -> insn;
                }),
                new Mutation("sign-extending load is a load", candidate, insn -> switch (insn) {
                    case Insn.Load(Size size, boolean signed, Register dst, Register base, int offset)
                    when signed -> new Insn.Load(size, false, dst, base, offset);
                    case Insn _ -> insn;
                }),
                new Mutation("signed comparison is unsigned", candidate, insn -> switch (insn) {
                    case Insn.JumpIf jump
                    when jump.condition() == Condition.SIGNED_GREATER ->
                        new Insn.JumpIf(jump.width(), Condition.GREATER, jump.left(), jump.right(), jump.offset());
                    case Insn _ -> insn;
                }),
                new Mutation("32-bit comparison is one of 64 bits", candidate, insn -> switch (insn) {
                    case Insn.JumpIf jump
                    when jump.width() == Width.BITS_32 ->
                        new Insn.JumpIf(Width.BITS_64, jump.condition(), jump.left(), jump.right(), jump.offset());
                    case Insn _ -> insn;
                }),
                atomic(candidate, "fetching addition does not fetch", AtomicOp.FETCH_ADD, AtomicOp.ADD),
                atomic(candidate, "compare-exchange always exchanges", AtomicOp.COMPARE_EXCHANGE, AtomicOp.EXCHANGE),
                new Mutation("store-release of a word stores a half", candidate, insn -> switch (insn) {
                    case Insn.StoreRelease(Size size, Register base, int offset, Register source)
                    when size == Size.WORD -> new Insn.StoreRelease(Size.HALF, base, offset, source);
                    case Insn _ -> insn;
                }),
                new Mutation("indirect packet load ignores the index", candidate, insn -> switch (insn) {
                    case Insn.LoadPacketIndirect(Size size, Register _, int offset) ->
                        new Insn.LoadPacketAbsolute(size, offset);
                    case Insn _ -> insn;
                }));
    }

    /** The mistake to do nothing where an instruction of some form stands; for a wide load, to load 0. */
    static Mutation ignoring(Candidate candidate, String form) {
        return new Mutation("ignores " + form, candidate, insn -> {
            if (!InsnForm.of(insn).equals(form)) {
                return insn;
            }
            return insn instanceof Insn.LoadWide wide
                    ? Insn.LoadWide.of(wide.dst(), 0)
                    : new Insn.Alu(Width.BITS_64, AluOp.MOV, Register.R0, Register.R0);
        });
    }

    @Override
    public Optional<Prepared> prepare(TestProgram program) {
        List<Insn> insns = new ArrayList<>(program.code().insns());
        insns.replaceAll(replacement);
        return candidate.prepare(program.with(BpfCode.of(insns)));
    }

    private static Mutation alu(Candidate candidate, String name, AluOp from, AluOp to) {
        return new Mutation(name, candidate, insn -> switch (insn) {
            case Insn.Alu(Width width, AluOp op, Register dst, var source)
            when op == from -> new Insn.Alu(width, to, dst, source);
            case Insn _ -> insn;
        });
    }

    private static Mutation atomic(Candidate candidate, String name, AtomicOp from, AtomicOp to) {
        return new Mutation(name, candidate, insn -> switch (insn) {
            case Insn.Atomic(Size size, AtomicOp op, Register base, int offset, Register source)
            when op == from -> new Insn.Atomic(size, to, base, offset, source);
            case Insn _ -> insn;
        });
    }
}
