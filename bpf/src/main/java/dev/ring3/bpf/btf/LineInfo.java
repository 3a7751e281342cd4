package dev.ring3.bpf.btf;

/**
 * The source of an instruction.
 *
 * @param insnOffsetBytes the instruction, from the start of its section
 * @param file the file's name as the compiler was given it
 * @param text the whole line, or empty
 * @param line from 1; 0 if unknown
 * @param column from 1; 0 if unknown
 */
public record LineInfo(long insnOffsetBytes, String file, String text, int line, int column) {}
