package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.Insn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The loops of a function, and where its instructions are counted. Fuel is tested at gates alone: where the function
 * begins, where loops do, and behind calls. At a gate there must be enough for the longest way to the next one, so that
 * blocks on the way only take theirs.
 *
 * <p>An edge to a block that dominates where the edge comes from closes a loop, of which that block is the header. An
 * edge back in a depth-first walk to another block closes a cycle with several entries; that block is a gate too.
 */
final class JitLoops {
    /** In shorter turns HotSpot has a register left for the fuel; there, what waits for it costs nothing. */
    private static final int LONG_TURN_INSNS = 16;

    private final JitFunction function;
    private final Map<Integer, Integer> places = new HashMap<>(); // in the order of the walk, by first slots
    private final List<JitFunction.Block> order = new ArrayList<>(); // reverse postorder
    private final int[] dominators; // by places, the place of the immediate dominator
    private final BitSet headers = new BitSet(); // of loops, by first slots
    private final BitSet cycles = new BitSet(); // where any way goes back to, by first slots
    private final BitSet gates = new BitSet(); // by first slots
    private final Map<Integer, Integer> needs = new HashMap<>(); // by first slots
    private final Map<Integer, Integer> turns = new HashMap<>(); // the cost of a turn of simple loops, by first slots
    private final BitSet counting = new BitSet(); // simple loops that end at a number they count to, by first slots
    private final Map<Integer, Integer> headerOf = new HashMap<>(); // of blocks in long simple loops, by first slots
    private final BitSet always = new BitSet(); // blocks in those that each turn comes by, by first slots

    JitLoops(JitFunction function) {
        this.function = function;
        Map<Integer, JitFunction.Block> blocks = new HashMap<>();
        function.blocks.forEach(block -> blocks.put(block.start(), block));
        walk(blocks);
        this.dominators = new int[order.size()];
        findDominators();
        findGates();
        findNeeds();
        headers.stream().forEach(this::findTurn);
    }

    /** Whether a jump from one block to another begins a loop anew. */
    boolean isBackEdge(int from, int to) {
        return headers.get(to) && dominates(place(to), place(from));
    }

    /** Whether a loop begins at a block. */
    boolean isHeader(int start) {
        return headers.get(start);
    }

    /** Whether a block is where a walk comes back to; every cycle has such a block. */
    boolean isCycleEntry(int start) {
        return cycles.get(start);
    }

    boolean isGate(int start) {
        return gates.get(start);
    }

    /** The most instructions from a block's start to the next gate. */
    int need(int start) {
        return Objects.requireNonNull(needs.get(start), "every block is walked");
    }

    /** The most instructions of a turn of a loop that has no other loop and no call in it; 0 if it is not such a loop. */
    int turn(int header) {
        return turns.getOrDefault(header, 0);
    }

    /** Whether a loop ends by comparing with a fixed number what changes by a constant in each turn. */
    boolean isCounting(int header) {
        return counting.get(header);
    }

    /** The simple loop of long turns that a block is in, by where it begins; -1 for none. */
    int longLoop(int start) {
        return headerOf.getOrDefault(start, -1);
    }

    /** Whether a block is in such a loop and each whole turn of it comes by. */
    boolean isAlways(int start) {
        return always.get(start);
    }

    /** The instructions that each turn of such a loop executes in any case. */
    int alwaysInTurn(int header) {
        return always(header, order.size() - 1);
    }

    /** Those of them that a turn has executed which is at the end of a block. */
    int alwaysUpTo(int start) {
        return always(longLoop(start), place(start));
    }

    /** Of blocks that each turn comes by, those that come first in the walk are passed first. */
    private int always(int header, int lastPlace) {
        int insns = 0;
        for (int place = place(header); place <= lastPlace; place++) {
            JitFunction.Block block = order.get(place);
            insns += always.get(block.start()) && longLoop(block.start()) == header ? block.insns() : 0;
        }
        return insns;
    }

    private int place(int start) {
        return Objects.requireNonNull(places.get(start), "every block is walked");
    }

    private void walk(Map<Integer, JitFunction.Block> blocks) {
        List<JitFunction.Block> postorder = new ArrayList<>();
        List<JitFunction.Block> path = new ArrayList<>();
        List<List<Integer>> ahead = new ArrayList<>();
        BitSet seen = new BitSet();
        seen.set(function.entry);
        JitFunction.Block entry = Objects.requireNonNull(blocks.get(function.entry));
        path.add(entry);
        ahead.add(new ArrayList<>(function.successors(entry)));
        while (!path.isEmpty()) {
            List<Integer> open = ahead.getLast();
            if (open.isEmpty()) {
                postorder.add(path.removeLast());
                ahead.removeLast();
                continue;
            }
            int next = open.removeLast();
            if (!seen.get(next)) {
                seen.set(next);
                JitFunction.Block block = Objects.requireNonNull(blocks.get(next), "jumps lead to blocks");
                path.add(block);
                ahead.add(new ArrayList<>(function.successors(block)));
            }
        }
        for (JitFunction.Block block : postorder.reversed()) {
            places.put(block.start(), order.size());
            order.add(block);
        }
    }

    /** Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm. */
    private void findDominators() {
        Arrays.fill(dominators, -1);
        dominators[0] = 0;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int from = 0; from < order.size(); from++) {
                for (int successor : function.successors(order.get(from))) {
                    int to = place(successor);
                    int met = to == 0 ? 0 : dominators[to] < 0 ? from : common(dominators[to], from);
                    changed |= met != dominators[to];
                    dominators[to] = met;
                }
            }
        }
    }

    private int common(int left, int right) {
        int one = left;
        int other = right;
        while (one != other) {
            if (one > other) {
                one = dominators[one];
            } else {
                other = dominators[other];
            }
        }
        return one;
    }

    private boolean dominates(int place, int of) {
        int at = of;
        while (at > place) {
            at = dominators[at];
        }
        return at == place;
    }

    private void findGates() {
        gates.set(function.entry);
        for (JitFunction.Block block : order) {
            int from = place(block.start());
            boolean calls = block.insns() > 0 && endsWithCall(block);
            for (int successor : function.successors(block)) {
                int to = place(successor);
                if (calls) {
                    gates.set(successor);
                }
                if (to <= from) {
                    gates.set(successor);
                    cycles.set(successor);
                    headers.set(successor, dominates(to, from) || headers.get(successor));
                }
            }
        }
    }

    private boolean endsWithCall(JitFunction.Block block) {
        return JitFunction.isCall(function.code.at(function.lastSlot(block)));
    }

    private void findNeeds() {
        for (JitFunction.Block block : order.reversed()) {
            int behind = 0;
            for (int successor : function.successors(block)) {
                if (!gates.get(successor)) {
                    behind = Math.max(behind, need(successor));
                }
            }
            needs.put(block.start(), block.insns() + behind);
        }
    }

    private void findTurn(int header) {
        BitSet body = body(header);
        int[] longest = new int[order.size()];
        for (int place = body.length() - 1; place >= place(header); place--) {
            JitFunction.Block block = order.get(place);
            if (!body.get(place)) {
                continue;
            }
            if (block.start() != header && gates.get(block.start())) {
                return;
            }
            int behind = 0;
            for (int successor : function.successors(block)) {
                int to = place(successor);
                behind = Math.max(behind, to > place && body.get(to) ? longest[to] : 0);
            }
            longest[place] = block.insns() + behind;
        }
        turns.put(header, longest[place(header)]);
        counting.set(header, isCounting(body));
        if (longest[place(header)] >= LONG_TURN_INSNS && body.stream().noneMatch(place -> mayEnd(order.get(place)))) {
            findAlways(header, body);
        }
    }

    /** Whether a block may end the program in the middle of a turn. */
    private boolean mayEnd(JitFunction.Block block) {
        Insn last = function.code.at(function.lastSlot(block));
        return last instanceof Insn.LoadPacketAbsolute || last instanceof Insn.LoadPacketIndirect;
    }

    private void findAlways(int header, BitSet body) {
        body.stream().forEach(place -> headerOf.put(order.get(place).start(), header));
        body.stream()
                .filter(place -> body.stream().allMatch(from -> dominates(place, from) || !goesRound(from, header)))
                .forEach(place -> always.set(order.get(place).start()));
    }

    private boolean goesRound(int from, int header) {
        return function.successors(order.get(from)).contains(header);
    }

    private boolean isCounting(BitSet body) {
        JitWrites writes = new JitWrites();
        body.stream().forEach(place -> writes.add(function.code, order.get(place)));
        return body.stream().anyMatch(place -> {
            JitFunction.Block block = order.get(place);
            boolean leaves = function.successors(block).stream().anyMatch(next -> !body.get(place(next)));
            return leaves
                    && function.code.at(function.lastSlot(block)) instanceof Insn.JumpIf jump
                    && writes.isCounting(jump);
        });
    }

    /** The places of the blocks of a loop: from which its header is reached without passing it. */
    private BitSet body(int header) {
        BitSet body = new BitSet();
        body.set(place(header));
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int from = order.size() - 1; from > place(header); from--) {
                if (body.get(from) || !dominates(place(header), from)) {
                    continue;
                }
                for (int successor : function.successors(order.get(from))) {
                    if (body.get(place(successor))) {
                        body.set(from);
                        changed = true;
                    }
                }
            }
        }
        return body;
    }
}
