package dev.ring3.litmus.search;

import dev.ring3.litmus.cat.Model;

/** An execution that has ended, with all that is known of it. */
public final class Execution {
    private final Program program;
    private final Model model;
    private final State state;

    Execution(Program program, Model model, State state) {
        this.program = program;
        this.model = model;
        this.state = state;
    }
}
