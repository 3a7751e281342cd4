package dev.ring3.bpf;

import dev.ring3.bpf.engine.Engine;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingStream;
import org.jspecify.annotations.Nullable;

/**
 * Looks which methods of compiled programs HotSpot has compiled, for all programs of the JVM that {@linkplain
 * BpfProgram#watchCompiler have it}. It is a stream of JFR events: samples of what threads do, each of which says of each
 * method whether it runs compiled, and what the compilers say as they give up. What happened is known about a second later.
 * Costs one sample of each running thread in ten milliseconds, and a directory of some megabytes while it is open. Thread-safe.
 */
public final class CompilerWatch implements AutoCloseable {
    /** A method that runs interpreted for longer is slow. */
    public static final Duration SLOW_AFTER = Duration.ofSeconds(1);

    /** As many messages of compilers are kept of each program. */
    public static final int FAILURES_MAX = 16;

    private static final String JFR = "jdk.jfr";
    private static final String COMPILED = Engine.class.getPackageName() + ".Compiled.";
    private static final Duration PERIOD = Duration.ofMillis(10);
    private static final Duration KEPT = Duration.ofSeconds(10);
    private static final int CLASSES_MAX = 4096;
    private static final int MESSAGES_MAX = 256;

    private final AutoCloseable stream;

    /** By class, forgotten are those that were not looked at for longest. Guarded by this. */
    private final Map<String, CompiledClassLog> classes = bounded(CLASSES_MAX);

    /** What compilers said of a compilation that is not known to have ended, by its number. Guarded by this. */
    private final Map<Integer, String> messages = bounded(MESSAGES_MAX);

    private CompilerWatch() {
        this.stream = open();
    }

    /**
     * Begins to look.
     *
     * @throws UnsupportedOperationException if the JVM runs without the module {@code jdk.jfr}
     */
    public static CompilerWatch start() {
        if (ModuleLayer.boot().findModule(JFR).isEmpty()) {
            throw new UnsupportedOperationException("this JVM runs without the module " + JFR);
        }
        return new CompilerWatch();
    }

    private RecordingStream open() {
        RecordingStream events = new RecordingStream();
        events.setMaxAge(KEPT);
        events.enable("jdk.ExecutionSample").withPeriod(PERIOD);
        events.enable("jdk.Compilation").withoutThreshold();
        events.enable("jdk.CompilationFailure");
        events.onEvent("jdk.ExecutionSample", this::sampled);
        events.onEvent("jdk.CompilationFailure", this::failed);
        events.onEvent("jdk.Compilation", this::ended);
        events.startAsync();
        return events;
    }

    private synchronized void sampled(RecordedEvent sample) {
        RecordedStackTrace trace = sample.getStackTrace();
        if (trace == null) {
            return;
        }
        String top = "";
        for (RecordedFrame frame : trace.getFrames()) {
            String name = frame.getMethod().getType().getName();
            if (name.startsWith(COMPILED)) {
                boolean interpreted = frame.getType().equals("Interpreted");
                log(name).sampled(frame.getMethod().getName(), interpreted, sample.getStartTime(), !name.equals(top));
                top = name;
            }
        }
    }

    private synchronized void failed(RecordedEvent failure) {
        messages.put(failure.getInt("compileId"), failure.getString("failureMessage"));
    }

    private synchronized void ended(RecordedEvent compilation) {
        String message = messages.remove(compilation.getInt("compileId"));
        RecordedMethod method = compilation.getValue("method");
        String name = method.getType().getName();
        if (!compilation.getBoolean("succeded") && name.startsWith(COMPILED)) {
            log(name)
                    .failed("%s at level %d: %s"
                            .formatted(
                                    method.getName(),
                                    compilation.getShort("compileLevel"),
                                    message == null ? "no reason given" : message));
        }
    }

    private CompiledClassLog log(String name) {
        return classes.computeIfAbsent(name, _ -> new CompiledClassLog());
    }

    /** What is known of a program. */
    synchronized Compilation of(Engine.@Nullable CompiledClass compiled) {
        CompiledClassLog log = compiled == null ? null : classes.get(key(compiled));
        int methods = compiled == null ? 0 : compiled.methods();
        return log == null ? Compilation.unwatched(methods) : log.compilation(methods);
    }

    synchronized void forget(Engine.CompiledClass compiled) {
        classes.remove(key(compiled));
    }

    /** JFR has a dot where the name of a hidden class has a slash. */
    private static String key(Engine.CompiledClass compiled) {
        return compiled.name().replace('/', '.');
    }

    private static <K, V> Map<K, V> bounded(int entriesMax) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > entriesMax;
            }
        };
    }

    /** Looks no further; what was seen stays known. */
    @Override
    public void close() {
        try {
            stream.close();
        } catch (Exception e) {
            throw new IllegalStateException("the stream of events does not close", e);
        }
    }
}
