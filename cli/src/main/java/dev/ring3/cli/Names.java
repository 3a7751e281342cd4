package dev.ring3.cli;

import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.CpuVersion;
import java.util.AbstractList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The names that options take for the constants of an enum: lower case, words joined by {@code -}. Each subclass is a
 * converter for picocli, and the list of names that help and completion show.
 */
abstract class Names<E extends Enum<E>> extends AbstractList<String> implements ITypeConverter<E> {
    private final String what;
    private final List<E> constants;

    /** @param what what a constant is, for messages */
    Names(String what, E[] constants) {
        this.what = what;
        this.constants = List.of(constants);
    }

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public E convert(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        return constants.stream()
                .filter(constant -> of(constant).equals(name))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'%s' is no %s; known: %s".formatted(text, what, String.join(", ", this))));
    }

    @Override
    public String get(int index) {
        return of(constants.get(index));
    }

    @Override
    public int size() {
        return constants.size();
    }

    static final class Engines extends Names<EngineKind> {
        Engines() {
            super("engine", EngineKind.values());
        }
    }

    static final class Dialects extends Names<Dialect> {
        Dialects() {
            super("dialect", Dialect.values());
        }
    }

    static final class CpuVersions extends Names<CpuVersion> {
        CpuVersions() {
            super("CPU version", CpuVersion.values());
        }
    }
}
