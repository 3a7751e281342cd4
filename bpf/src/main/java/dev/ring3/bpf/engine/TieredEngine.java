package dev.ring3.bpf.engine;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Interprets programs until they are compiled, which one thread of the JVM does while they run: so the first results are
 * there at once, and nobody waits for the compiler.
 */
public final class TieredEngine implements Engine {
    /** The engine; it has no state but the thread. */
    public static final TieredEngine INSTANCE = new TieredEngine();

    private static final long IDLE_SECONDS = 1;

    /** Only as long as there is something to compile. Programs of all runtimes: there are as many processors as there are. */
    private final ThreadPoolExecutor compiler = new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name("ring3-bpf-compiler").daemon().factory());

    private TieredEngine() {
        compiler.allowCoreThreadTimeOut(true);
    }

    @Override
    public Executable prepare(ProgramImage image) {
        TieredCode code = new TieredCode(Predecoder.decode(image));
        compiler.execute(() -> code.compiled((InterpreterCode) JitCompiler.INSTANCE.prepare(image)));
        return code;
    }
}
