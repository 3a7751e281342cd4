package dev.ring3.it.kernel;

import dev.ring3.bpf.insn.BpfCode;
import java.util.Set;

/**
 * A body to run in the kernel and elsewhere.
 *
 * @param seed what {@link ProgramGenerator} made it from
 * @param keptSlots instructions that keep addresses and what the stack held before out of the result, which could not
 *     be compared otherwise
 */
record TestProgram(long seed, Flavor flavor, BpfCode code, Set<Integer> keptSlots) {
    /** The data that a body reads and writes as it likes. */
    static final int DATA_BYTES = 256;

    /** Where {@code r0} to {@code r8} go at the end, 8 bytes each. */
    static final int REGISTERS_AT = DATA_BYTES;

    static final int REGISTERS = 9;

    /** Where the main function's stack goes at the end. */
    static final int STACK_AT = REGISTERS_AT + REGISTERS * Long.BYTES;

    static final int STACK_BYTES = 128;

    /** All of the memory of a body. */
    static final int MEMORY_BYTES = STACK_AT + STACK_BYTES;

    /** The same program with other code at the same slots. */
    TestProgram with(BpfCode other) {
        return new TestProgram(seed, flavor, other, keptSlots);
    }
}
