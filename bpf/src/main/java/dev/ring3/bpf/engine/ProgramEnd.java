package dev.ring3.bpf.engine;

/** Leaves the host's function between a callback that ended the program and the program. Never reaches who runs it. */
final class ProgramEnd extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProgramEnd() {
        super("a callback ended the program", null, false, false);
    }
}
