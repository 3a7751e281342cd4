package dev.ring3.bpf.engine;

/** A compiled program. The interpreter can take over from it at any instruction: it has everything the interpreter has. */
final class JitCode extends InterpreterCode {
    private final JitEntry entry;
    private final boolean checked;
    private final long insnsMax; // of a run whose instructions are not counted, otherwise 0

    JitCode(InterpreterCode predecoded, JitEntry entry, JitProgram program) {
        super(predecoded);
        this.entry = entry;
        this.checked = program.checked;
        this.insnsMax = program.counted ? 0 : program.image.proof().insnsMax();
    }

    @Override
    public long run(Execution x) {
        if (x.budget() < insnsMax) {
            return Interpreter.run(this, x); // which counts
        }
        if (checked) {
            x.enter(this);
        } else {
            x.enterVerified(this);
        }
        long result = runFunction(x, 0);
        x.leave();
        return result;
    }

    @Override
    long runFunction(Execution x, int slot) {
        try {
            return entry.run(x, slot);
        } catch (RunFinished finished) {
            return finished.result();
        }
    }

    /** As {@link #runFunction}, called by compiled code, which does not go on if the interpreter finished the run. */
    long enter(Execution x, int slot) {
        return entry.run(x, slot);
    }
}
