package dev.ring3.cli;

/**
 * Something that a machine has or lacks.
 *
 * @param found what there is
 * @param means what follows; empty if nothing does
 */
record MachineCheck(String name, State state, String found, String means) {
    /** Whether it is there. */
    enum State {
        FOUND,
        MISSING,
        /** Neither good nor bad. */
        NOTED
    }

    static MachineCheck found(String name, String what) {
        return new MachineCheck(name, State.FOUND, what, "");
    }

    static MachineCheck missing(String name, String what, String means) {
        return new MachineCheck(name, State.MISSING, what, means);
    }

    static MachineCheck noted(String name, String what, String means) {
        return new MachineCheck(name, State.NOTED, what, means);
    }

    /** Found or missing. */
    static MachineCheck of(boolean there, String name, String found, String lacking, String means) {
        return there ? found(name, found) : missing(name, lacking, means);
    }
}
