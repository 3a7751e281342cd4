package dev.ring3.it.kernel;

/** Pieces of programs that the kernel's runtime and ours are compared by. */
final class ProgramText {
    /** Has the address of the first value of the array {@code %1$d} in r6 from now on, or goes to {@code end}. */
    static final String MEMORY_IN_R6 = """
            *(u32 *)(r10 - 4) = 0
            r1 = map_by_fd(%1$d) ll
            r2 = r10
            r2 += -4
            call 1
            if r0 == 0 goto end
            r6 = r0
            """;

    private ProgramText() {}
}
