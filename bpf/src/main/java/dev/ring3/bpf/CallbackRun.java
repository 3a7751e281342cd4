package dev.ring3.bpf;

import dev.ring3.bpf.engine.Execution;

/**
 * What runs of a program's timer callbacks need, as an {@link Invocation} is what runs of the program need: by one thread
 * at a time, except {@link #cancel}.
 */
final class CallbackRun implements AutoCloseable {
    private static final int KEY_BYTES = Long.BYTES;

    private final BpfProgram program;
    private final BpfRuntime runtime;
    private final GracePeriod.Reader reader;
    private final long address;
    private final Execution execution;

    CallbackRun(BpfProgram program) {
        this.program = program;
        this.runtime = program.runtime();
        this.address = runtime.memory().allocate(bytes(), "the stack of timers of " + program.name());
        this.execution = new Execution(address, runtime.mapTable(), runtime.processorSlots());
        this.execution.block(address + Execution.MEMORY_BYTES, KEY_BYTES);
        this.reader = runtime.gracePeriod().newReader();
    }

    private static long bytes() {
        return Execution.MEMORY_BYTES + (long) KEY_BYTES;
    }

    /**
     * Runs a callback with (map, address of the key, address of the value), unless the timer has ended.
     *
     * @throws BpfFault if the run was stopped
     */
    void run(MapTimer timer, long function) {
        boolean _ = reader.enter(runtime.gracePeriod());
        try {
            if (timer.hasEnded()) {
                return; // after enter: either this sees the end of the value, or its memory stays for this
            }
            long key = timer.map().keyOfValue(timer.value(), address + Execution.MEMORY_BYTES);
            execution.begin(runtime.budget());
            long _ = program.executable()
                    .runFunction(execution, function, timer.map().pointer(), key, timer.value());
        } finally {
            execution.end();
            reader.leave(runtime.gracePeriod());
        }
    }

    /** Stops the current run, if there is one. */
    void cancel() {
        execution.cancel();
    }

    @Override
    public void close() {
        runtime.gracePeriod().retire(() -> {
            runtime.gracePeriod().forget(reader);
            runtime.memory().free(address, bytes());
        });
    }
}
