package dev.ring3.linux;

import java.nio.file.Path;

/** Where a child's standard input, output or error is. */
public sealed interface Redirect {
    /** Where this process has it. */
    record Inherit() implements Redirect {}

    /** Nowhere: {@code /dev/null}. */
    record Discard() implements Redirect {}

    /** A channel of the {@link Child}. */
    record Pipe() implements Redirect {}

    /** A file, which is read, or made and written from its start or its end. */
    record InFile(Path path, boolean isAppended) implements Redirect {}

    /** A file that is open here already, and stays so. */
    record Open(RawFile file) implements Redirect {}

    /** For error: where output is. */
    record WithOutput() implements Redirect {}

    /** Where this process has it. */
    Redirect INHERIT = new Inherit();

    /** Nowhere. */
    Redirect DISCARD = new Discard();

    /** A channel of the {@link Child}. */
    Redirect PIPE = new Pipe();

    /** For error: where output is. */
    Redirect WITH_OUTPUT = new WithOutput();

    /** A file, read or overwritten. */
    static Redirect file(Path path) {
        return new InFile(path, false);
    }

    /** A file, written at its end. */
    static Redirect append(Path path) {
        return new InFile(path, true);
    }
}
