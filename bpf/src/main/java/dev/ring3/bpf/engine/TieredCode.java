package dev.ring3.bpf.engine;

/** A program that is interpreted until it is compiled. Runs that have begun end as they began. */
final class TieredCode extends InterpreterCode {
    private volatile InterpreterCode best; // set once, by the compiler's thread

    TieredCode(InterpreterCode predecoded) {
        super(predecoded);
        this.best = predecoded;
    }

    void compiled(InterpreterCode code) {
        best = code;
    }

    @Override
    public long run(Execution x) {
        x.counter().forgetTaken(); // what the interpreter counted before, for code that counts nothing
        return best.run(x);
    }

    @Override
    InterpreterCode best() {
        return best;
    }
}
