package dev.ring3.bpf.object;

/**
 * What an instruction of a section refers to: a relocation, for people.
 *
 * @param slot the instruction
 * @param target the symbol, or the section if the symbol stands for one
 * @param addendBytes from the symbol on; for the call of a function, where the function begins
 */
public record CodeReference(int slot, String target, long addendBytes) {
    /** {@code target} or {@code target+8}. */
    @Override
    public String toString() {
        return addendBytes == 0 ? target : "%s%+d".formatted(target, addendBytes);
    }
}
