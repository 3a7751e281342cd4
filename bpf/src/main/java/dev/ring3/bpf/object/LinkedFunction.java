package dev.ring3.bpf.object;

/**
 * A function in a linked program.
 *
 * @param name as in the source
 * @param section the section it came from
 * @param startSlot where it begins in the program; 0 for the program's own function
 * @param slots how long it is
 * @param sectionSlot where it begins in its section
 * @param typeId its type in the object's BTF, a FUNC, or 0
 */
public record LinkedFunction(String name, String section, int startSlot, int slots, int sectionSlot, int typeId) {}
