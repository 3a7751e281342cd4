package dev.ring3.bpf.verifier;

import dev.ring3.bpf.insn.BpfCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks all paths of a program, depth first, and ends those that add nothing.
 *
 * <p>Depth first matters: a checkpoint that has open paths then always lies on the way to the current state.
 */
final class Explorer {
    /** A checkpoint is worth its cost after so many branches and instructions. */
    private static final int BRANCHES_MIN = 2;

    private static final int INSNS_MIN = 8;

    /** In a loop that is being explored, states rarely cover each other: fewer are kept. */
    private static final int LOOP_BRANCHES_MIN = 20;

    private static final int LOOP_INSNS_MIN = 100;

    /** A checkpoint that was compared so often in vain, beyond three times its hits, is dropped. */
    private static final int MISSES_MAX = 3;

    /** Where the runtime bounds the loop, the state repeats after some rounds of widening: it is waited for. */
    private static final int LOOP_MISSES_MAX = 64;

    /** A path that ended because a checkpoint covers it, whose dependencies may not be final yet. */
    private record Edge(Checkpoint covering, State covered) {}

    private final Analysis analysis;
    private final StateComparison comparison;
    private final Propagation propagation;
    private final Steps steps;
    private final ArrayDeque<State> pending = new ArrayDeque<>();
    private final List<Edge> edges = new ArrayList<>();
    private final @Nullable List<Checkpoint>[] checkpoints;
    private int states;
    private int statesPeak;
    private int statesTotal;

    Explorer(Analysis analysis) {
        this.analysis = analysis;
        this.comparison = new StateComparison(analysis.liveness);
        this.propagation = new Propagation(comparison);
        this.steps = new Steps(analysis, this::branch);
        this.checkpoints = newLists(analysis.code().slotCount());
    }

    @SuppressWarnings("unchecked")
    private static @Nullable List<Checkpoint>[] newLists(int size) {
        return (List<Checkpoint>[]) new List<?>[size];
    }

    int statesPeak() {
        return statesPeak;
    }

    int statesTotal() {
        return statesTotal;
    }

    /** Walks everything that follows from a state. */
    void explore(State first) {
        pending.push(first);
        while (!pending.isEmpty()) {
            walk(pending.pop());
        }
    }

    /** Another way that a path may go on, to be walked later. */
    private void branch(State state) {
        if (state.parent != null) {
            state.parent.openPaths++;
        }
        pending.push(state);
    }

    private void walk(State state) {
        BpfCode code = analysis.code();
        while (true) {
            analysis.begin(state);
            if ((analysis.isLoopPoint(state.slot) || analysis.flow.isJoin(state.slot)) && isCovered(state)) {
                break;
            }
            analysis.observe(state);
            state.insns++;
            int next = steps.step(state, code.at(state.slot));
            if (next == Steps.END) {
                break;
            }
            state.slot = next;
        }
        close(state.parent);
    }

    /** A path from a checkpoint has ended. */
    private void close(@Nullable Checkpoint last) {
        boolean loopDone = false;
        for (Checkpoint at = last; at != null && --at.openPaths == 0; at = at.parent) {
            loopDone |= at.loop == at;
        }
        if (loopDone && !edges.isEmpty()) {
            settle();
        }
    }

    /** Marks what paths that ended in a loop depend on, now that this is known, until nothing changes. */
    private void settle() {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Edge edge : edges) {
                changed |= propagation.propagate(edge.covering().state, edge.covered());
            }
        }
        edges.removeIf(edge -> edge.covering().isComplete() && edge.covering().isSettled());
    }

    private boolean isCovered(State state) {
        List<Checkpoint> list = checkpoints[state.slot];
        if (list == null) {
            list = new ArrayList<>(2);
            checkpoints[state.slot] = list;
        }
        boolean loopPoint = analysis.isLoopPoint(state.slot);
        boolean worthIt = loopPoint || (state.branches >= BRANCHES_MIN && state.insns >= INSNS_MIN);
        Checkpoint before = null;
        for (int i = list.size() - 1; i >= 0; i--) {
            Checkpoint checkpoint = list.get(i);
            if (!StateComparison.sameCalls(checkpoint.state, state)) {
                continue;
            }
            if (covers(checkpoint, state, loopPoint)) {
                checkpoint.hits++;
                return true;
            }
            int missesMax = MISSES_MAX;
            if (!checkpoint.isComplete()) {
                before = before == null ? checkpoint : before;
                worthIt &= loopPoint || state.branches >= LOOP_BRANCHES_MIN || state.insns >= LOOP_INSNS_MIN;
                missesMax = loopPoint ? LOOP_MISSES_MAX : MISSES_MAX;
            }
            // Where no new one will be kept, the old ones stay: some of a loop's first rounds, and some of its last.
            if (worthIt && ++checkpoint.misses > missesMax * (checkpoint.hits + 1)) {
                list.remove(i);
                states--;
            }
        }
        if (loopPoint && before != null) {
            propagation.widen(before.state, state);
        }
        if (worthIt) {
            keep(state, list, loopPoint);
        }
        return false;
    }

    private boolean covers(Checkpoint checkpoint, State state, boolean loopPoint) {
        if (!checkpoint.isComplete()) {
            if (loopPoint
                    && analysis.wentOn(checkpoint.state, state)
                    && comparison.covers(checkpoint.state, state, StateComparison.Mode.WITHIN)) {
                edges.add(new Edge(checkpoint, state));
                return true;
            }
            if (comparison.covers(checkpoint.state, state, StateComparison.Mode.IDENTICAL)) {
                throw new Refusal(
                        Rule.INFINITE_LOOP,
                        "the loop comes back to insn %d with the same values".formatted(state.slot),
                        "let every way through the loop change what its condition looks at");
            }
            return false;
        }
        if (checkpoint.isSettled()) {
            if (comparison.covers(checkpoint.state, state, StateComparison.Mode.COVERED)) {
                propagation.propagate(checkpoint.state, state);
                return true;
            }
            return false;
        }
        if (comparison.covers(checkpoint.state, state, StateComparison.Mode.WITHIN)) {
            edges.add(new Edge(checkpoint, state));
            return true;
        }
        return false;
    }

    private void keep(State state, List<Checkpoint> list, boolean loopPoint) {
        propagation.beginSection(state);
        Checkpoint checkpoint = new Checkpoint(state.copy(), state.parent, loopPoint);
        state.parent = checkpoint;
        state.branches = 0;
        state.insns = 0;
        list.add(checkpoint);
        statesTotal++;
        states++;
        statesPeak = Math.max(statesPeak, states);
        if (states > analysis.options.statesMax()) {
            throw new Refusal(
                    Rule.TOO_COMPLEX,
                    "more than %d states have to be remembered".formatted(analysis.options.statesMax()),
                    Analysis.COMPLEX_HINT);
        }
    }
}
