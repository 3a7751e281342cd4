package dev.ring3.litmus;

import dev.ring3.litmus.search.Execution;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An execution for whoever draws it himself: what {@link Outcome#svg} draws.
 *
 * @param accesses initial writes first, then those of the threads, each thread's in program order
 * @param relations by their names in the model, {@code po} first; pairs are places among the accesses
 */
public record Picture(List<Access> accesses, Map<String, List<Arrow>> relations) {
    /**
     * A memory access.
     *
     * @param name a letter or two, by which it is called
     * @param thread the thread's place among the threads, or -1 for an initial write
     * @param processor the thread's number in the test
     * @param text what it does: {@code R[x]=1}
     * @param line where its instruction stands in the test, 0 for an initial write
     */
    public record Access(String name, int thread, int processor, String text, int line) {}

    /** From one access to another. */
    public record Arrow(int from, int to) {}

    /**
     * How a test may end, and an execution in which it does.
     *
     * @param state as {@link HerdText#state} has it
     * @param holds whether the proposition of the test holds there
     */
    public record Sample(String state, boolean holds, Picture picture) {}

    public Picture {
        accesses = List.copyOf(accesses);
    }

    /** The execution that decides a test, if there is one. */
    public static Optional<Picture> of(Outcome outcome) {
        return outcome.witness().map(Picture::of);
    }

    /** The execution that a model forbids. */
    public static Picture of(Explanation explanation) {
        return of(explanation.execution());
    }

    static Picture of(Execution execution) {
        Map<String, List<Arrow>> relations = new LinkedHashMap<>();
        execution
                .relations()
                .forEach((name, pairs) -> relations.put(
                        name,
                        pairs.stream()
                                .map(pair -> new Arrow(pair.from(), pair.to()))
                                .toList()));
        return new Picture(
                execution.events().stream()
                        .map(event ->
                                new Access(event.name(), event.thread(), event.processor(), event.text(), event.line()))
                        .toList(),
                relations);
    }
}
