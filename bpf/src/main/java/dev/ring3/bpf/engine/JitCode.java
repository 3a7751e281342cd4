package dev.ring3.bpf.engine;

/** A compiled program. The interpreter can take over from it at any instruction: it has everything the interpreter has. */
final class JitCode extends InterpreterCode {
    private final JitEntry entry;

    JitCode(InterpreterCode predecoded, JitEntry entry) {
        super(predecoded);
        this.entry = entry;
    }

    @Override
    public long run(Execution x) {
        x.enter(this);
        long result = entry.run(x, 0);
        x.leave();
        return result;
    }

    @Override
    long runFunction(Execution x, int slot) {
        return entry.run(x, slot);
    }
}
