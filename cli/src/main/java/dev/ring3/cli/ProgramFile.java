package dev.ring3.cli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A file with a program in it, of one of three forms that are told apart by content: ELF files begin with their magic
 * number; bytecode has a zero byte, as every program does that ends (an exit is {@code 95} and seven zeros); what has
 * none is assembly text.
 */
sealed interface ProgramFile {
    /** An ELF object file. */
    @SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
    record ElfObject(byte[] bytes) implements ProgramFile {}

    /** Instructions. */
    @SuppressWarnings("ArrayRecordComponent")
    record Bytecode(byte[] bytes) implements ProgramFile {}

    /** Assembly text. */
    record Assembly(String source) implements ProgramFile {}

    /** The form of a file's content. */
    static ProgramFile of(byte[] content) {
        if (isElf(content)) {
            return new ElfObject(content);
        }
        for (byte b : content) {
            if (b == 0) {
                return new Bytecode(content);
            }
        }
        return new Assembly(text(content));
    }

    /** Whether a file begins as ELF files do. */
    static boolean isElf(byte[] content) {
        byte[] magic = {0x7f, 'E', 'L', 'F'};
        return Arrays.equals(content, 0, Math.min(content.length, magic.length), magic, 0, magic.length);
    }

    /** Source text; bytes that are no UTF-8 become a character that no program has, so the assembler points at them. */
    static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }
}
