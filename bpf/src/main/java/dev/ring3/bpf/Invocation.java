package dev.ring3.bpf;

import dev.ring3.bpf.engine.ContextLayout;
import dev.ring3.bpf.engine.Engine;
import dev.ring3.bpf.engine.Execution;
import dev.ring3.bpf.memory.BpfMemory;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.StructType;
import java.lang.foreign.MemorySegment;

/**
 * What one run of a program at a time needs: a stack, the memory it is called with, a budget. Reusable; by one thread
 * at a time, except {@link #cancel} and {@link #close}, which any thread may call.
 */
public final class Invocation implements AutoCloseable {
    private final BpfProgram program;
    private final BpfRuntime runtime;
    private final GracePeriod gracePeriod;
    private final GracePeriod.Reader reader;
    private final long ownAddress;
    private final long ownBytes;
    private final int contextBytes; // of the structure; 0 for none
    private final Execution execution;
    private long memoryAddress; // the thread that runs; 0 for none
    private long memoryCapacity;
    private Engine.Executable ready; // the thread that runs
    private long budget;
    private boolean closed; // set once, under the lock of this
    private volatile boolean isOrdinary; // there is nothing to prepare: all that a run looks at first

    Invocation(BpfProgram program) {
        this.program = program;
        this.runtime = program.runtime();
        this.gracePeriod = runtime.gracePeriod();
        this.ready = program.executable();
        this.budget = runtime.budget();
        this.contextBytes =
                program.type().entry() instanceof Entry.Context(StructType type, int _) ? type.sizeBytes() : 0;
        this.ownBytes = Execution.MEMORY_BYTES + (contextBytes == 0 ? 0L : ContextLayout.bytes(contextBytes));
        this.ownAddress = runtime.memory().allocate(ownBytes, "the stack of " + program.name());
        this.execution = new Execution(ownAddress, runtime.mapTable(), runtime.processorSlots());
        if (contextBytes != 0) {
            execution.context(contextAddress(), contextBytes);
        }
        give(emptyAddress(), 0);
        this.reader = gracePeriod.newReader();
        if (program.lengthMin() > 0) {
            memory(program.lengthMin());
        }
    }

    /**
     * Sets the size of the memory that the program is called with, or of its packet if it has a context, and gives it:
     * what the caller writes there the program reads, and the other way round. It keeps its content until the next call
     * of this method, which may move it; larger memory begins as zeros.
     *
     * @throws BpfMemoryException if there is no memory of that size
     * @throws IllegalArgumentException if the program was verified for less, or for more
     */
    public synchronized MemorySegment memory(long bytes) {
        requireUsable();
        program.requireLength(bytes);
        if (bytes > memoryCapacity) {
            long address = runtime.memory().allocate(bytes, "the memory of " + program.name());
            releaseMemory();
            memoryAddress = address;
            memoryCapacity = BpfMemory.pageRounded(bytes);
        }
        long address = bytes == 0 ? emptyAddress() : memoryAddress;
        give(address, bytes);
        return BpfMemory.SEGMENT.asSlice(address, bytes);
    }

    private void give(long address, long bytes) {
        if (contextBytes == 0) {
            execution.block(address, bytes);
        } else {
            execution.packet(address, bytes, program.type().has(ProgramType.Trait.PACKET_WRITABLE));
        }
    }

    /** Verified code takes addresses for not null, also that of no memory at all. */
    private long emptyAddress() {
        return program.isVerified() ? ownAddress : 0;
    }

    /**
     * The context that the program is called with, laid out as its type says: what the caller writes there the program
     * reads, and the other way round. Zeros at first; it keeps its content, and its place until this is closed. What the
     * caller writes to the fields that lead to the packet is not looked at: {@link #memory} sets where they lead.
     *
     * @throws IllegalStateException if programs of this type have no context
     */
    public MemorySegment context() {
        requireUsable();
        if (contextBytes == 0) {
            throw new IllegalStateException("programs of type %s have no context"
                    .formatted(program.type().name()));
        }
        return BpfMemory.SEGMENT.asSlice(contextAddress(), contextBytes);
    }

    private long contextAddress() {
        return ownAddress + Execution.MEMORY_BYTES;
    }

    /** Sets the most instructions that each further run may execute. */
    public synchronized void budget(long instructions) {
        if (instructions <= 0) {
            throw new IllegalArgumentException("budget of %d instructions".formatted(instructions));
        }
        budget = instructions;
        isOrdinary = false;
    }

    /** Has the next run look at what the program is set to. */
    synchronized void look() {
        isOrdinary = false;
    }

    /**
     * Runs the program.
     *
     * @return r0
     * @throws BpfFault if the run was stopped
     * @throws IllegalStateException if this invocation is running already, as far as this thread can tell, or is closed
     */
    public long run() {
        if (!reader.enter(gracePeriod)) {
            throw new IllegalStateException("invocation of %s is running already".formatted(program.name()));
        }
        try {
            // After enter: either this sees that it was closed, or the close sees this run.
            return isOrdinary || prepare() ? ready.run(execution) : runCounted();
        } finally {
            execution.end();
            reader.leave(gracePeriod);
        }
    }

    /** Takes in what was set since the last run; whether the run is not to be counted. */
    private synchronized boolean prepare() {
        if (closed) {
            requireOpen();
        }
        execution.begin(budget);
        Engine.Executable settled = program.executable().settled(budget);
        ready = settled == null ? program.executable() : settled;
        boolean isCounted = program.countsRuns();
        isOrdinary = settled != null && !isCounted;
        return !isCounted;
    }

    private long runCounted() {
        long begin = System.nanoTime();
        try {
            return ready.run(execution);
        } finally {
            program.countRun(System.nanoTime() - begin);
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

    /**
     * The instructions that the last run executed, if it finished. 0 where they were not counted: a compiled program that
     * was verified to execute fewer than its budget.
     */
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
            isOrdinary = false;
            releaseMemory();
        }
        program.forget(this);
        gracePeriod.retire(() -> {
            gracePeriod.forget(reader);
            runtime.memory().free(ownAddress, ownBytes);
        });
    }

    /** Under the lock of this. */
    private void releaseMemory() {
        long address = memoryAddress;
        long bytes = memoryCapacity;
        memoryAddress = 0;
        memoryCapacity = 0;
        if (address != 0) {
            gracePeriod.retire(() -> runtime.memory().free(address, bytes));
        }
    }

    private synchronized void requireOpen() {
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
