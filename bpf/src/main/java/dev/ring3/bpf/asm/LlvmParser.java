package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Condition;
import dev.ring3.bpf.insn.Immediate;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Size;
import dev.ring3.bpf.insn.Width;
import java.util.List;
import java.util.Set;

/** Reads one statement of {@link Dialect#LLVM}. */
final class LlvmParser extends StatementParser {
    private static final Set<String> KEYWORDS =
            Set.of("if", "goto", "gotol", "call", "callx", "exit", "lock", "store_release", "ld_pseudo", "may_goto");

    /** Directives of compiler output that change nothing in a program of one section. */
    private static final Set<String> IGNORED_DIRECTIVES =
            Set.of(".text", ".globl", ".global", ".type", ".size", ".file", ".ident", ".p2align", ".addrsig");

    /** Above all helper numbers of the kernel, and below the BTF ids of its functions. */
    private static final int KERNEL_HELPER_MAX = 999;

    /** The opcode of a wide load as the kernel prints it before its instruction. */
    private static final String WIDE_OPCODE = "18";

    private final LlvmOperands operands;

    LlvmParser(Statement statement, ProgramBuilder program) {
        super(statement, program, Dialect.LLVM);
        this.operands = new LlvmOperands(statement, this);
    }

    /** Whether tokens after a semicolon are a statement; otherwise they are a comment. */
    static boolean beginsStatement(List<Token> tokens) {
        int at = 0;
        while (at + 1 < tokens.size() && tokens.get(at + 1).is(":")) {
            at += 2;
        }
        if (at >= tokens.size()) {
            return true;
        }
        Token first = tokens.get(at);
        return first.is("*") || first.text().startsWith(".") || startsInstruction(first);
    }

    private static boolean startsInstruction(Token name) {
        return KEYWORDS.contains(name.text()) || LlvmSymbols.REGISTERS.containsKey(name.text());
    }

    /** Whether tokens end with what the kernel prints before {@code #} in calls of helpers and of its functions. */
    static boolean endsWithKernelCallee(List<Token> tokens) {
        Token last = tokens.getLast();
        boolean function = tokens.size() > 2
                && last.is("function")
                && tokens.get(tokens.size() - 2).is("-")
                && tokens.get(tokens.size() - 3).is("kernel");
        return function || last.text().startsWith("bpf_") || last.is("unknown");
    }

    /** Adds what the statement says to the program. */
    void parse() {
        if (isFunctionHeading()) {
            return;
        }
        while (statement.peek(1).is(":")) {
            labelDefinition();
        }
        if (statement.atEnd() || directive()) {
            return;
        }
        boolean wide = kernelOpcode();
        instruction(wide);
        if (statement.at("<")) {
            annotation();
        }
        statement.expectEnd();
    }

    /** objdump's line before a function, {@code 0000000000000068 <name>:}, which is no label: jumps have offsets. */
    private boolean isFunctionHeading() {
        if (statement.peek().kind() != Token.Kind.NUMBER || !statement.peek(1).is("<")) {
            return false;
        }
        if (!statement.takeAll().is(":")) {
            throw statement.unexpected("':'");
        }
        return true;
    }

    /** What objdump adds to a jump, {@code <name+0x8>}: a comment. */
    private void annotation() {
        if (!statement.takeAll().is(">")) {
            throw statement.unexpected("'>'");
        }
    }

    private void labelDefinition() {
        Token name = statement.take();
        switch (name.kind()) {
            case NAME -> {
                if (LlvmSymbols.REGISTERS.containsKey(name.text())) {
                    throw Statement.unexpected(name, "a label, which is no register");
                }
                program.label(name);
            }
            case NUMBER -> {
                if (!name.text().chars().allMatch(Character::isDigit)) {
                    throw Statement.unexpected(name, "a label, which begins with a letter or is a decimal number");
                }
                program.localLabel(name);
            }
            case SYMBOL, END -> throw Statement.unexpected(name, "a label");
        }
        statement.expect(":");
    }

    private boolean directive() {
        Token name = statement.peek();
        if (!name.text().startsWith(".")) {
            return false;
        }
        if (!IGNORED_DIRECTIVES.contains(name.text())) {
            throw statement.unexpected("an instruction; no directive is known that emits something");
        }
        return true;
    }

    /** The kernel's {@code (b7)} before an instruction; true for that of a wide load, which is not marked otherwise. */
    private boolean kernelOpcode() {
        if (!statement.at("(")) {
            return false;
        }
        statement.take();
        Token opcode = statement.peek();
        if (opcode.text().length() != 2 || !opcode.text().chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
            throw statement.unexpected("an opcode of two hexadecimal digits");
        }
        statement.take();
        statement.expect(")");
        return opcode.is(WIDE_OPCODE);
    }

    private void instruction(boolean wide) {
        Token first = statement.peek();
        Position at = first.at();
        if (!first.is("*") && !startsInstruction(first)) {
            throw statement.unexpected("an instruction");
        }
        statement.take();
        switch (first.text()) {
            case "*" -> store(at);
            case "lock" -> lock(at);
            case "store_release" -> storeRelease(at);
            case "if" -> jumpIf(at);
            case "goto" -> program.add(at, target(Short.SIZE), Short.SIZE, Insn.Jump::new);
            case "gotol" -> program.add(at, target(Integer.SIZE), Integer.SIZE, Insn.JumpLong::new);
            case "call" -> call(at);
            case "callx" -> program.add(at, new Insn.CallRegister(operands.register(Width.BITS_64)));
            case "exit" -> program.add(at, new Insn.Exit());
            case "ld_pseudo" -> program.add(at, operands.pseudoLoad());
            case "may_goto" -> program.add(at, target(Short.SIZE), Short.SIZE, Insn.MayGoto::new);
            default -> new LlvmAssignment(this, operands, first).parse(wide);
        }
    }

    private void store(Position at) {
        Size size = operands.type();
        LlvmOperands.Memory memory = operands.memory();
        statement.expect("=");
        Operand value = operands.registerAhead() ? operands.register(size) : new Immediate(immediate());
        program.add(at, new Insn.Store(size, memory.base(), memory.offset(), value));
    }

    private void lock(Position at) {
        statement.expect("*");
        Size size = operands.typeOfAtomic();
        LlvmOperands.Memory memory = operands.memory();
        AtomicOp op = operands.operator(LlvmSymbols.ATOMIC_OPS, "an atomic operation: +=, |=, &= or ^=");
        Register source = operands.register(size);
        program.add(at, new Insn.Atomic(size, op, memory.base(), memory.offset(), source));
    }

    private void storeRelease(Position at) {
        statement.expect("(");
        Size size = operands.type();
        LlvmOperands.Memory memory = operands.memory();
        statement.expect(",");
        Register source = operands.register(size);
        statement.expect(")");
        program.add(at, new Insn.StoreRelease(size, memory.base(), memory.offset(), source));
    }

    private void jumpIf(Position at) {
        LlvmSymbols.Name left = operands.register();
        Condition condition = operands.operator(LlvmSymbols.CONDITIONS, "a condition such as == or s<");
        Operand right = operand(left.width());
        statement.expect("goto");
        program.add(
                at,
                target(Short.SIZE),
                Short.SIZE,
                offset -> new Insn.JumpIf(left.width(), condition, left.register(), right, offset));
    }

    private void call(Position at) {
        Token callee = statement.peek();
        Token after = statement.peek(1);
        if (!callee.isName() && !operands.localLabelAhead()) {
            program.add(at, new Insn.CallHelper(immediate()));
        } else if (callee.is("btf_id") && (after.kind() == Token.Kind.NUMBER || after.is("-"))) {
            statement.take();
            program.add(at, new Insn.CallHost(immediate()));
        } else if (callee.is("kernel") && after.is("-")) {
            statement.take();
            statement.take();
            statement.expect("function");
            statement.expect("#");
            program.add(at, new Insn.CallHost(immediate()));
        } else if (after.is("#")) {
            program.add(at, kernelHelper());
        } else {
            program.add(at, target(Integer.SIZE), Integer.SIZE, Insn.CallLocal::new);
        }
    }

    private Insn kernelHelper() {
        statement.take();
        statement.take();
        Token number = statement.peek();
        int id = immediate();
        if (id < 0 || id > KERNEL_HELPER_MAX) {
            throw Statement.unexpected(
                    number,
                    "a helper's number up to %d; a BTF id is called by 'call btf_id %d'"
                            .formatted(KERNEL_HELPER_MAX, id));
        }
        return new Insn.CallHelper(id);
    }

    /** The second operand of something that has a width. */
    Operand operand(Width width) {
        return operands.registerAhead() ? operands.register(width) : new Immediate(immediate());
    }

    AluOp aluOp() {
        return operands.operator(LlvmSymbols.ALU_OPS, "an operator such as = or s>>=");
    }

    @Override
    Target target(int bits) {
        Token token = statement.peek();
        if (token.is("pc") && (statement.peek(1).is("+") || statement.peek(1).is("-"))) {
            statement.take();
            return new Target.Relative((int) literal().signed(bits));
        }
        if (token.isName() && !LlvmSymbols.REGISTERS.containsKey(token.text())) {
            return new Target.Label(statement.take());
        }
        if (operands.localLabelAhead()) {
            statement.take();
            String text = token.text();
            String number = text.substring(0, text.length() - 1);
            return new Target.LocalLabel(token, number, text.endsWith("f"));
        }
        if (token.isName() || token.kind() == Token.Kind.END) {
            throw statement.unexpected("a label or an offset such as +3");
        }
        return new Target.Relative((int) literal().signed(bits));
    }

    @Override
    int immediate() {
        return (int) literal().signedOrUnsigned(Integer.SIZE);
    }
}
