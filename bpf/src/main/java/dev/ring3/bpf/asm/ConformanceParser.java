package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import java.util.function.IntFunction;

/** Reads one statement of {@link Dialect#CONFORMANCE}: a mnemonic and its operands, as {@link ConformanceForms} lists. */
final class ConformanceParser extends StatementParser {
    /** {@code [base+offset]}. */
    record Memory(Register base, int offset) {}

    private static final String EXIT = "exit";

    ConformanceParser(Statement statement, ProgramBuilder program) {
        super(statement, program, Dialect.CONFORMANCE);
    }

    /** Adds what the statement says to the program. */
    void parse() {
        while (statement.peek(1).is(":")) {
            Token name = statement.take();
            if (name.kind() == Token.Kind.SYMBOL || name.text().startsWith("%")) {
                throw Statement.unexpected(name, "a label");
            }
            program.label(name);
            statement.expect(":");
        }
        if (statement.atEnd()) {
            return;
        }
        Token mnemonic = statement.peek();
        ConformanceForms.Form form = ConformanceForms.FORMS.get(mnemonic.text());
        if (form == null) {
            throw statement.unexpected("a mnemonic");
        }
        statement.take();
        form.parse(this, mnemonic.at());
        statement.expectEnd();
    }

    void add(Position at, Insn insn) {
        program.add(at, insn);
    }

    void addJump(Position at, int bits, IntFunction<Insn> jump) {
        program.add(at, target(bits), bits, jump);
    }

    void exit(Position at) {
        program.implicitLabel(EXIT);
        program.add(at, new Insn.Exit());
    }

    void loadWide(Position at) {
        Register dst = register();
        comma();
        if (atWideSource()) {
            wideLoad(at, dst);
        } else if (statement.peek().isName()) {
            throw statement.unexpected("a number, " + WIDE_SOURCES);
        } else {
            program.add(at, Insn.LoadWide.of(dst, literal().signedOrUnsigned(Long.SIZE)));
        }
    }

    /** {@code lock add [%r1], %r2} and {@code lock fetch add [%r1], %r2}. */
    void lock(Position at) {
        boolean fetch = statement.accept("fetch");
        Token name = statement.peek();
        ConformanceNames.Atomic atomic = ConformanceNames.ATOMICS.get((fetch ? "fetch " : "") + name.text());
        if (atomic == null) {
            String expected = fetch ? "add, or, and or xor" : "fetch, add, or, and, xor, xchg or cmpxchg";
            throw statement.unexpected(expected + ", perhaps with 32 behind");
        }
        statement.take();
        Memory memory = memory();
        comma();
        program.add(at, new Insn.Atomic(atomic.size(), atomic.op(), memory.base(), memory.offset(), register()));
    }

    /** A call of a helper says so or not; other kinds of calls always. */
    void call(Position at) {
        if (statement.accept("local")) {
            addJump(at, Integer.SIZE, Insn.CallLocal::new);
        } else if (statement.accept("runtime")) {
            program.add(at, new Insn.CallHost(immediate()));
        } else {
            statement.accept("helper");
            Operand target = operand();
            program.add(
                    at,
                    switch (target) {
                        case Register register -> new Insn.CallRegister(register);
                        case Immediate(int id) -> new Insn.CallHelper(id);
                    });
        }
    }

    Register register() {
        Register register = ConformanceNames.REGISTERS.get(statement.peek().text());
        if (register == null) {
            throw statement.unexpected("a register, %r0 to %r10");
        }
        statement.take();
        return register;
    }

    Operand operand() {
        if (statement.peek().isName()) {
            return register();
        }
        return new Immediate(immediate());
    }

    Memory memory() {
        statement.expect("[");
        Register base = register();
        boolean hasOffset = statement.at("+") || statement.at("-");
        int offset = hasOffset ? (short) bits(Short.SIZE) : 0;
        statement.expect("]");
        return new Memory(base, offset);
    }

    void comma() {
        statement.expect(",");
    }

    @Override
    Target target(int bits) {
        if (statement.at("+") || statement.at("-")) {
            long offset = bits(bits);
            return new Target.Relative(bits == Short.SIZE ? (short) offset : (int) offset);
        }
        Token label = statement.peek();
        if (label.kind() == Token.Kind.SYMBOL
                || label.kind() == Token.Kind.END
                || label.text().startsWith("%")) {
            throw statement.unexpected("a label or an offset such as +3");
        }
        return new Target.Label(statement.take());
    }

    @Override
    int immediate() {
        return (int) bits(Integer.SIZE);
    }

    /** A number that fits a field: signed if it is decimal, in hexadecimal also unsigned. */
    private long bits(int bits) {
        Literal literal = literal();
        return literal.hex() ? literal.signedOrUnsigned(bits) : literal.signed(bits);
    }
}
