package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.CoreResult;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/**
 * Puts the answer of a CO-RE relocation into its instruction: the immediate of arithmetic or of a 64-bit load, or the
 * offset of a memory access, whose size then follows the field's.
 */
final class CorePatch {
    private CorePatch() {}

    /**
     * What becomes of an instruction.
     *
     * @param insns as many slots as before
     * @param poison why it must not be executed, or empty
     */
    record Patched(List<Insn> insns, String poison) {}

    /** An instruction that cannot take an answer. */
    static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        Unfit(String problem) {
            super(problem);
        }
    }

    /** Calls of a helper that no host has, in as many slots as an instruction takes. */
    static List<Insn> poison(Insn insn) {
        return Collections.nCopies(insn.slots(), new Insn.CallHelper(LinkedProgram.POISON));
    }

    /** Patches one instruction. */
    static Patched apply(Insn insn, CoreResult result) throws Unfit {
        return switch (result) {
            case CoreResult.Failed(String reason) -> new Patched(poison(insn), reason);
            case CoreResult.Relocated relocated -> relocate(insn, relocated);
        };
    }

    private static Patched relocate(Insn insn, CoreResult.Relocated result) throws Unfit {
        return switch (insn) {
            case Insn.Alu(Width width, var op, Register dst, Immediate(int found)) -> {
                requireExpected(result.expected(), found, width == Width.BITS_32);
                int value = immediate(result.value(), width);
                yield patched(new Insn.Alu(width, op, dst, new Immediate(value)));
            }
            case Insn.LoadWide wide
            when wide.source() == WideSource.IMMEDIATE -> {
                requireExpected(result.expected(), wide.value(), false);
                yield patched(Insn.LoadWide.of(wide.dst(), result.value()));
            }
            case Insn.Load(Size size, boolean signed, Register dst, Register base, int offset) ->
                access(insn, result, offset, size, (to, at) -> new Insn.Load(to, signed, dst, base, at));
            case Insn.Store(Size size, Register base, int offset, Operand value) ->
                access(insn, result, offset, size, (to, at) -> new Insn.Store(to, base, at, value));
            case Insn.Atomic(Size size, var op, Register base, int offset, Register source) ->
                access(insn, result, offset, size, (to, at) -> new Insn.Atomic(to, op, base, at, source));
            case Insn.LoadAcquire(Size size, Register dst, Register base, int offset) ->
                access(insn, result, offset, size, (to, at) -> new Insn.LoadAcquire(to, dst, base, at));
            case Insn.StoreRelease(Size size, Register base, int offset, Register source) ->
                access(insn, result, offset, size, (to, at) -> new Insn.StoreRelease(to, base, at, source));
            case Insn.Alu _,
                    Insn.MoveSignExtend _,
                    Insn.Negate _,
                    Insn.ByteSwap _,
                    Insn.Jump _,
                    Insn.JumpLong _,
                    Insn.JumpIf _,
                    Insn.MayGoto _,
                    Insn.CallHelper _,
                    Insn.CallLocal _,
                    Insn.CallHost _,
                    Insn.CallRegister _,
                    Insn.Exit _,
                    Insn.LoadWide _,
                    Insn.LoadPacketAbsolute _,
                    Insn.LoadPacketIndirect _ ->
                throw new Unfit("%s takes no number from the host's types".formatted(insn));
        };
    }

    private static Patched patched(Insn insn) {
        return new Patched(List.of(insn), "");
    }

    /** The compiler left the answer for its own types in the instruction; anything else there was not meant. */
    private static void requireExpected(OptionalLong expected, long found, boolean bits32) throws Unfit {
        boolean agrees = expected.isEmpty()
                || expected.getAsLong() == found
                || (bits32 && (int) expected.getAsLong() == (int) found);
        if (!agrees) {
            throw new Unfit(
                    "the instruction holds %d, the object's own types say %d".formatted(found, expected.getAsLong()));
        }
    }

    private static int immediate(long value, Width width) throws Unfit {
        boolean fits = value == (int) value || (width == Width.BITS_32 && value >>> Integer.SIZE == 0);
        if (!fits) {
            throw new Unfit("the host's types say %d, which does not fit 32 bits".formatted(value));
        }
        return (int) value;
    }

    /** Makes an access of another size at another offset. */
    private interface Access {
        Insn at(Size size, int offset);
    }

    private static Patched access(Insn insn, CoreResult.Relocated result, int offset, Size size, Access access)
            throws Unfit {
        requireExpected(result.expected(), offset, false);
        if (result.value() > Short.MAX_VALUE || result.value() < 0) {
            throw new Unfit(
                    "the host's types say offset %d, which does not fit the instruction".formatted(result.value()));
        }
        long localBytes = result.access().localBytes();
        long targetBytes = result.access().targetBytes();
        if (localBytes == targetBytes) {
            return patched(access.at(size, (int) result.value()));
        }
        if (!result.access().sound()) {
            return new Patched(
                    poison(insn),
                    "the field has %d bytes in the host and %d in the object; only unsigned integers and pointers adapt"
                            .formatted(targetBytes, localBytes));
        }
        if (size.bytes() != localBytes) {
            throw new Unfit("an access of %d bytes to a field that has %d".formatted(size.bytes(), localBytes));
        }
        for (Size to : Size.values()) {
            if (to.bytes() == targetBytes && isValid(insn, to)) {
                return patched(access.at(to, (int) result.value()));
            }
        }
        throw new Unfit("no access of this kind has %d bytes, as the field in the host".formatted(targetBytes));
    }

    private static boolean isValid(Insn insn, Size size) {
        return switch (insn) {
            case Insn.Load load -> !load.signed() || size != Size.DOUBLE;
            case Insn.Atomic _ -> size.bytes() >= Integer.BYTES;
            case Insn _ -> true;
        };
    }
}
