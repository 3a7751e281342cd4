package dev.ring3.cli;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.WideSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A program as a graph of basic blocks.
 *
 * @param blocks in the order of the code, which they fill
 */
record ControlGraph(List<Block> blocks) {
    /** How one block leads to another. */
    enum EdgeKind {
        /** A jump that is taken. */
        JUMPS,
        /** On to the next instruction. */
        GOES_ON,
        /** A call, which comes back. */
        CALLS,
        /** The address of a function, for a call later. */
        REFERS
    }

    /** A way to the block that begins at a slot. */
    record Edge(int toSlot, EdgeKind kind) {}

    /**
     * Instructions that are executed one after the other.
     *
     * @param startSlot the first
     * @param endSlot one past the last
     */
    record Block(int startSlot, int endSlot, List<Edge> edges) {}

    static ControlGraph of(BpfCode code) {
        TreeSet<Integer> starts = new TreeSet<>(List.of(0));
        int slot = 0;
        for (Insn insn : code) {
            List<Edge> edges = edges(slot, insn);
            int next = slot + insn.slots();
            for (Edge edge : edges) {
                if (edge.kind() != EdgeKind.GOES_ON) {
                    starts.add(edge.toSlot());
                }
            }
            boolean ends = edges.size() != 1 || edges.getFirst().kind() != EdgeKind.GOES_ON;
            if (ends && edges.stream().noneMatch(ControlGraph::comesBack) && next < code.slotCount()) {
                starts.add(next);
            }
            slot = next;
        }
        List<Block> blocks = new ArrayList<>();
        for (int start : starts) {
            Integer end = starts.higher(start);
            blocks.add(block(code, start, end == null ? code.slotCount() : end));
        }
        return new ControlGraph(blocks);
    }

    private static Block block(BpfCode code, int start, int end) {
        List<Edge> edges = new ArrayList<>();
        for (int slot = start; slot < end; slot += code.at(slot).slots()) {
            int next = slot + code.at(slot).slots();
            for (Edge edge : edges(slot, code.at(slot))) {
                if (edge.kind() != EdgeKind.GOES_ON || (next == end && end < code.slotCount())) {
                    edges.add(edge);
                }
            }
        }
        return new Block(start, end, edges);
    }

    private static boolean comesBack(Edge edge) {
        return edge.kind() == EdgeKind.CALLS || edge.kind() == EdgeKind.REFERS;
    }

    private static List<Edge> edges(int slot, Insn insn) {
        Edge next = new Edge(slot + insn.slots(), EdgeKind.GOES_ON);
        return switch (insn) {
            case Insn.Exit _ -> List.of();
            case Insn.Jump(int offset) -> List.of(new Edge(slot + 1 + offset, EdgeKind.JUMPS));
            case Insn.JumpLong(int offset) -> List.of(new Edge(slot + 1 + offset, EdgeKind.JUMPS));
            case Insn.JumpIf jump -> List.of(next, new Edge(slot + 1 + jump.offset(), EdgeKind.JUMPS));
            case Insn.MayGoto(int offset) -> List.of(next, new Edge(slot + 1 + offset, EdgeKind.JUMPS));
            case Insn.CallLocal(int offset) -> List.of(next, new Edge(slot + 1 + offset, EdgeKind.CALLS));
            case Insn.LoadWide load
            when load.source() == WideSource.CODE -> List.of(next, new Edge(slot + 1 + load.low(), EdgeKind.REFERS));
            case Insn _ -> List.of(next);
        };
    }
}
