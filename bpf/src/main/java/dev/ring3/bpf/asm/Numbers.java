package dev.ring3.bpf.asm;

import dev.ring3.bpf.insn.Insn;

/** Writes numbers, the same in both dialects. */
final class Numbers {
    /** From here on a 64-bit number is easier to read in hexadecimal. */
    private static final long DECIMAL_MAX = 1 << 16;

    private Numbers() {}

    /** With its sign: {@code +3}, {@code -1}. */
    static String signed(int number) {
        return number < 0 ? Integer.toString(number) : "+" + number;
    }

    /** Behind something that it is added to: {@code " + 3"}, {@code " - 1"}. */
    static String added(int number) {
        return number < 0 ? " - " + -(long) number : " + " + number;
    }

    /** What a wide load loads, in the words of RFC 9669 section 5.4. */
    static String wide(Insn.LoadWide wide) {
        return switch (wide.source()) {
            case IMMEDIATE -> wide(wide.value());
            case MAP_BY_FD -> "map_by_fd(" + wide.low() + ")";
            case MAP_VALUE_BY_FD -> "map_val(map_by_fd(" + wide.low() + "))" + added(wide.high());
            case VARIABLE -> "var_addr(" + wide.low() + ")";
            case CODE -> "code_addr(" + signed(wide.low()) + ")";
            case MAP_BY_INDEX -> "map_by_idx(" + wide.low() + ")";
            case MAP_VALUE_BY_INDEX -> "map_val(map_by_idx(" + wide.low() + "))" + added(wide.high());
        };
    }

    private static String wide(long value) {
        return Math.abs(value) <= DECIMAL_MAX && value != Long.MIN_VALUE
                ? Long.toString(value)
                : "0x" + Long.toHexString(value);
    }
}
