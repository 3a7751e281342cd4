package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.WideSource;

/** What the parsers of both dialects share: the statement, the program it adds to, and the sources of wide loads. */
abstract sealed class StatementParser permits LlvmParser, ConformanceParser {
    /** The names of RFC 9669 section 5.4 for the sources that are not a plain number. */
    static final String WIDE_SOURCES = "map_by_fd, map_by_idx, map_val, var_addr or code_addr";

    final Statement statement;
    final ProgramBuilder program;
    private final Dialect dialect;

    StatementParser(Statement statement, ProgramBuilder program, Dialect dialect) {
        this.statement = statement;
        this.program = program;
        this.dialect = dialect;
    }

    /** Where a jump goes; a number has to fit the field. */
    abstract Target target(int bits);

    /** A number that fits the field {@code imm}. */
    abstract int immediate();

    final Literal literal() {
        return Literal.read(statement, dialect);
    }

    final boolean atWideSource() {
        return switch (statement.peek().text()) {
            case "map_by_fd", "map_by_idx", "map_val", "var_addr", "code_addr" ->
                statement.peek(1).is("(");
            default -> false;
        };
    }

    /** Adds a wide load of what the statement names next; {@link #atWideSource} says whether it does. */
    final void wideLoad(Position at, Register dst) {
        String name = statement.take().text();
        statement.expect("(");
        if (name.equals("code_addr")) {
            Target function = target(Integer.SIZE);
            statement.expect(")");
            addCodeAddress(at, dst, function);
            return;
        }
        if (name.equals("map_val")) {
            WideSource source = map(WideSource.MAP_VALUE_BY_FD, WideSource.MAP_VALUE_BY_INDEX);
            statement.expect("(");
            int map = immediate();
            statement.expect(")");
            statement.expect(")");
            boolean hasOffset = statement.at("+") || statement.at("-");
            program.add(at, new Insn.LoadWide(dst, source, map, hasOffset ? immediate() : 0));
            return;
        }
        WideSource source = switch (name) {
            case "map_by_fd" -> WideSource.MAP_BY_FD;
            case "map_by_idx" -> WideSource.MAP_BY_INDEX;
            default -> WideSource.VARIABLE;
        };
        int number = immediate();
        statement.expect(")");
        program.add(at, new Insn.LoadWide(dst, source, number, 0));
    }

    final void addCodeAddress(Position at, Register dst, Target function) {
        program.add(at, function, Integer.SIZE, offset -> new Insn.LoadWide(dst, WideSource.CODE, offset, 0));
    }

    private WideSource map(WideSource byFd, WideSource byIndex) {
        if (statement.accept("map_by_fd")) {
            return byFd;
        }
        if (statement.accept("map_by_idx")) {
            return byIndex;
        }
        throw statement.unexpected("map_by_fd or map_by_idx");
    }
}
