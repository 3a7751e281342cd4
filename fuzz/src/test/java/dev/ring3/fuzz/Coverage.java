package dev.ring3.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether Jazzer sees what the parsers do. Without it a search still runs, and finds nothing: it has to follow the
 * branches of the code under test, not only those of the test.
 */
public final class Coverage {
    /** A test class alone has about fifteen; the least of the parsers shows hundreds at once. */
    private static final int EDGES_MIN = 100;

    private Coverage() {}

    /** To be called after a search; does nothing where the recorded inputs alone were run. */
    public static void requireSeen() throws ReflectiveOperationException {
        if (System.getenv("JAZZER_FUZZ") == null) {
            return;
        }
        // Jazzer puts this class on the boot class path when it starts; nothing can be compiled against it.
        Class<?> map = Class.forName("com.code_intelligence.jazzer.runtime.CoverageMap");
        int[] edges = (int[]) map.getMethod("getEverCoveredIds").invoke(null);
        assertThat(edges).as("edges that the search covered").hasSizeGreaterThan(EDGES_MIN);
    }
}
