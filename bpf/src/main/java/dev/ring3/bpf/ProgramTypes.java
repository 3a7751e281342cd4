package dev.ring3.bpf;

/** The program types that come with Ring3. */
public final class ProgramTypes {
    /** A block of memory that the program may read and write; the result is any number. */
    public static final ProgramType MEMORY = new ProgramType("memory", Helpers.KERNEL);

    private ProgramTypes() {}
}
