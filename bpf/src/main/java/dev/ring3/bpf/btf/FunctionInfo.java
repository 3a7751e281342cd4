package dev.ring3.bpf.btf;

/**
 * The type of the function that begins at an instruction.
 *
 * @param insnOffsetBytes the instruction, from the start of its section
 * @param typeId a type of kind FUNC
 */
public record FunctionInfo(long insnOffsetBytes, int typeId) {}
