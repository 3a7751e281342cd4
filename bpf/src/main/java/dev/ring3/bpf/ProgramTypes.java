package dev.ring3.bpf;

import dev.ring3.bpf.type.Entry;

/** The program types that come with Ring3. */
public final class ProgramTypes {
    /** The longest memory that programs of type {@link #MEMORY} are verified for. */
    public static final long MEMORY_BYTES_MAX = 1 << 16;

    /** A block of memory that the program may read and write; the result is any number. */
    public static final ProgramType MEMORY = memory(MEMORY_BYTES_MAX);

    private ProgramTypes() {}

    /** As {@link #MEMORY}, for memory of up to some length. Loops over longer memory cost the verifier more. */
    public static ProgramType memory(long lengthBytesMax) {
        return memory(0, lengthBytesMax);
    }

    /** As {@link #MEMORY}, for memory of a length in a range: programs need not ask whether the least of it is there. */
    public static ProgramType memory(long lengthBytesMin, long lengthBytesMax) {
        return ProgramType.of("memory", new Entry.Block(lengthBytesMin, lengthBytesMax), Helpers.KERNEL)
                .with(ProgramType.Trait.PACKET_INSTRUCTIONS, ProgramType.Trait.PACKET_WRITABLE);
    }
}
