package dev.ring3.bpf.elf;

/**
 * A symbol, checked: if it lies in a section, then wholly.
 *
 * @param index its place in the symbol table
 * @param name empty if it has none
 * @param binding who sees it
 * @param hidden whether it is invisible outside the file even if global
 * @param type {@code st_type}, 0 to 15
 * @param section the section's index; 0 if undefined, negative for {@link #ABSOLUTE} and {@link #COMMON}
 * @param value the offset in the section
 * @param size in bytes, 0 if unknown
 */
public record ElfSymbol(
        int index, String name, Binding binding, boolean hidden, int type, int section, long value, long size) {
    /** In place of a section: the value is a number and no address. */
    public static final int ABSOLUTE = -1;

    /** In place of a section: a tentative definition that a linker would give a place. */
    public static final int COMMON = -2;

    private static final int TYPE_FUNCTION = 2;
    private static final int TYPE_SECTION = 3;

    /** Who sees a symbol. */
    public enum Binding {
        LOCAL,
        GLOBAL,
        WEAK
    }

    /** Whether it is defined elsewhere. */
    public boolean isUndefined() {
        return section == 0;
    }

    /** Whether it names a function. */
    public boolean isFunction() {
        return type == TYPE_FUNCTION;
    }

    /** Whether it stands for a section as a whole. */
    public boolean isSection() {
        return type == TYPE_SECTION;
    }

    /** Whether other files see it. */
    public boolean isPublic() {
        return binding != Binding.LOCAL && !hidden;
    }
}
