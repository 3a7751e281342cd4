package dev.ring3.cli;

import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.object.LinkedFunction;
import dev.ring3.bpf.verifier.Verdict;
import java.util.List;

/**
 * The control-flow graph of a program in the language of Graphviz, with what the verifier saw of it: the block of the
 * refusal and the branches that lead to it are red, what was not looked at is grey.
 *
 * @param program whose graph
 * @param verdict on it
 * @param log what the verifier looked at
 * @param dialect how to write instructions
 */
record GraphText(Candidate.Complete program, Verdict verdict, StateLog log, Dialect dialect) {
    private static final String RED = "\"#c00000\"";
    private static final String REFUSED = ", color=" + RED + ", penwidth=3, fillcolor=\"#ffe0e0\"";
    private static final String UNSEEN = ", color=\"#909090\", fontcolor=\"#909090\"";

    @Override
    public String toString() {
        ControlGraph graph = ControlGraph.of(program.subject().code());
        StringBuilder text = new StringBuilder("digraph ").append(quote(program.name()));
        text.append(" {\n  label=").append(quote(title())).append(";\n  labelloc=t;\n");
        text.append("  node [shape=box, style=filled, fillcolor=white, fontname=monospace];\n");
        text.append("  edge [fontname=monospace];\n");
        for (LinkedFunction function : program.functions()) {
            text.append(
                    "  subgraph cluster_%d {\n    label=%s;\n".formatted(function.startSlot(), quote(function.name())));
            int end = function.startSlot() + function.slots();
            graph.blocks().stream()
                    .filter(block -> block.startSlot() >= function.startSlot() && block.startSlot() < end)
                    .forEach(block -> text.append("    ").append(node(block)));
            text.append("  }\n");
        }
        if (program.functions().isEmpty()) {
            graph.blocks().forEach(block -> text.append("  ").append(node(block)));
        }
        for (ControlGraph.Block block : graph.blocks()) {
            block.edges().forEach(edge -> text.append("  ").append(edge(block, edge)));
        }
        return text.append("}\n").toString();
    }

    private String title() {
        String name = "%s, type %s: "
                .formatted(program.name(), program.subject().type().name());
        return switch (verdict) {
            case Verdict.Accepted _ -> name + "accepted";
            case Verdict.Rejected rejected ->
                name + "refused at insn %d: %s".formatted(rejected.slot(), rejected.problem());
        };
    }

    private String node(ControlGraph.Block block) {
        int visits = log.visits(block.startSlot());
        StringBuilder label = new StringBuilder();
        BpfCode code = program.subject().code();
        InsnText insns = new InsnText(program, dialect);
        String source = "";
        for (int slot = block.startSlot();
                slot < block.endSlot();
                slot += code.at(slot).slots()) {
            String line = insns.source(slot);
            if (!line.isEmpty() && !line.equals(source)) {
                label.append(escaped("; " + line)).append("\\l");
            }
            source = line;
            label.append(escaped(insns.at(slot))).append("\\l");
        }
        label.append(visits == 0 ? "not looked at" : VerdictText.count(visits, "state"))
                .append("\\r");
        String style = isRefused(block) ? REFUSED : visits == 0 ? UNSEEN : "";
        return "b%d [label=\"%s\"%s];\n".formatted(block.startSlot(), label, style);
    }

    private boolean isRefused(ControlGraph.Block block) {
        return verdict instanceof Verdict.Rejected rejected
                && rejected.slot() >= block.startSlot()
                && rejected.slot() < block.endSlot();
    }

    private String edge(ControlGraph.Block from, ControlGraph.Edge edge) {
        boolean branches = from.edges().size() > 1;
        String style = switch (edge.kind()) {
            case JUMPS -> branches ? "label=\"yes\"" : "";
            case GOES_ON -> branches && isBranch(from) ? "label=\"no\"" : "";
            case CALLS -> "style=dashed, label=\"call\"";
            case REFERS -> "style=dotted, label=\"address\"";
        };
        String colour = isOnPath(from, edge) ? (style.isEmpty() ? "" : ", ") + "color=" + RED + ", penwidth=2" : "";
        return "b%d -> b%d [%s%s];\n".formatted(from.startSlot(), edge.toSlot(), style, colour);
    }

    private static boolean isBranch(ControlGraph.Block block) {
        return block.edges().stream().anyMatch(edge -> edge.kind() == ControlGraph.EdgeKind.JUMPS);
    }

    private boolean isOnPath(ControlGraph.Block from, ControlGraph.Edge edge) {
        List<Verdict.PathStep> path = verdict instanceof Verdict.Rejected rejected ? rejected.path() : List.of();
        boolean jumps = edge.kind() == ControlGraph.EdgeKind.JUMPS;
        return edge.kind() != ControlGraph.EdgeKind.REFERS
                && path.stream()
                        .anyMatch(step -> step.slot() >= from.startSlot()
                                && step.slot() < from.endSlot()
                                && (edge.kind() == ControlGraph.EdgeKind.CALLS
                                        ? isCallTo(step.slot(), edge)
                                        : step.taken() == jumps && isBranch(from)));
    }

    private boolean isCallTo(int slot, ControlGraph.Edge edge) {
        return program.subject().code().at(slot) instanceof Insn.CallLocal(int offset)
                && slot + 1 + offset == edge.toSlot();
    }

    private static String quote(String text) {
        return "\"" + escaped(text) + "\"";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ");
    }
}
