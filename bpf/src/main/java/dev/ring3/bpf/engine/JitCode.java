package dev.ring3.bpf.engine;

/** A compiled program. The interpreter can take over from it at any instruction: it has everything the interpreter has. */
sealed class JitCode extends InterpreterCode permits JitCode.Simple, JitCode.Ample {
    /**
     * Code in one method that calls nothing, is not counted and cannot be stopped: it takes what it begins with from the execution and
     * leaves everything else as it is, so there is nothing to prepare.
     */
    static final class Simple extends JitCode {
        private final Ample ample;

        Simple(InterpreterCode predecoded, JitEntry entry, JitProgram program) {
            super(predecoded, entry, program, 1);
            this.ample = new Ample(predecoded, entry, program);
        }

        @Override
        public InterpreterCode settled(long instructionsMax) {
            return instructionsMax < insnsMax() ? this : ample;
        }

        @Override
        public long run(Execution x) {
            return x.budget() < insnsMax() ? super.run(x) : ample.run(x);
        }
    }

    /** Simple code in runs whose budget suffices in any case. */
    static final class Ample extends JitCode {
        private Ample(InterpreterCode predecoded, JitEntry entry, JitProgram program) {
            super(predecoded, entry, program, 1);
        }

        @Override
        public long run(Execution x) {
            return enter(x, 0);
        }
    }

    private final JitEntry entry;
    private final boolean checked;
    private final boolean usesFrame;
    private final long insnsMax; // of a run whose instructions are not counted, otherwise 0
    private final int methods;

    JitCode(InterpreterCode predecoded, JitEntry entry, JitProgram program, int methods) {
        super(predecoded);
        this.entry = entry;
        this.methods = methods;
        this.checked = program.checked;
        this.usesFrame = program.usesFrame(0);
        this.insnsMax = program.counted ? 0 : program.image.proof().insnsMax();
    }

    final long insnsMax() {
        return insnsMax;
    }

    @Override
    public long run(Execution x) {
        if (x.budget() < insnsMax) {
            return Interpreter.run(this, x); // which counts
        }
        if (!checked) {
            x.enterVerified(this);
        } else if (usesFrame) {
            x.enter(this);
        } else {
            x.enterDirty(this);
        }
        long result = runFunction(x, 0);
        x.leave();
        return result;
    }

    @Override
    public Engine.CompiledClass compiledClass() {
        Class<?> compiled = entry.getClass();
        return new Engine.CompiledClass(compiled.getName(), methods);
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
