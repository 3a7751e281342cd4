package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.insn.Width;
import java.util.Map;

/** Reads the parts of statements of {@link Dialect#LLVM}: registers, types, memory operands, operators. */
final class LlvmOperands {
    /** {@code (base + offset)}. */
    record Memory(Register base, int offset) {}

    private static final String ANY_REGISTER = "a register, r0 to r10 or w0 to w10";

    private final Statement statement;
    private final StatementParser parser;

    LlvmOperands(Statement statement, StatementParser parser) {
        this.statement = statement;
        this.parser = parser;
    }

    boolean registerAhead() {
        return LlvmSymbols.REGISTERS.containsKey(statement.peek().text());
    }

    /** {@code 1f} or {@code 1b}, a numbered label in one direction. */
    boolean localLabelAhead() {
        Token token = statement.peek();
        String text = token.text();
        int last = text.length() - 1;
        return token.kind() == Token.Kind.NUMBER
                && last > 0
                && (text.charAt(last) == 'f' || text.charAt(last) == 'b')
                && text.chars().limit(last).allMatch(Character::isDigit);
    }

    LlvmSymbols.Name register() {
        return registerOf(statement.take());
    }

    LlvmSymbols.Name registerOf(Token token) {
        LlvmSymbols.Name name = LlvmSymbols.REGISTERS.get(token.text());
        if (name == null) {
            throw Statement.unexpected(token, ANY_REGISTER);
        }
        return name;
    }

    Register register(Width width) {
        LlvmSymbols.Name name = LlvmSymbols.REGISTERS.get(statement.peek().text());
        if (name == null || name.width() != width) {
            throw statement.unexpected(
                    width == Width.BITS_64 ? "a 64-bit register, r0 to r10" : "a 32-bit register, w0 to w10");
        }
        statement.take();
        return name.register();
    }

    /** A register that holds a value of a size: below 64 bits under either name. */
    Register register(Size size) {
        return size == Size.DOUBLE ? register(Width.BITS_64) : register().register();
    }

    /** {@code (u32 *)}. */
    Size type() {
        return type(LlvmSymbols.UNSIGNED_TYPES, "a type, u8, u16, u32 or u64");
    }

    Size typeOfAtomic() {
        Token token = statement.peek(1);
        Size size = type();
        if (size.bytes() < Integer.BYTES) {
            throw Statement.unexpected(token, "u32 or u64, the types of atomic operations");
        }
        return size;
    }

    Size type(Map<String, Size> types, String expected) {
        statement.expect("(");
        Size size = types.get(statement.peek().text());
        if (size == null) {
            throw statement.unexpected(expected);
        }
        statement.take();
        statement.expect("*");
        statement.expect(")");
        return size;
    }

    Memory memory() {
        statement.expect("(");
        Memory memory = bareMemory();
        statement.expect(")");
        return memory;
    }

    /** {@code base + offset}, without parentheses. */
    Memory bareMemory() {
        Register base = register(Width.BITS_64);
        boolean hasOffset = statement.at("+") || statement.at("-");
        return new Memory(base, hasOffset ? (int) parser.literal().signed(Short.SIZE) : 0);
    }

    /** The longest operator of a table that the next tokens spell. */
    <T> T operator(Map<String, T> operators, String expected) {
        Token first = statement.peek();
        String text = "";
        while (isPrefix(operators, text + statement.peek().text()) && !statement.atEnd()) {
            text += statement.take().text();
        }
        T operator = operators.get(text);
        if (operator == null) {
            throw Statement.unexpected(first, expected);
        }
        return operator;
    }

    private static boolean isPrefix(Map<String, ?> operators, String text) {
        return operators.keySet().stream().anyMatch(operator -> operator.startsWith(text));
    }

    /** {@code ld_pseudo r1, 1, 5}, as LLVM writes a wide load whose source is not a number. */
    Insn pseudoLoad() {
        Register dst = register(Width.BITS_64);
        statement.expect(",");
        Token number = statement.peek();
        int code = parser.immediate();
        if (code < 0 || code >= WideSource.values().length) {
            throw Statement.unexpected(number, "the source of a wide load, 0 to 6");
        }
        WideSource source = WideSource.values()[code];
        statement.expect(",");
        if (source == WideSource.IMMEDIATE) {
            return Insn.LoadWide.of(dst, parser.literal().signedOrUnsigned(Long.SIZE));
        }
        return new Insn.LoadWide(dst, source, parser.immediate(), 0);
    }
}
