package dev.ring3.cli;

import dev.ring3.linux.Pidfd;
import dev.ring3.linux.PidfdId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A process as it is given on a command line: its number, or its id. */
sealed interface ProcessArgument {
    /** By number. */
    record ByNumber(long pid) implements ProcessArgument {}

    /** By id. */
    record ById(PidfdId id) implements ProcessArgument {}

    /** Takes hold of it. */
    default Pidfd open() {
        return switch (this) {
            case ByNumber(long pid) -> Pidfd.open(pid);
            case ById(PidfdId id) -> Pidfd.reopen(id);
        };
    }

    /** Reads one. */
    final class Converter implements ITypeConverter<ProcessArgument> {
        @Override
        public ProcessArgument convert(String text) {
            try {
                return text.matches("\\d+") ? new ByNumber(Long.parseLong(text)) : new ById(PidfdId.parse(text));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "'%s' is neither the number of a process nor an id that 'pid info' printed".formatted(text));
            }
        }
    }
}
