package dev.ring3.bench.io;

import dev.ring3.bench.measure.ChildJvm;
import dev.ring3.bench.measure.ChildJvm.ChildException;
import dev.ring3.bench.measure.ChildSession;
import java.nio.file.Path;
import java.util.List;

/** An engine in a process of its own. */
final class EngineChild implements AutoCloseable {
    private static final String NATIVE_MODULES =
            "dev.ring3.bench,dev.ring3.linux,dev.ring3.mm,rocksdbjni,com.github.luben.zstd_jni";
    private static final long SECONDS_MAX = 300;
    private static final int BUSY = 5;
    private static final long HEAP_MIB = 512;

    private final ChildSession session;

    private EngineChild(ChildSession session) {
        this.session = session;
    }

    static EngineChild start(IoEngine engine, long sizeBytes, long memoryBytes, Path place, Path directory)
            throws ChildException {
        List<String> options =
                List.of("-Xmx%dm".formatted(HEAP_MIB), "-XX:MaxDirectMemorySize=%dm".formatted(HEAP_MIB));
        return new EngineChild(new ChildJvm(directory, IoWorkerMain.class, NATIVE_MODULES)
                .open(
                        options,
                        List.of(
                                engine.id(),
                                Long.toString(sizeBytes),
                                Long.toString(memoryBytes),
                                place.toAbsolutePath().toString())));
    }

    IoRun run(IoJob job) throws ChildException, InterruptedException {
        long seconds = (job.runtimeMillis() + job.rampMillis()) / 1000;
        return IoRunText.parse(session.ask("run " + job.line(), SECONDS_MAX + BUSY * seconds));
    }

    void warm() throws ChildException, InterruptedException {
        session.ask("warm", SECONDS_MAX);
    }

    @Override
    public void close() {
        session.close();
    }
}
