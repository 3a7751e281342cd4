package dev.ring3.cli;

import dev.ring3.linux.RunningProcess;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Processes below their parents. The list is not one moment's picture, so a parent may be missing: then it is a root. */
record ProcessForest(List<RunningProcess> processes, List<Integer> depths) {
    private record Step(RunningProcess process, int depth) {}

    /** All, from those without a parent on. */
    static ProcessForest of(List<RunningProcess> all) {
        Set<Long> present = new HashSet<>();
        all.forEach(process -> present.add(process.pid()));
        List<RunningProcess> roots = all.stream()
                .filter(process -> !present.contains((long) process.ids().parentId())
                        || process.pid() == process.ids().parentId())
                .toList();
        return below(all, roots);
    }

    /** One and its descendants. */
    static ProcessForest of(List<RunningProcess> all, long root) {
        return below(all, all.stream().filter(process -> process.pid() == root).toList());
    }

    private static ProcessForest below(List<RunningProcess> all, List<RunningProcess> roots) {
        Map<Long, List<RunningProcess>> children = new HashMap<>();
        for (RunningProcess process : all) {
            children.computeIfAbsent((long) process.ids().parentId(), _ -> new ArrayList<>())
                    .add(process);
        }
        List<RunningProcess> order = new ArrayList<>();
        List<Integer> depths = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        Deque<Step> left = new ArrayDeque<>();
        roots.reversed().forEach(root -> left.push(new Step(root, 0)));
        while (!left.isEmpty()) {
            Step step = left.pop();
            if (seen.add(step.process().pid())) { // numbers may have been given again meanwhile, even in a ring
                order.add(step.process());
                depths.add(step.depth());
                children.getOrDefault(step.process().pid(), List.of())
                        .reversed()
                        .forEach(child -> left.push(new Step(child, step.depth() + 1)));
            }
        }
        return new ProcessForest(order, depths);
    }

    /** The lines of a tree. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < processes.size(); i++) {
            RunningProcess process = processes.get(i);
            lines.add("  ".repeat(depths.get(i)) + process.pid() + " " + ProcessText.command(process));
        }
        return lines;
    }
}
