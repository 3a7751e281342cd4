package dev.ring3.bpf.object;

/** A value of the host's configuration for a variable in {@code .kconfig}. */
public sealed interface ConfigValue {
    /** For an integer, a {@code bool}, a {@code char}, or an enumeration such as {@code enum libbpf_tristate}. */
    record IntegerValue(long value) implements ConfigValue {}

    /** For an array of {@code char}; a zero byte is added. */
    record TextValue(String value) implements ConfigValue {}
}
