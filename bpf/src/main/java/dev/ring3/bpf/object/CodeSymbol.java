package dev.ring3.bpf.object;

/**
 * A name in a section of code.
 *
 * @param slot where it stands; the end of the section is allowed
 * @param slots how long it is, 0 if unknown
 * @param function whether it is a function, otherwise a label
 * @param isPublic whether other files see it
 */
public record CodeSymbol(String name, int slot, int slots, boolean function, boolean isPublic) {}
