package dev.ring3.bpf.engine;

import dev.ring3.bpf.HostFunction;
import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.SwapKind;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Translates a program for the interpreter: one long for every slot, see {@link #pack}. Immediates become further
 * registers behind the eleven real ones, so that an operation has one form, whatever its operand was.
 */
final class Predecoder {
    private static final boolean LITTLE_ENDIAN_HOST = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final ProgramImage image;
    private final long[] words;
    private final Map<Long, Integer> registerOfConstant = new LinkedHashMap<>();
    private final List<@Nullable HostFunction> functions = new ArrayList<>();
    private final BitSet functionSlots = new BitSet();
    private int slot;

    private Predecoder(ProgramImage image) {
        this.image = image;
        this.words = new long[image.code().slotCount() + 1];
    }

    static InterpreterCode decode(ProgramImage image) {
        return new Predecoder(image).decode();
    }

    private InterpreterCode decode() {
        Arrays.fill(words, pack(Op.END_OF_CODE, 0, 0, 0));
        for (Insn insn : image.code()) {
            words[slot] = word(insn);
            slot += insn.slots();
        }
        long[] registers = new long[Register.COUNT + registerOfConstant.size()];
        registerOfConstant.forEach((value, register) -> registers[register] = value);
        return new InterpreterCode(image, words, registers, functions.toArray(HostFunction[]::new), functionSlots);
    }

    private long word(Insn insn) {
        return switch (insn) {
            case Insn.Alu(Width width, AluOp op, Register dst, Operand source) ->
                pack(alu(op) + (width == Width.BITS_32 ? Op.BITS_32 : 0), dst, register(source), 0);
            case Insn.MoveSignExtend move ->
                pack(extend(move), move.dst(), move.source().number(), 0);
            case Insn.Negate(Width width, Register dst) ->
                pack(width == Width.BITS_32 ? Op.NEGATE_32 : Op.NEGATE, dst, dst.number(), 0);
            case Insn.ByteSwap swap -> pack(swap(swap), swap.dst(), swap.dst().number(), 0);
            case Insn.LoadWide load -> wide(load);
            case Insn.Jump(int offset) -> pack(Op.JUMP, 0, 0, target(offset));
            case Insn.JumpLong(int offset) -> pack(Op.JUMP, 0, 0, target(offset));
            case Insn.MayGoto(int offset) -> pack(Op.MAY_GOTO, 0, 0, target(offset));
            case Insn.JumpIf(Width width, Condition condition, Register left, Operand right, int offset) ->
                pack(jump(width, condition), left, register(right), target(offset));
            case Insn.Load(Size size, boolean signed, Register dst, Register base, int offset) ->
                pack(load(size, signed), dst, base.number(), offset);
            case Insn.Store(Size size, Register base, int offset, Operand value) ->
                pack(store(size), base, register(value), offset);
            case Insn.Atomic _, Insn.LoadAcquire _, Insn.StoreRelease _ -> pack(Op.ORDERED, 0, 0, 0);
            case Insn.LoadPacketAbsolute _, Insn.LoadPacketIndirect _ -> pack(Op.LOAD_PACKET, 0, 0, 0);
            case Insn.CallLocal(int offset) -> pack(Op.CALL, 0, 0, target(offset));
            case Insn.CallHelper(int id) -> helper(id);
            case Insn.CallHost(int id) -> helper(image.hostFunctionNumbers().getOrDefault(id, -1));
            case Insn.CallRegister(Register register) -> pack(Op.CALL_REGISTER, register, 0, 0);
            case Insn.Exit _ -> pack(Op.EXIT, 0, 0, 0);
        };
    }

    /** Bits 0 to 7: operation; 8 to 11: dst; 12 to 31: src, a register or a constant's place; 32 to 63: arg. */
    private static long pack(int op, int dst, int src, int arg) {
        return (long) arg << 32 | (long) src << 12 | (long) dst << 8 | op;
    }

    private static long pack(int op, Register dst, int src, int arg) {
        return pack(op, dst.number(), src, arg);
    }

    static int op(long word) {
        return (int) word & 0xff;
    }

    static int dst(long word) {
        return (int) (word >>> 8) & 0xf;
    }

    static int src(long word) {
        return (int) word >>> 12;
    }

    static int arg(long word) {
        return (int) (word >> 32);
    }

    private int target(int offset) {
        return slot + 1 + offset;
    }

    private int register(Operand operand) {
        return switch (operand) {
            case Register register -> register.number();
            case Immediate(int value) -> constant(value);
        };
    }

    private int constant(long value) {
        return registerOfConstant.computeIfAbsent(value, _ -> Register.COUNT + registerOfConstant.size());
    }

    private long wide(Insn.LoadWide load) {
        long value = Objects.requireNonNull(image.wideValues().get(slot), "every wide load has a value");
        if (load.source() == WideSource.CODE) {
            functionSlots.set(FunctionPointers.slot(value));
        }
        return pack(Op.MOV_WIDE, load.dst(), constant(value), 0);
    }

    private long helper(int number) {
        functions.add(image.functions().byNumber(number));
        return pack(Op.CALL_HELPER, 0, functions.size() - 1, number);
    }

    private static int alu(AluOp op) {
        return switch (op) {
            case ADD -> Op.ADD;
            case SUB -> Op.SUB;
            case MUL -> Op.MUL;
            case DIV -> Op.DIV;
            case SDIV -> Op.SDIV;
            case OR -> Op.OR;
            case AND -> Op.AND;
            case LSH -> Op.LSH;
            case RSH -> Op.RSH;
            case MOD -> Op.MOD;
            case SMOD -> Op.SMOD;
            case XOR -> Op.XOR;
            case MOV -> Op.MOV;
            case ARSH -> Op.ARSH;
        };
    }

    private static int extend(Insn.MoveSignExtend move) {
        boolean narrow = move.width() == Width.BITS_32;
        return switch (move.from()) {
            case BYTE -> narrow ? Op.EXTEND_8_TO_32 : Op.EXTEND_8;
            case HALF -> narrow ? Op.EXTEND_16_TO_32 : Op.EXTEND_16;
            case WORD -> Op.EXTEND_32;
            case DOUBLE -> throw new IllegalStateException("excluded by the record");
        };
    }

    private static int swap(Insn.ByteSwap swap) {
        boolean reverses =
                swap.kind() == SwapKind.REVERSE || (swap.kind() == SwapKind.TO_BIG_ENDIAN) == LITTLE_ENDIAN_HOST;
        return switch (swap.size()) {
            case HALF -> reverses ? Op.SWAP_16 : Op.TRUNCATE_16;
            case WORD -> reverses ? Op.SWAP_32 : Op.MOV_32;
            case DOUBLE -> reverses ? Op.SWAP_64 : Op.MOV;
            case BYTE -> throw new IllegalStateException("excluded by the record");
        };
    }

    private static int jump(Width width, Condition condition) {
        int op = switch (condition) {
            case EQUAL -> Op.JUMP_EQUAL;
            case NOT_EQUAL -> Op.JUMP_NOT_EQUAL;
            case BITS_SET -> Op.JUMP_BITS_SET;
            case GREATER -> Op.JUMP_GREATER;
            case GREATER_OR_EQUAL -> Op.JUMP_GREATER_OR_EQUAL;
            case LESS -> Op.JUMP_LESS;
            case LESS_OR_EQUAL -> Op.JUMP_LESS_OR_EQUAL;
            case SIGNED_GREATER -> Op.JUMP_SIGNED_GREATER;
            case SIGNED_GREATER_OR_EQUAL -> Op.JUMP_SIGNED_GREATER_OR_EQUAL;
            case SIGNED_LESS -> Op.JUMP_SIGNED_LESS;
            case SIGNED_LESS_OR_EQUAL -> Op.JUMP_SIGNED_LESS_OR_EQUAL;
        };
        return width == Width.BITS_32 ? op - Op.JUMP_EQUAL + Op.JUMP_EQUAL_32 : op;
    }

    private int load(Size size, boolean signed) {
        if (image.packetLoads().contains(slot)) {
            return Op.LOAD_PACKET_ADDRESS;
        }
        return signed ? loadSigned(size) : load(size);
    }

    private static int load(Size size) {
        return switch (size) {
            case BYTE -> Op.LOAD_8;
            case HALF -> Op.LOAD_16;
            case WORD -> Op.LOAD_32;
            case DOUBLE -> Op.LOAD_64;
        };
    }

    private static int loadSigned(Size size) {
        return switch (size) {
            case BYTE -> Op.LOAD_SIGNED_8;
            case HALF -> Op.LOAD_SIGNED_16;
            case WORD -> Op.LOAD_SIGNED_32;
            case DOUBLE -> throw new IllegalStateException("excluded by the record");
        };
    }

    private static int store(Size size) {
        return switch (size) {
            case BYTE -> Op.STORE_8;
            case HALF -> Op.STORE_16;
            case WORD -> Op.STORE_32;
            case DOUBLE -> Op.STORE_64;
        };
    }
}
