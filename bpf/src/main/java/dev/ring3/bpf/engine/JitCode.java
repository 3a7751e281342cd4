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
        long result = entry.run(x, 0);
        x.leave();
        return result;
    }

    @Override
    long runFunction(Execution x, int slot) {
        if (x.left() < insnsMax) { // after a tail call
            return super.runFunction(x, slot);
        }
        return entry.run(x, slot);
    }
}
