package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.WideSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/**
 * The code as a graph: its functions, which follow one another and keep to themselves, where paths join, who calls whom.
 * What can be refused without knowing any value is refused here.
 */
final class ControlFlow {
    private static final String EXIT_HINT =
            "every path of a function ends with exit; check for a missing return or code behind an endless loop";

    private final BpfCode code;
    private final int[] entries; // the first slot of each function, ascending
    private final int[] predecessors; // how many ways lead to a slot
    private final Map<Integer, Set<Integer>> callees = new TreeMap<>();

    private ControlFlow(BpfCode code) {
        this.code = code;
        this.predecessors = new int[code.slotCount()];
        this.entries = findEntries();
    }

    /**
     * The graph of a program.
     *
     * @throws Refusal if it is not well formed; {@code at} is told the place
     */
    static ControlFlow of(BpfCode code, IntConsumer at) {
        ControlFlow flow = new ControlFlow(code);
        BitSet reached = new BitSet();
        for (int entry : flow.entries) {
            flow.walk(entry, reached, at);
        }
        for (int slot = 0; slot < code.slotCount(); slot++) {
            if (code.isInsn(slot) && !reached.get(slot)) {
                at.accept(slot);
                throw new Refusal(
                        Rule.UNREACHABLE_CODE,
                        "no path leads to insn %d".formatted(slot),
                        "compilers remove such code at -O1 and above; hand-written code must not have any");
            }
        }
        flow.refuseRecursion(at);
        return flow;
    }

    private int[] findEntries() {
        TreeSet<Integer> found = new TreeSet<>();
        found.add(0);
        int slot = 0;
        for (Insn insn : code) {
            if (insn instanceof Insn.CallLocal(int offset)) {
                found.add(slot + 1 + offset);
            } else if (insn instanceof Insn.LoadWide load && load.source() == WideSource.CODE) {
                found.add(slot + 1 + load.low());
            }
            slot += insn.slots();
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    private void walk(int entry, BitSet reached, IntConsumer at) {
        int end = functionEnd(entry);
        predecessors[entry]++; // its callers
        ArrayDeque<Integer> pending = new ArrayDeque<>();
        pending.push(entry);
        reached.set(entry);
        while (!pending.isEmpty()) {
            int slot = pending.pop();
            at.accept(slot);
            Insn insn = code.at(slot);
            noteCall(entry, slot, insn);
            for (int next : successors(slot, insn)) {
                if (next < entry || next >= end) {
                    throw new Refusal(
                            Rule.FALLS_OFF,
                            next >= code.slotCount()
                                    ? "the code ends after insn %d without an exit".formatted(slot)
                                    : "insn %d leads out of its function, to insn %d".formatted(slot, next),
                            EXIT_HINT);
                }
                predecessors[next]++;
                if (!reached.get(next)) {
                    reached.set(next);
                    pending.push(next);
                }
            }
        }
    }

    private void noteCall(int entry, int slot, Insn insn) {
        if (insn instanceof Insn.CallLocal(int offset)) {
            callees.computeIfAbsent(entry, _ -> new TreeSet<>()).add(slot + 1 + offset);
        } else if (insn instanceof Insn.LoadWide load && load.source() == WideSource.CODE) {
            callees.computeIfAbsent(entry, _ -> new TreeSet<>()).add(slot + 1 + load.low());
        }
    }

    /** Where a path may go on inside the function. */
    static int[] successors(int slot, Insn insn) {
        return switch (insn) {
            case Insn.Exit _ -> new int[0];
            case Insn.Jump(int offset) -> new int[] {slot + 1 + offset};
            case Insn.JumpLong(int offset) -> new int[] {slot + 1 + offset};
            case Insn.JumpIf jump -> new int[] {slot + 1, slot + 1 + jump.offset()};
            case Insn.MayGoto(int offset) -> new int[] {slot + 1, slot + 1 + offset};
            case Insn other -> new int[] {slot + other.slots()};
        };
    }

    private void refuseRecursion(IntConsumer at) {
        Set<Integer> done = new HashSet<>();
        for (int entry : entries) {
            refuseRecursion(entry, new HashSet<>(), done, at);
        }
    }

    /** As deep as the chain of calls; a cycle ends it. */
    private void refuseRecursion(int entry, Set<Integer> active, Set<Integer> done, IntConsumer at) {
        if (done.contains(entry)) {
            return;
        }
        if (!active.add(entry)) {
            at.accept(entry);
            throw new Refusal(
                    Rule.RECURSION,
                    "the function at insn %d calls itself, directly or through others".formatted(entry),
                    "use a loop");
        }
        for (int callee : callees.getOrDefault(entry, Set.of())) {
            refuseRecursion(callee, active, done, at);
        }
        active.remove(entry);
        done.add(entry);
    }

    /** The first slot of the function that a slot belongs to. */
    int functionOf(int slot) {
        int index = Arrays.binarySearch(entries, slot);
        return entries[index >= 0 ? index : -index - 2];
    }

    private int functionEnd(int entry) {
        int index = Arrays.binarySearch(entries, entry);
        return index + 1 < entries.length ? entries[index + 1] : code.slotCount();
    }

    /** The functions by their first slots, ascending. */
    int[] entries() {
        return entries;
    }

    /** The functions that one calls or takes the address of. */
    Set<Integer> callees(int entry) {
        return callees.getOrDefault(entry, Set.of());
    }

    /** Whether several ways lead to a slot, so that states may be alike there. */
    boolean isJoin(int slot) {
        return predecessors[slot] > 1 || code.at(slot) instanceof Insn.JumpIf;
    }
}
