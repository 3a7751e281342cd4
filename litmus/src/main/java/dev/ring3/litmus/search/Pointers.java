package dev.ring3.litmus.search;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Operand;
import dev.ring3.bpf.insn.Register;
import dev.ring3.litmus.Accesses;
import dev.ring3.litmus.LitmusTest.Line;
import java.util.Arrays;

/**
 * Which locations an access may be to, found without running the test: an address stays within its location, or the
 * execution ends there, so that what is added to it does not matter. For each thread and place in the code, a register has
 * the locations, as bits, of which it may hold an address.
 */
final class Pointers {
    /** More locations than bits, or an address that came from nobody knows where. */
    static final long ANYWHERE = -1L;

    private final Program program;
    private final long[][] bases;

    /** What memory may hold addresses of. */
    private long inMemory;

    Pointers(Program program) {
        this.program = program;
        this.bases = new long[program.code.length][];
        program.locations.forEach(
                location -> location.initial().forEach(value -> inMemory |= mask(program.datum(value))));
        long before;
        do {
            before = inMemory;
            for (int t = 0; t < bases.length; t++) {
                bases[t] = follow(t);
            }
        } while (before != inMemory);
    }

    /** The locations that the access at a place in the code may be to; none if it is no access. */
    long base(int t, int at) {
        return bases[t][at];
    }

    private static long mask(Datum datum) {
        return datum instanceof Datum.Addr(int location, long _)
                ? location < Long.SIZE - 1 ? 1L << location : ANYWHERE
                : 0;
    }

    private long[] follow(int t) {
        Line[] code = program.code[t];
        long[] accessed = new long[code.length];
        long[][] registers = new long[code.length + 1][Register.COUNT];
        boolean[] reached = new boolean[code.length + 1];
        boolean calls = Arrays.stream(code).anyMatch(line -> line.insn() instanceof Insn.CallLocal);
        if (calls) { // what a function is called with is not followed
            for (int i = 0; i < code.length; i++) {
                accessed[i] = Accesses.base(code[i].insn()) == null ? 0 : ANYWHERE;
                inMemory |= Accesses.stores(code[i].insn()) ? ANYWHERE : 0;
            }
            return accessed;
        }
        for (int r = 0; r < Register.COUNT; r++) {
            registers[0][r] = mask(program.initial[t][r]);
        }
        reached[0] = true;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int i = 0; i < code.length; i++) {
                if (reached[i]) {
                    long[] after = registers[i].clone();
                    accessed[i] = step(code[i].insn(), after);
                    boolean falls = !(code[i].insn() instanceof Insn.Jump
                            || code[i].insn() instanceof Insn.JumpLong
                            || code[i].insn() instanceof Insn.Exit);
                    changed |= falls && merge(registers, reached, i + 1, after);
                    changed |= code[i].target() >= 0 && merge(registers, reached, code[i].target(), after);
                }
            }
        }
        return accessed;
    }

    private static boolean merge(long[][] registers, boolean[] reached, int at, long[] more) {
        boolean changed = !reached[at];
        reached[at] = true;
        for (int r = 0; r < Register.COUNT; r++) {
            long merged = registers[at][r] | more[r];
            changed |= merged != registers[at][r];
            registers[at][r] = merged;
        }
        return changed;
    }

    /** What registers hold behind an instruction; the result is what it accesses. */
    private long step(Insn insn, long[] registers) {
        Register base = Accesses.base(insn);
        long accessed = base == null ? 0 : registers[base.number()];
        switch (insn) {
            case Insn.Alu alu -> {
                long right = held(alu.source(), registers);
                int dst = alu.dst().number();
                boolean zero = alu.op() == AluOp.XOR && alu.source() == alu.dst();
                registers[dst] = zero ? 0 : alu.op() == AluOp.MOV ? right : registers[dst] | right;
            }
            case Insn.MoveSignExtend move ->
                registers[move.dst().number()] = registers[move.source().number()];
            case Insn.LoadWide wide -> registers[wide.dst().number()] = 0;
            case Insn.Load load -> registers[load.dst().number()] = inMemory;
            case Insn.LoadAcquire load -> registers[load.dst().number()] = inMemory;
            case Insn.Store store -> inMemory |= held(store.value(), registers);
            case Insn.StoreRelease store -> inMemory |= held(store.source(), registers);
            case Insn.Atomic atomic -> {
                inMemory |= held(atomic.source(), registers);
                if (atomic.op() == AtomicOp.COMPARE_EXCHANGE) {
                    registers[0] = inMemory;
                } else if (atomic.op().fetches()) {
                    registers[atomic.source().number()] = inMemory;
                }
            }
            default -> {}
        }
        return accessed;
    }

    private static long held(Operand operand, long[] registers) {
        return operand instanceof Register register ? registers[register.number()] : 0;
    }
}
