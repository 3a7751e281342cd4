package dev.ring3.bpf.insn;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoding of instructions (RFC 9669 sections 3 to 5): 8-byte slots {@code opcode, registers, offset, imm}, in
 * either byte order. Load-acquire, store-release and may_goto follow the Linux kernel's {@code bpf.h}, a call through a register
 * the public conformance suite.
 *
 * <p>Decoding is strict: an unknown opcode, a register above 10, or anything but zero in a field that the instruction
 * does not use is an {@link InsnException}. So {@code encode(decode(bytes))} gives the same bytes.
 */
public final class InsnLayout {
    /** Bytes of one slot. */
    public static final int SLOT_BYTES = RawInsn.BYTES;

    // Classes: the low three bits of an opcode.
    static final int LD = 0x00;
    static final int LDX = 0x01;
    static final int ST = 0x02;
    static final int STX = 0x03;
    static final int ALU = 0x04;
    static final int JMP = 0x05;
    static final int JMP32 = 0x06;
    static final int ALU64 = 0x07;
    static final int CLASS_MASK = 0x07;

    /** Arithmetic and jumps: the second operand is a register. */
    static final int SOURCE_REGISTER = 0x08;

    static final int CODE_SHIFT = 4;
    static final int NEG = 0x8;
    static final int END = 0xd;
    static final int JA = 0x0;
    static final int CALL = 0x8;
    static final int EXIT = 0x9;
    static final int CONDITIONAL = 0xe;

    // Loads and stores: the mode is the upper three bits, the size the two below.
    static final int MODE_MASK = 0xe0;
    static final int MODE_IMM = 0x00;
    static final int MODE_ABS = 0x20;
    static final int MODE_IND = 0x40;
    static final int MODE_MEM = 0x60;
    static final int MODE_MEMSX = 0x80;
    static final int MODE_ATOMIC = 0xc0;
    static final int SIZE_MASK = 0x18;
    static final int SIZE_WORD = 0x00;
    static final int SIZE_HALF = 0x08;
    static final int SIZE_BYTE = 0x10;
    static final int SIZE_DOUBLE = 0x18;

    static final int LOAD_WIDE = LD | MODE_IMM | SIZE_DOUBLE;

    /** The only kind of {@link #CONDITIONAL} jump, in {@code src} ({@code BPF_MAY_GOTO}). */
    static final int CONDITIONAL_MAY_GOTO = 0;

    /** Offsets of moves that are no sign extension ({@code BPF_ADDR_SPACE_CAST}, {@code BPF_ADDR_PERCPU}). */
    static final int MOVE_ADDRESS_SPACE = 1;

    static final int MOVE_PER_CPU = -1;

    static final int CALL_HELPER = 0;
    static final int CALL_LOCAL = 1;
    static final int CALL_HOST = 2;

    static final int LOAD_ACQUIRE = 0x100;
    static final int STORE_RELEASE = 0x110;

    private InsnLayout() {}

    /**
     * Decodes a complete program.
     *
     * @throws InsnException if a field is invalid, or a jump leaves the program, see {@link BpfCode#of(List)}
     */
    public static BpfCode decode(byte[] code, ByteOrder order) {
        return decodeUnlinked(code, order).requireComplete();
    }

    /**
     * Decodes code whose jumps and calls may still await relocation, such as a section of an object file.
     *
     * @throws InsnException if a field is invalid, or there are more slots than {@link BpfCode#SLOTS_MAX}
     */
    public static BpfCode decodeUnlinked(byte[] code, ByteOrder order) {
        if (code.length % SLOT_BYTES != 0) {
            throw new InsnException(
                    code.length / SLOT_BYTES, "opcode", "%d bytes are no multiple of 8".formatted(code.length));
        }
        int slots = code.length / SLOT_BYTES;
        BpfCode.requireLength(slots);
        ByteBuffer buffer = ByteBuffer.wrap(code).order(order);
        List<Insn> insns = new ArrayList<>(slots);
        for (int slot = 0; slot < slots; ) {
            RawInsn raw = RawInsn.read(buffer, slot);
            Insn insn;
            if (raw.opcode() == LOAD_WIDE) {
                if (slot + 1 == slots) {
                    throw new InsnException(slot, "opcode", "the second half of a wide instruction is missing");
                }
                insn = new InsnDecoder(slot, raw).loadWide(RawInsn.read(buffer, slot + 1));
            } else {
                insn = new InsnDecoder(slot, raw).decode();
            }
            insns.add(insn);
            slot += insn.slots();
        }
        return BpfCode.unlinked(insns);
    }

    /** The bytes of a program: 8 for every slot. */
    public static byte[] encode(BpfCode code, ByteOrder order) {
        byte[] bytes = new byte[code.slotCount() * SLOT_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
        int slot = 0;
        for (Insn insn : code) {
            encode(insn).write(buffer, slot);
            if (insn instanceof Insn.LoadWide wide) {
                new RawInsn(0, 0, 0, 0, wide.high()).write(buffer, slot + 1);
            }
            slot += insn.slots();
        }
        return bytes;
    }

    /** The first slot of an instruction; a wide load's second holds its high immediate and nothing else. */
    static RawInsn encode(Insn insn) {
        return switch (insn) {
            case Insn.Alu(Width width, AluOp op, Register dst, Operand source) ->
                operation(aluClass(width), op.code, dst.number(), source, op.offset);
            case Insn.MoveSignExtend(Width width, Size from, Register dst, Register source) ->
                operation(aluClass(width), AluOp.MOV.code, dst.number(), source, from.bits());
            case Insn.Negate(Width width, Register dst) ->
                new RawInsn(aluClass(width) | NEG << CODE_SHIFT, dst.number(), 0, 0, 0);
            case Insn.ByteSwap(SwapKind kind, Size size, Register dst) ->
                new RawInsn(swapOpcode(kind), dst.number(), 0, 0, size.bits());
            case Insn.Jump(int offset) -> new RawInsn(JMP, 0, 0, offset, 0);
            case Insn.JumpLong(int offset) -> new RawInsn(JMP32, 0, 0, 0, offset);
            case Insn.JumpIf(Width width, Condition condition, Register left, Operand right, int offset) ->
                operation(width == Width.BITS_32 ? JMP32 : JMP, condition.code, left.number(), right, offset);
            case Insn.MayGoto(int offset) ->
                new RawInsn(JMP | CONDITIONAL << CODE_SHIFT, 0, CONDITIONAL_MAY_GOTO, offset, 0);
            case Insn.CallHelper(int id) -> call(CALL_HELPER, id);
            case Insn.CallLocal(int offset) -> call(CALL_LOCAL, offset);
            case Insn.CallHost(int id) -> call(CALL_HOST, id);
            case Insn.CallRegister(Register target) ->
                new RawInsn(JMP | SOURCE_REGISTER | CALL << CODE_SHIFT, target.number(), 0, 0, 0);
            case Insn.Exit() -> new RawInsn(JMP | EXIT << CODE_SHIFT, 0, 0, 0, 0);
            case Insn.Load(Size size, boolean signed, Register dst, Register base, int offset) ->
                memory(LDX | (signed ? MODE_MEMSX : MODE_MEM), size, dst, base, offset, 0);
            case Insn.Store(Size size, Register base, int offset, Register value) ->
                memory(STX | MODE_MEM, size, base, value, offset, 0);
            case Insn.Store(Size size, Register base, int offset, Immediate(int value)) ->
                memory(ST | MODE_MEM, size, base, Register.R0, offset, value);
            case Insn.Atomic(Size size, AtomicOp op, Register base, int offset, Register source) ->
                memory(STX | MODE_ATOMIC, size, base, source, offset, op.code);
            case Insn.LoadAcquire(Size size, Register dst, Register base, int offset) ->
                memory(STX | MODE_ATOMIC, size, dst, base, offset, LOAD_ACQUIRE);
            case Insn.StoreRelease(Size size, Register base, int offset, Register source) ->
                memory(STX | MODE_ATOMIC, size, base, source, offset, STORE_RELEASE);
            case Insn.LoadWide(Register dst, WideSource source, int low, int _) ->
                new RawInsn(LOAD_WIDE, dst.number(), source.code(), 0, low);
            case Insn.LoadPacketAbsolute(Size size, int offset) ->
                memory(LD | MODE_ABS, size, Register.R0, Register.R0, 0, offset);
            case Insn.LoadPacketIndirect(Size size, Register index, int offset) ->
                memory(LD | MODE_IND, size, Register.R0, index, 0, offset);
        };
    }

    private static int aluClass(Width width) {
        return width == Width.BITS_32 ? ALU : ALU64;
    }

    private static int swapOpcode(SwapKind kind) {
        return END << CODE_SHIFT
                | switch (kind) {
                    case TO_LITTLE_ENDIAN -> ALU;
                    case TO_BIG_ENDIAN -> ALU | SOURCE_REGISTER;
                    case REVERSE -> ALU64;
                };
    }

    private static RawInsn operation(int insnClass, int code, int dst, Operand source, int offset) {
        int opcode = insnClass | code << CODE_SHIFT;
        return switch (source) {
            case Register register -> new RawInsn(opcode | SOURCE_REGISTER, dst, register.number(), offset, 0);
            case Immediate(int value) -> new RawInsn(opcode, dst, 0, offset, value);
        };
    }

    private static RawInsn call(int kind, int target) {
        return new RawInsn(JMP | CALL << CODE_SHIFT, 0, kind, 0, target);
    }

    private static RawInsn memory(int opcode, Size size, Register dst, Register src, int offset, int imm) {
        int sizeCode = switch (size) {
            case BYTE -> SIZE_BYTE;
            case HALF -> SIZE_HALF;
            case WORD -> SIZE_WORD;
            case DOUBLE -> SIZE_DOUBLE;
        };
        return new RawInsn(opcode | sizeCode, dst.number(), src.number(), offset, imm);
    }
}
