package dev.ring3.bpf.verifier;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/** How deep the stack of a whole program gets: along every chain of calls together, as the kernel counts it. */
final class StackDepth {
    private static final int STACK_BYTES_MAX = 512;

    /** Every function takes at least this, and a multiple of it ({@code check_max_stack_depth}). */
    private static final int GRANULE_BYTES = 32;

    private final Analysis analysis;
    private final IntConsumer at;
    private final Map<Integer, Integer> deepest = new HashMap<>();

    private StackDepth(Analysis analysis, IntConsumer at) {
        this.analysis = analysis;
        this.at = at;
    }

    /**
     * The bytes.
     *
     * @throws Refusal if they are too many, or too many functions are active; {@code at} is told the place
     */
    static int of(Analysis analysis, IntConsumer at) {
        StackDepth depth = new StackDepth(analysis, at);
        int bytes = depth.below(0);
        if (bytes > STACK_BYTES_MAX) {
            at.accept(0);
            throw new Refusal(
                    Rule.STACK_SIZE,
                    "the functions of one chain of calls need %d bytes of stack together, %d are there"
                            .formatted(bytes, STACK_BYTES_MAX),
                    "move large arrays into a map, for instance one with a value per processor");
        }
        return bytes;
    }

    /** The deepest stack from a function on. There is no recursion: that was refused before. */
    private int below(int entry) {
        Integer known = deepest.get(entry);
        if (known != null) {
            return known;
        }
        int own = Math.max(1, analysis.stackOfFunction.getOrDefault(entry, 0));
        int most = 0;
        for (int callee : analysis.flow.callees(entry)) {
            at.accept(callee);
            most = Math.max(most, below(callee));
        }
        int bytes = most + Math.ceilDiv(own, GRANULE_BYTES) * GRANULE_BYTES;
        deepest.put(entry, bytes);
        return bytes;
    }
}
