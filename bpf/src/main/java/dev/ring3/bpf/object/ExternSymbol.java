package dev.ring3.bpf.object;

/**
 * A symbol that the object uses and does not define.
 *
 * @param weak whether the object can do without it: its address is then 0
 * @param typeId its type in the object's BTF (a FUNC or VAR), or 0
 */
public record ExternSymbol(String name, Kind kind, boolean weak, int typeId) {
    /** What is asked for. */
    public enum Kind {
        /** A function of the host. */
        FUNCTION,
        /** The address of a variable of the host. */
        VARIABLE,
        /** A value of the host's configuration, a variable in {@code .kconfig}. */
        KCONFIG
    }
}
