package dev.ring3.bpf;

import dev.ring3.bpf.engine.Engine;
import dev.ring3.bpf.engine.Interpreter;
import dev.ring3.bpf.engine.JitCompiler;
import dev.ring3.bpf.engine.TieredEngine;
import java.util.Locale;

/** The engines that run programs. They differ in speed alone. */
public enum EngineKind {
    /** Checks every access and counts every instruction: the reference. */
    INTERPRETER,
    /** Compiles programs to bytecode of the JVM as they are loaded, and has HotSpot compile that. */
    JIT,
    /** Interprets programs until they are compiled, which a thread of the JVM does in the background. */
    TIERED;

    Engine engine() {
        return switch (this) {
            case INTERPRETER -> Interpreter.INSTANCE;
            case JIT -> JitCompiler.INSTANCE;
            case TIERED -> TieredEngine.INSTANCE;
        };
    }

    /** The name that commands use: {@code interpreter}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
