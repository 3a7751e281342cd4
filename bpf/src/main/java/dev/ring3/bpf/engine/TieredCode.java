package dev.ring3.bpf.engine;

import org.jspecify.annotations.Nullable;

/** A program that is interpreted until it is compiled. Runs that have begun end as they began. */
final class TieredCode extends InterpreterCode {
    private volatile InterpreterCode best; // set once, by the compiler's thread
    private volatile boolean isCompiled; // set once, after best

    TieredCode(InterpreterCode predecoded) {
        super(predecoded);
        this.best = predecoded;
    }

    void compiled(InterpreterCode code) {
        best = code;
        isCompiled = true;
    }

    @Override
    public long run(Execution x) {
        return best.run(x);
    }

    @Override
    public @Nullable InterpreterCode settled(long instructionsMax) {
        return isCompiled ? best.settled(instructionsMax) : null;
    }

    @Override
    public Engine.@Nullable CompiledClass compiledClass() {
        return best.compiledClass();
    }

    @Override
    InterpreterCode best() {
        return best;
    }
}
