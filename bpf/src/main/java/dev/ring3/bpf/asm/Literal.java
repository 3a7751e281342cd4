package dev.ring3.bpf.asm;

import java.math.BigInteger;

/**
 * An integer as written, before it has to fit a field.
 *
 * @param at its first token, where errors point
 * @param hex written in hexadecimal
 */
record Literal(Token at, BigInteger value, boolean hex) {
    /** No number of 64 bits is longer, {@code 0b} and 64 digits; the limit keeps the parsing of any source linear. */
    private static final int CHARS_MAX = 66;

    /**
     * Reads a number with its signs, in {@link Dialect#LLVM} also a sum of numbers, as its assembler accepts.
     *
     * @throws AssemblyException if there is none, or a term is longer than 64 bits
     */
    static Literal read(Statement statement, Dialect dialect) {
        Token first = statement.peek();
        boolean negative = false;
        while (statement.at("+") || statement.at("-")) {
            negative ^= statement.take().is("-");
        }
        Token digits = statement.peek();
        BigInteger value = magnitude(statement, dialect);
        if (negative) {
            value = value.negate();
        }
        while (dialect == Dialect.LLVM && (statement.at("+") || statement.at("-"))) {
            boolean minus = statement.take().is("-");
            BigInteger term = magnitude(statement, dialect);
            value = minus ? value.subtract(term) : value.add(term);
        }
        return new Literal(first, value, isHex(digits.text()));
    }

    /**
     * The value, which has to fit a signed field.
     *
     * @param bits the width of the field, at most 64
     */
    long signed(int bits) {
        return require(bits, bits - 1);
    }

    /** The value, which has to fit a field as a signed or as an unsigned number; what it holds is the low bits. */
    long signedOrUnsigned(int bits) {
        return require(bits, bits);
    }

    private long require(int bits, int bitsUnsigned) {
        BigInteger least = BigInteger.ONE.shiftLeft(bits - 1).negate();
        BigInteger most = BigInteger.ONE.shiftLeft(bitsUnsigned).subtract(BigInteger.ONE);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new AssemblyException(
                    at.at(),
                    "found %s, expected a number of %d bits, %s to %s"
                            .formatted(written(value), bits, written(least), written(most)));
        }
        return value.longValue();
    }

    /** A number in the base of this one. */
    private String written(BigInteger number) {
        return hex ? (number.signum() < 0 ? "-0x" : "0x") + number.abs().toString(16) : number.toString();
    }

    private static BigInteger magnitude(Statement statement, Dialect dialect) {
        Token token = statement.peek();
        if (token.kind() != Token.Kind.NUMBER) {
            throw statement.unexpected("a number");
        }
        statement.take();
        String text = token.text();
        if (text.length() > CHARS_MAX) {
            throw Statement.unexpected(token, "a number of at most 64 bits");
        }
        try {
            BigInteger value = parse(text, dialect);
            if (value.bitLength() > Long.SIZE) {
                throw Statement.unexpected(token, "a number of at most 64 bits");
            }
            return value;
        } catch (NumberFormatException e) {
            throw Statement.unexpected(token, "a number");
        }
    }

    private static BigInteger parse(String text, Dialect dialect) {
        if (isHex(text)) {
            return new BigInteger(text.substring(2), 16);
        }
        if (dialect == Dialect.LLVM && (text.startsWith("0b") || text.startsWith("0B"))) {
            return new BigInteger(text.substring(2), 2);
        }
        if (dialect == Dialect.LLVM && text.length() > 1 && text.startsWith("0")) {
            return new BigInteger(text, 8);
        }
        return new BigInteger(text);
    }

    private static boolean isHex(String text) {
        return text.startsWith("0x") || text.startsWith("0X");
    }
}
