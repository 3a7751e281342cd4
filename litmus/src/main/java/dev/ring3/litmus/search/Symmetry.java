package dev.ring3.litmus.search;

import dev.ring3.bpf.insn.AtomicOp;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.litmus.LitmusTest.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Threads that are the same. If each of them writes to one location whatever it reads, then these writes are in some
 * coherence order; only executions in which that is the order of the threads are searched, and the others follow from them
 * by exchanging threads.
 */
final class Symmetry {
    /** So many orders of threads at most are made of one execution. */
    private static final int ORDERS_MAX = 50_000;

    /** Threads that are the same, by their places, and the line of the write that orders them. */
    private record Group(List<Integer> threads, int line) {}

    private final List<Group> groups = new ArrayList<>();
    private final List<int[]> orders;

    Symmetry(Program program) {
        boolean[] grouped = new boolean[program.code.length];
        long count = 1;
        for (int t = 0; t < program.code.length; t++) {
            int line = firstWrite(program, t);
            List<Integer> same = new ArrayList<>(List.of(t));
            for (int other = t + 1; other < program.code.length && line >= 0 && !grouped[t]; other++) {
                if (!grouped[other] && areSame(program, t, other) && count * (same.size() + 1) <= ORDERS_MAX) {
                    same.add(other);
                    count *= same.size();
                    grouped[other] = true;
                }
            }
            if (same.size() > 1) {
                groups.add(new Group(same, line));
            }
        }
        int[] identity = new int[program.code.length];
        Arrays.setAll(identity, t -> t);
        List<int[]> all = new ArrayList<>(List.of(identity));
        for (Group group : groups) {
            List<int[]> more = new ArrayList<>();
            for (int[] order : all) {
                permute(order, group.threads(), 0, more);
            }
            all = more;
        }
        this.orders = all;
    }

    /** All exchanges of threads: at each thread's place, the thread that it takes the part of. */
    List<int[]> orders() {
        return orders;
    }

    private static void permute(int[] order, List<Integer> threads, int from, List<int[]> into) {
        if (from == threads.size()) {
            into.add(order.clone());
            return;
        }
        for (int i = from; i < threads.size(); i++) {
            int[] next = order.clone();
            int kept = next[threads.get(from)];
            next[threads.get(from)] = next[threads.get(i)];
            next[threads.get(i)] = kept;
            permute(next, threads, from + 1, into);
        }
    }

    private static boolean areSame(Program program, int a, int b) {
        Line[] first = program.code[a];
        Line[] second = program.code[b];
        if (first.length != second.length || !Arrays.equals(program.initial[a], program.initial[b])) {
            return false;
        }
        for (int i = 0; i < first.length; i++) {
            if (!first[i].insn().equals(second[i].insn()) || first[i].target() != second[i].target()) {
                return false;
            }
        }
        return true;
    }

    /** The first write of a thread, if it is before any choice and to a location that the thread begins with; or -1. */
    private static int firstWrite(Program program, int t) {
        for (int i = 0; i < program.code[t].length; i++) {
            Register base = null;
            switch (program.code[t][i].insn()) {
                case Insn.Store store -> base = store.base();
                case Insn.StoreRelease store -> base = store.base();
                case Insn.Atomic atomic -> {
                    if (atomic.op() == AtomicOp.COMPARE_EXCHANGE) {
                        return -1;
                    }
                    base = atomic.base();
                }
                case Insn.JumpIf _, Insn.Jump _, Insn.JumpLong _, Insn.CallLocal _, Insn.Exit _ -> {
                    return -1;
                }
                default -> {}
            }
            if (base != null) {
                return program.isConstant(t, base) ? i : -1;
            }
        }
        return -1;
    }

    /** Orders the writes of threads that are the same, once the threads have run up to their first choice. */
    void order(State state) {
        for (Group group : groups) {
            int previous = -1;
            for (int t : group.threads()) {
                for (int e = 0; e < state.n; e++) {
                    if (state.thread[e] == t && state.line[e] == group.line()) {
                        if (previous >= 0) {
                            Bits.add(state.co, state.w, previous, e);
                        }
                        previous = e;
                    }
                }
            }
        }
    }
}
