package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;

/** Reads a statement of {@link Dialect#LLVM} that begins with a register. */
final class LlvmAssignment {
    private final LlvmParser parser;
    private final LlvmOperands operands;
    private final Statement statement;
    private final ProgramBuilder program;
    private final Token first;
    private final Position at;
    private final LlvmSymbols.Name dst;

    /** Reads on behind the register {@code first}. */
    LlvmAssignment(LlvmParser parser, LlvmOperands operands, Token first) {
        this.parser = parser;
        this.operands = operands;
        this.statement = parser.statement;
        this.program = parser.program;
        this.first = first;
        this.at = first.at();
        this.dst = operands.registerOf(first);
    }

    /** Adds the instruction; {@code wide} says that a number without {@code ll} is one of 64 bits nevertheless. */
    void parse(boolean wide) {
        AluOp op = parser.aluOp();
        if (op != AluOp.MOV) {
            program.add(at, new Insn.Alu(dst.width(), op, dst.register(), parser.operand(dst.width())));
        } else if (statement.at("*")) {
            load();
        } else if (statement.at("(")) {
            moveSignExtend();
        } else if (statement.at("-") && statement.peek(1).isName()) {
            statement.take();
            sameRegister();
            program.add(at, new Insn.Negate(dst.width(), dst.register()));
        } else if (operands.registerAhead()) {
            program.add(at, new Insn.Alu(dst.width(), AluOp.MOV, dst.register(), operands.register(dst.width())));
        } else if (statement.peek().isName() || operands.localLabelAhead()) {
            named();
        } else {
            number(wide);
        }
    }

    private void load() {
        statement.take();
        Token type = statement.peek(1);
        boolean signed = LlvmSymbols.SIGNED_TYPES.containsKey(type.text());
        Size size = signed ? operands.type(LlvmSymbols.SIGNED_TYPES, "a type") : operands.type();
        if (signed && size == Size.DOUBLE) {
            throw Statement.unexpected(type, "a type, s8, s16, s32 or u64");
        }
        if (statement.at("skb")) {
            packetLoad(type, size);
            return;
        }
        if (dst.width() == Width.BITS_32 && (signed || size == Size.DOUBLE)) {
            throw Statement.unexpected(type, "u8, u16 or u32, which a 32-bit register can be loaded with");
        }
        LlvmOperands.Memory memory = operands.memory();
        program.add(at, new Insn.Load(size, signed, dst.register(), memory.base(), memory.offset()));
    }

    private void packetLoad(Token type, Size size) {
        if (LlvmSymbols.SIGNED_TYPES.containsKey(type.text()) || size == Size.DOUBLE) {
            throw Statement.unexpected(type, "u8, u16 or u32, the types of packet access");
        }
        if (!first.is("r0")) {
            throw Statement.unexpected(first, "r0: packet access loads no other register");
        }
        statement.take();
        statement.expect("[");
        if (operands.registerAhead()) {
            LlvmOperands.Memory memory = packetIndex();
            program.add(at, new Insn.LoadPacketIndirect(size, memory.base(), memory.offset()));
        } else {
            program.add(at, new Insn.LoadPacketAbsolute(size, parser.immediate()));
        }
        statement.expect("]");
    }

    /** A register and an offset that, unlike those of other memory, has 32 bits. */
    private LlvmOperands.Memory packetIndex() {
        Register index = operands.register(Width.BITS_64);
        boolean hasOffset = statement.at("+") || statement.at("-");
        return new LlvmOperands.Memory(index, hasOffset ? parser.immediate() : 0);
    }

    private void moveSignExtend() {
        statement.take();
        Token type = statement.peek();
        Size from = LlvmSymbols.SIGNED_TYPES.get(type.text());
        if (from == null || from.bits() >= dst.width().bits()) {
            throw statement.unexpected(dst.width() == Width.BITS_64 ? "s8, s16 or s32" : "s8 or s16");
        }
        statement.take();
        statement.expect(")");
        Register source = operands.register(dst.width());
        program.add(at, new Insn.MoveSignExtend(dst.width(), from, dst.register(), source));
    }

    private void named() {
        String name = statement.peek().text();
        LlvmSymbols.Swap swap = LlvmSymbols.SWAPS.get(name);
        LlvmSymbols.Fetch fetch = LlvmSymbols.FETCHES.get(name);
        if (swap != null) {
            requireWide();
            statement.take();
            sameRegister();
            program.add(at, new Insn.ByteSwap(swap.kind(), swap.size(), dst.register()));
        } else if (fetch != null) {
            statement.take();
            fetch(fetch);
        } else if (name.equals("load_acquire")) {
            statement.take();
            loadAcquire();
        } else if (name.equals("addr_space_cast")) {
            throw new AssemblyException(at, "address-space casts (arena maps) are not supported");
        } else if (parser.atWideSource()) {
            requireWide();
            parser.wideLoad(at, dst.register());
            statement.accept("ll");
        } else if (statement.peek(1).is("ll")) {
            requireWide();
            parser.addCodeAddress(at, dst.register(), parser.target(Integer.SIZE));
            statement.expect("ll");
        } else {
            throw statement.unexpected("a register, a number, or what else can be assigned");
        }
    }

    private void loadAcquire() {
        statement.expect("(");
        Token type = statement.peek(1);
        Size size = operands.type();
        if (size == Size.DOUBLE && dst.width() == Width.BITS_32) {
            throw Statement.unexpected(type, "u8, u16 or u32, which a 32-bit register can be loaded with");
        }
        LlvmOperands.Memory memory = operands.memory();
        statement.expect(")");
        program.add(at, new Insn.LoadAcquire(size, dst.register(), memory.base(), memory.offset()));
    }

    /** {@code name((u64 *)(r1 + 0), r2)} or {@code name(r1 + 0, r2)}, with {@code r0} in between to compare. */
    private void fetch(LlvmSymbols.Fetch fetch) {
        statement.expect("(");
        Token type = statement.peek(1);
        Size implied = fetch.size();
        Size size = fetch.typed() || implied == null ? operands.typeOfAtomic() : implied;
        if (implied != null && size != implied) {
            throw Statement.unexpected(type, LlvmSymbols.type(implied, false) + ", as the operation's name says");
        }
        LlvmOperands.Memory memory = fetch.typed() ? operands.memory() : operands.bareMemory();
        statement.expect(",");
        boolean compares = fetch.op() == AtomicOp.COMPARE_EXCHANGE;
        if (compares) {
            Token compared = statement.peek();
            if (operands.register(size) != Register.R0) {
                throw Statement.unexpected(compared, "r0, which is compared");
            }
            statement.expect(",");
        }
        Register source = operands.register(size);
        statement.expect(")");
        if (size == Size.DOUBLE) {
            requireWide();
        }
        if (dst.register() != (compares ? Register.R0 : source)) {
            throw Statement.unexpected(
                    first, (compares ? Register.R0 : source) + ": the operation returns the old value there");
        }
        program.add(at, new Insn.Atomic(size, fetch.op(), memory.base(), memory.offset(), source));
    }

    private void number(boolean wide) {
        Literal literal = parser.literal();
        if (statement.accept("ll") || wide) {
            requireWide();
            program.add(at, Insn.LoadWide.of(dst.register(), literal.signedOrUnsigned(Long.SIZE)));
        } else {
            Immediate value = new Immediate((int) literal.signedOrUnsigned(Integer.SIZE));
            program.add(at, new Insn.Alu(dst.width(), AluOp.MOV, dst.register(), value));
        }
    }

    private void requireWide() {
        if (dst.width() != Width.BITS_64) {
            throw Statement.unexpected(first, "a 64-bit register, r0 to r10");
        }
    }

    /** Reads the second mention of the register that a unary operation works on. */
    private void sameRegister() {
        Token token = statement.peek();
        if (operands.register(dst.width()) != dst.register()) {
            throw Statement.unexpected(token, "the register that is assigned: the operation has only one");
        }
    }
}
