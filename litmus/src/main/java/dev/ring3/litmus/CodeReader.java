package dev.ring3.litmus;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.AssemblyException;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.litmus.LitmusTest.Line;
import dev.ring3.litmus.LitmusTest.Reading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the table of code: a column for each thread, a row for each line, {@code |} between cells and {@code ;} behind rows. */
final class CodeReader {
    /** Tests with more threads are refused. */
    static final int THREADS_MAX = 32;

    /** Threads with more lines are refused. */
    static final int LINES_MAX = 512;

    private static final Pattern SECTION = Pattern.compile("(locations|filter|exists|forall|final|~|not\\b|\\()");

    /**
     * The result that a fetch names. An instruction's result goes to its operand; the public tests, and herd, name any
     * register there.
     */
    private static final Pattern FETCH = Pattern.compile(
            "^\\s*([rRwW](?:10|[0-9]))\\s*=(\\s*atomic_fetch_\\w+\\s*\\(.*,\\s*)([rRwW](?:10|[0-9]))(\\s*\\)\\s*)$");

    private static final Pattern REGISTER = Pattern.compile("\\b(R(?:10|[0-9])|W(?:10|[0-9])|FP|fp)\\b");

    /** A cell: from one position to another. */
    private record Cell(int from, int to) {}

    private final TestText text;
    private final Reading reading;
    private final List<Integer> processors = new ArrayList<>();
    private final List<List<Cell>> columns = new ArrayList<>();

    CodeReader(TestText text, Reading reading) {
        this.text = text;
        this.reading = reading;
    }

    List<Integer> processors() {
        return processors;
    }

    /** Reads up to what is no row. */
    void readTable() {
        text.skipBlanks();
        if (text.charAt(text.position()) == ';') { // which may end the initial state
            text.moveTo(text.position() + 1);
        }
        for (Cell cell : row()) {
            String name = content(cell);
            if (!name.matches("P[0-9]{1,6}")) {
                throw text.errorAt(start(cell), "expected the name of a thread such as P0, found '%s'".formatted(name));
            }
            int processor = Integer.parseInt(name.substring(1));
            if (processors.contains(processor)) {
                throw text.errorAt(start(cell), "two threads are called %s".formatted(name));
            }
            processors.add(processor);
            columns.add(new ArrayList<>());
        }
        if (processors.size() > THREADS_MAX) {
            throw text.errorAt(
                    text.position(),
                    "the test has %d threads, and %d are the most".formatted(processors.size(), THREADS_MAX));
        }
        text.skipBlanks();
        while (text.position() < text.length() && !atSection()) {
            int start = text.position();
            List<Cell> cells = row();
            if (cells.size() != processors.size()) {
                throw text.errorAt(
                        start, "the row has %d cells for %d threads".formatted(cells.size(), processors.size()));
            }
            for (int i = 0; i < cells.size(); i++) {
                columns.get(i).add(cells.get(i));
            }
            text.skipBlanks();
        }
    }

    private boolean atSection() {
        int end = Math.min(text.length(), text.position() + 12);
        return SECTION.matcher(text.substring(text.position(), end)).lookingAt();
    }

    /** The cells up to the next semicolon; a bar before {@code =} is an operator. */
    private List<Cell> row() {
        List<Cell> cells = new ArrayList<>();
        int from = text.position();
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '|' && text.charAt(at + 1) != '=') {
                cells.add(new Cell(from, at));
                from = at + 1;
            } else if (c == ';') {
                cells.add(new Cell(from, at));
                text.moveTo(at + 1);
                return cells;
            }
        }
        throw text.errorAt(text.position(), "a row of code without the ';' behind it");
    }

    private int start(Cell cell) {
        int at = cell.from();
        while (at < cell.to() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private String content(Cell cell) {
        return text.substring(cell.from(), cell.to()).strip();
    }

    /** The code of a thread, by its place among the threads. */
    List<Line> thread(int column) {
        List<Cell> cells = columns.get(column);
        if (cells.size() > LINES_MAX) {
            throw text.errorAt(cells.get(LINES_MAX).from(), "a thread has more than %d lines".formatted(LINES_MAX));
        }
        StringBuilder source = new StringBuilder();
        List<Cell> withInsn = new ArrayList<>();
        for (Cell cell : cells) {
            String line = normalised(content(cell).replaceAll("\\s+", " "));
            source.append(line).append('\n');
            String insn = line.replaceFirst("^(\\s*[A-Za-z_.0-9]+\\s*:(?!:))*", "");
            if (!insn.isBlank()) {
                withInsn.add(cell);
            }
        }
        List<Insn> insns = assemble(source.toString(), cells);
        if (insns.size() != withInsn.size()) {
            throw text.errorAt(start(cells.getFirst()), "a cell holds one instruction");
        }
        return lines(insns, withInsn);
    }

    private List<Insn> assemble(String source, List<Cell> cells) {
        try {
            return Assembler.assembleUnlinked(source, Dialect.LLVM).insns();
        } catch (AssemblyException problem) {
            Cell cell = cells.get(Math.clamp(problem.line() - 1L, 0, cells.size() - 1));
            int position = Math.min(start(cell) + problem.column() - 1, Math.max(start(cell), cell.to()));
            String message = String.valueOf(problem.getMessage()).replaceFirst("^line \\d+, column \\d+: ", "");
            throw text.errorAt(position, message);
        }
    }

    private String normalised(String line) {
        String renamed = REGISTER.matcher(line).replaceAll(match -> switch (match.group()) {
            case "FP", "fp" -> "r10";
            case String other -> other.toLowerCase(java.util.Locale.ROOT);
        });
        renamed = renamed.replaceAll("\\b(cmp)?xchg_32_32\\b", "$1xchg32_32")
                .replaceAll("\\bcmpxchg_32\\b", "cmpxchg32_32");
        Matcher fetch = FETCH.matcher(renamed);
        if (fetch.matches()) {
            return fetch.group(3) + " =" + fetch.group(2) + fetch.group(3) + fetch.group(4);
        }
        return renamed;
    }

    private List<Line> lines(List<Insn> insns, List<Cell> cells) {
        Map<Integer, Integer> bySlot = new HashMap<>();
        int slot = 0;
        for (int i = 0; i < insns.size(); i++) {
            bySlot.put(slot, i);
            slot += insns.get(i).slots();
        }
        bySlot.put(slot, insns.size());
        List<Line> lines = new ArrayList<>();
        slot = 0;
        for (int i = 0; i < insns.size(); i++) {
            Insn insn = insns.get(i);
            Cell cell = cells.get(i);
            slot += insn.slots();
            int position = start(cell);
            Integer target = switch (insn) {
                case Insn.Jump jump -> bySlot.get(slot + jump.offset());
                case Insn.JumpLong jump -> bySlot.get(slot + jump.offset());
                case Insn.JumpIf jump -> bySlot.get(slot + jump.offset());
                case Insn.CallLocal call -> bySlot.get(slot + call.offset());
                default -> Integer.valueOf(-1);
            };
            requireMeaning(insn, position);
            if (target == null) {
                throw text.errorAt(position, "the jump leaves the thread");
            }
            lines.add(new Line(insn, target, text.line(position), text.column(position), content(cell)));
        }
        return lines;
    }

    /** What a test of memory cannot do: call the host, reach maps and packets, or loop without an end of its own. */
    private void requireMeaning(Insn insn, int position) {
        String problem = switch (insn) {
            case Insn.CallHelper _, Insn.CallHost _, Insn.CallRegister _ ->
                "calls of the host have no meaning in a test";
            case Insn.LoadPacketAbsolute _, Insn.LoadPacketIndirect _ -> "a test has no packet";
            case Insn.MayGoto _ -> "may_goto has no meaning in a test";
            case Insn.LoadWide wide
            when wide.source() != dev.ring3.bpf.insn.WideSource.IMMEDIATE ->
                "a test has neither maps nor variables of the host";
            case Insn.Alu _,
                    Insn.MoveSignExtend _,
                    Insn.Negate _,
                    Insn.ByteSwap _,
                    Insn.Jump _,
                    Insn.JumpLong _,
                    Insn.JumpIf _,
                    Insn.CallLocal _,
                    Insn.Exit _,
                    Insn.Load _,
                    Insn.Store _,
                    Insn.Atomic _,
                    Insn.LoadAcquire _,
                    Insn.StoreRelease _,
                    Insn.LoadWide _ -> "";
        };
        if (!problem.isEmpty()) {
            throw text.errorAt(position, problem);
        }
        if (insn instanceof Insn.Load load && load.signed() && reading == Reading.HERD) {
            throw text.errorAt(position, "herd has no sign-extending load");
        }
    }
}
