package dev.ring3.bpf;

import dev.ring3.bpf.engine.Engine;
import dev.ring3.bpf.type.Entry;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A program that can be run. Thread-safe and re-entrant: each run has an {@link Invocation} of its own. */
public final class BpfProgram implements AutoCloseable {
    private final BpfRuntime runtime;
    private final ProgramType type;
    private final boolean verified;
    private final Engine.Executable executable;
    private final Set<Invocation> invocations = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Invocation> idle = new ConcurrentLinkedQueue<>();
    private final LongAdder runs = new LongAdder();
    private final LongAdder runNanos = new LongAdder();
    private volatile boolean countsRuns;
    private volatile @Nullable CompilerWatch watch;
    private volatile boolean closed; // set once

    BpfProgram(BpfRuntime runtime, ProgramType type, boolean verified, Engine.Executable executable) {
        this.runtime = runtime;
        this.type = type;
        this.verified = verified;
        this.executable = executable;
    }

    /** The name, from the object file or as given. */
    public String name() {
        return executable.image().name();
    }

    /** What the program is for. */
    public ProgramType type() {
        return type;
    }

    /**
     * Runs the program on a copy of some memory, and copies what it wrote back, also if it faults (not into a
     * read-only segment). A program with a context gets it as its packet, and a context of zeros besides.
     *
     * @param memory what the program finds in {@code r1}, or its packet; empty for none
     * @return r0
     * @throws BpfFault if the run was stopped
     * @throws IllegalArgumentException if the program was verified for less memory
     */
    public long run(MemorySegment memory) {
        Invocation invocation = borrow();
        try {
            MemorySegment copy = invocation.memory(memory.byteSize());
            copy.copyFrom(memory);
            if (type.entry() instanceof Entry.Context) {
                invocation.context().fill((byte) 0);
            }
            try {
                return invocation.run();
            } finally {
                if (!memory.isReadOnly()) {
                    memory.copyFrom(copy);
                }
            }
        } finally {
            idle.add(invocation);
        }
    }

    /** As {@link #run(MemorySegment)}, with a fault as a value. */
    public RunResult tryRun(MemorySegment memory) {
        try {
            return new RunResult.Finished(run(memory));
        } catch (BpfFault e) {
            return e.faulted();
        }
    }

    /** Switches counting of runs on or off; off at first: it takes two readings of the clock in each run. */
    public void countRuns(boolean on) {
        countsRuns = on;
        invocations.forEach(Invocation::look);
    }

    boolean countsRuns() {
        return countsRuns;
    }

    void countRun(long nanos) {
        runs.increment();
        runNanos.add(nanos);
    }

    /** Has the statistics say from now on what a watch sees of this program. */
    public void watchCompiler(CompilerWatch looking) {
        watch = looking;
    }

    /** The runs that ended while they were {@linkplain #countRuns counted}, and what the JVM makes of the program. */
    public RunStatistics statistics() {
        CompilerWatch looking = watch;
        Engine.CompiledClass compiled = executable.compiledClass();
        Compilation compilation = looking == null
                ? Compilation.unwatched(compiled == null ? 0 : compiled.methods())
                : looking.of(compiled);
        return new RunStatistics(runs.sum(), runNanos.sum(), compilation);
    }

    /** Whether the program was verified before it was loaded. */
    public boolean isVerified() {
        return verified;
    }

    /**
     * The names of the fields of its context that it can touch: a host need not fill the others.
     *
     * @throws IllegalStateException if it was not verified
     */
    public Set<String> contextFields() {
        if (!verified) {
            throw new IllegalStateException("program %s was not verified".formatted(name()));
        }
        return executable.image().proof().contextFields();
    }

    /** Refuses memory of a length that the program was not verified for. */
    void requireLength(long bytes) {
        long max = switch (type.entry()) {
            case Entry.Block block -> block.lengthBytesMax();
            case Entry.Context context -> context.packetBytesMax();
        };
        if (verified && (bytes > max || bytes < lengthMin())) {
            throw new IllegalArgumentException("%d bytes of memory for program %s, which is verified for at %s %d"
                    .formatted(bytes, name(), bytes > max ? "most" : "least", bytes > max ? max : lengthMin()));
        }
    }

    /** The shortest memory that the program can be called with. */
    long lengthMin() {
        return verified && type.entry() instanceof Entry.Block block ? block.lengthBytesMin() : 0;
    }

    private Invocation borrow() {
        Invocation invocation = idle.poll();
        return invocation == null ? newInvocation() : invocation;
    }

    /**
     * The means to run this program often, by one thread at a time.
     *
     * @throws BpfMemoryException if there is no memory for its stack
     */
    public Invocation newInvocation() {
        requireOpen();
        Invocation invocation = new Invocation(this);
        invocations.add(invocation);
        if (closed) {
            invocation.close(); // close() may have missed it
            requireOpen();
        }
        return invocation;
    }

    /** No new run begins; runs that began finish, then their memory is freed. */
    @Override
    public void close() {
        closed = true;
        runtime.forget(this);
        invocations.forEach(Invocation::close);
        CompilerWatch looking = watch;
        Engine.CompiledClass compiled = executable.compiledClass();
        if (looking != null && compiled != null) {
            looking.forget(compiled);
        }
    }

    boolean isClosed() {
        return closed;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("program %s is closed".formatted(name()));
        }
    }

    void forget(Invocation invocation) {
        invocations.remove(invocation);
    }

    BpfRuntime runtime() {
        return runtime;
    }

    Engine.Executable executable() {
        return executable;
    }
}
