package dev.ring3.bpf;

import dev.ring3.bpf.engine.Execution;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;

/**
 * What one run of a program at a time needs: a stack, the memory it is called with, a budget. Reusable; by one thread
 * at a time, except {@link #cancel} and {@link #close}, which any thread may call.
 */
public final class Invocation implements AutoCloseable {
    private final BpfProgram program;
    private final BpfRuntime runtime;
    private final GracePeriod.Reader reader;
    private final long stack;
    private final Execution execution;
    private long memoryAddress; // the thread that runs; 0 for none
    private long memoryCapacity;
    private long budget;
    private volatile boolean closed; // set once, under the lock of this

    Invocation(BpfProgram program) {
        this.program = program;
        this.runtime = program.runtime();
        this.budget = runtime.budget();
        this.stack = runtime.memory().allocate(Execution.STACK_BYTES, "the stack of " + program.name());
        this.execution = new Execution(stack, runtime.mapTable());
        this.reader = runtime.gracePeriod().newReader();
    }

    /**
     * Sets the size of the memory that the program is called with, and gives it: what the caller writes there the
     * program reads, and the other way round. It keeps its content until the next call of this method, which may move
     * it; larger memory begins as zeros.
     *
     * @throws BpfMemoryException if there is no memory of that size
     */
    public synchronized MemorySegment memory(long bytes) {
        requireUsable();
        if (bytes > memoryCapacity) {
            long address = runtime.memory().allocate(bytes, "the memory of " + program.name());
            releaseMemory();
            memoryAddress = address;
            memoryCapacity = BpfMemory.pageRounded(bytes);
        }
        execution.context(bytes == 0 ? 0 : memoryAddress, bytes);
        return BpfMemory.SEGMENT.asSlice(bytes == 0 ? 0 : memoryAddress, bytes);
    }

    /** Sets the most instructions that each further run may execute. */
    public void budget(long instructions) {
        if (instructions <= 0) {
            throw new IllegalArgumentException("budget of %d instructions".formatted(instructions));
        }
        budget = instructions;
    }

    /**
     * Runs the program.
     *
     * @return r0
     * @throws BpfFault if the run was stopped
     * @throws IllegalStateException if this invocation is running already, or is closed
     */
    public long run() {
        if (!reader.enter(runtime.gracePeriod())) {
            throw new IllegalStateException("invocation of %s is running already".formatted(program.name()));
        }
        try {
            requireOpen(); // after enter: either this sees the close, or the close sees this run
            execution.begin(budget);
            return program.executable().run(execution);
        } finally {
            reader.leave(runtime.gracePeriod());
        }
    }

    /** As {@link #run}, with a fault as a value. */
    public RunResult tryRun() {
        try {
            return new RunResult.Finished(run());
        } catch (BpfFault e) {
            return e.faulted();
        }
    }

    /** Stops the current run with {@link FaultKind#CANCELLED}, within milliseconds; nothing if there is none. */
    public void cancel() {
        execution.cancel();
    }

    /** The instructions that the last run executed, if it finished. */
    public long instructionsExecuted() {
        return execution.executed();
    }

    /** Frees stack and memory, when the current run has ended if there is one. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            releaseMemory();
        }
        program.forget(this);
        runtime.gracePeriod().retire(() -> {
            runtime.gracePeriod().forget(reader);
            runtime.memory().free(stack, Execution.STACK_BYTES);
        });
    }

    /** Under the lock of this. */
    private void releaseMemory() {
        long address = memoryAddress;
        long bytes = memoryCapacity;
        memoryAddress = 0;
        memoryCapacity = 0;
        if (address != 0) {
            runtime.gracePeriod().retire(() -> runtime.memory().free(address, bytes));
        }
    }

    private void requireOpen() {
        program.requireOpen();
        if (closed) {
            throw new IllegalStateException("invocation of %s is closed".formatted(program.name()));
        }
    }

    private void requireUsable() {
        requireOpen();
        if (reader.isActive()) {
            throw new IllegalStateException("invocation of %s is running".formatted(program.name()));
        }
    }
}
