package dev.ring3.bpf.engine;

import dev.ring3.bpf.BpfFault;
import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.FaultKind;
import dev.ring3.bpf.HostCall;
import dev.ring3.bpf.HostFunction;
import dev.ring3.bpf.RunResult;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The state of one run, used for many runs in turn: registers, frames, the memory it may touch, its budget.
 *
 * <p>Belongs to the thread that runs; only {@link #cancel} is for others. Methods with a parameter {@code next} take
 * the slot after the instruction that is being executed, which is what the interpreter has at hand.
 */
public final class Execution implements HostCall {
    /** Active functions, the program itself among them. */
    public static final int FRAMES_MAX = 8;

    /** Stack bytes of one function, below its {@code r10}. */
    public static final int FRAME_BYTES = 512;

    /** Bytes of stack that an execution is given. */
    public static final int STACK_BYTES = FRAMES_MAX * FRAME_BYTES;

    /** Tail calls in one run, as in the kernel ({@code MAX_TAIL_CALL_CNT}). */
    public static final int TAIL_CALLS_MAX = 33;

    /** Between two looks at the budget and at a cancellation: a few microseconds. */
    private static final int FUEL = 4096;

    private static final int SAVED = 4; // r6 to r9
    private static final int FIRST_SAVED = Register.R6.number();
    private static final int FRAME_POINTER = Register.R10.number();

    private final long stackTop;
    private final LongFunction<@Nullable BpfMap> mapOfPointer;
    private final IdentityHashMap<InterpreterCode, long[]> registersOfCode = new IdentityHashMap<>();
    private final long[] saved = new long[FRAMES_MAX * SAVED];
    private final int[] returnTo = new int[FRAMES_MAX];
    private final @Nullable InterpreterCode[] callers = new InterpreterCode[FRAMES_MAX];

    private long contextAddress;
    private long contextBytes;
    private long budget;
    private long budgetLeft;
    private long executed;
    private volatile boolean cancelled; // written by any thread

    private @Nullable InterpreterCode code;
    private long[] registers = new long[0];
    private MemoryRegion[] regions = new MemoryRegion[0];
    private int depth;
    private long stackLow;
    private int callSlot;
    private boolean programEnded;
    private @Nullable BpfFault raised; // the last fault of this run
    private int tailCalls;
    private @Nullable InterpreterCode tailCall;

    /**
     * An execution that may touch nothing but its stack yet.
     *
     * @param stackAddress the lowest of {@link #STACK_BYTES} bytes that are this execution's alone
     * @param mapOfPointer what the pointers to maps stand for
     */
    public Execution(long stackAddress, LongFunction<@Nullable BpfMap> mapOfPointer) {
        this.stackTop = stackAddress + STACK_BYTES;
        this.mapOfPointer = mapOfPointer;
    }

    /** Sets the memory that programs find in {@code r1} and {@code r2}; no memory is address 0 and length 0. */
    public void context(long address, long bytes) {
        contextAddress = address;
        contextBytes = bytes;
    }

    /** Prepares for one run of at most so many instructions; forgets a cancellation that came before. */
    public void begin(long instructionsMax) {
        budget = instructionsMax;
        budgetLeft = instructionsMax;
        executed = 0;
        tailCalls = 0;
        cancelled = false;
    }

    /** Makes the current run fault within some thousand instructions; from any thread. */
    public void cancel() {
        cancelled = true;
    }

    /** The instructions that the last run executed; exact if it finished, otherwise up to {@link #FUEL} too many. */
    public long executed() {
        return executed;
    }

    long packetAddress() {
        return contextAddress;
    }

    long packetBytes() {
        return contextBytes;
    }

    // Registers, frames and programs.

    long[] enter(InterpreterCode program) {
        depth = 0;
        programEnded = false;
        tailCall = null;
        long[] r = switchTo(program);
        Arrays.fill(r, 0, Register.COUNT, 0);
        r[1] = contextAddress;
        r[2] = contextBytes;
        r[FRAME_POINTER] = stackTop;
        openFrame();
        return r;
    }

    /** Goes on in the target of a tail call, which is called as at the start of a run. */
    long[] replaceBy(InterpreterCode program) {
        long[] r = switchTo(program);
        r[1] = contextAddress;
        r[2] = contextBytes;
        return r;
    }

    /** Goes on in another program: its constants, its regions, the same values in the eleven registers. */
    long[] switchTo(InterpreterCode program) {
        if (code != program) {
            long[] to = registersOfCode.computeIfAbsent(program, p -> p.initialRegisters.clone());
            System.arraycopy(registers, 0, to, 0, Math.min(registers.length, Register.COUNT));
            registers = to;
            regions = program.image().regions().toArray(MemoryRegion[]::new);
            code = program;
        }
        return registers;
    }

    InterpreterCode code() {
        InterpreterCode running = code;
        if (running == null) {
            throw new IllegalStateException("no run has begun");
        }
        return running;
    }

    long[] registers() {
        return registers;
    }

    boolean isOutermostFrame() {
        return depth == 0;
    }

    void pushFrame(InterpreterCode caller, int next) {
        if (depth == FRAMES_MAX - 1) {
            throw fault(FaultKind.CALL_DEPTH, next, "a call with %d functions active".formatted(FRAMES_MAX));
        }
        System.arraycopy(registers, FIRST_SAVED, saved, depth * SAVED, SAVED);
        returnTo[depth] = next;
        callers[depth] = caller;
        depth++;
        registers[FRAME_POINTER] = stackTop - (long) depth * FRAME_BYTES;
        openFrame();
    }

    int popFrame() {
        depth--;
        InterpreterCode caller = callers[depth];
        if (caller != null && caller != code) {
            switchTo(caller);
        }
        System.arraycopy(saved, depth * SAVED, registers, FIRST_SAVED, SAVED);
        registers[FRAME_POINTER] = stackTop - (long) depth * FRAME_BYTES;
        stackLow = registers[FRAME_POINTER] - FRAME_BYTES;
        return returnTo[depth];
    }

    /** The frame is zeroed: what an earlier run left there is not this program's to read. */
    private void openFrame() {
        stackLow = registers[FRAME_POINTER] - FRAME_BYTES;
        BpfMemory.SEGMENT.asSlice(stackLow, FRAME_BYTES).fill((byte) 0);
    }

    int refuel(int next) {
        if (cancelled) {
            throw fault(FaultKind.CANCELLED, next, "another thread cancelled the run");
        }
        if (budgetLeft == 0) {
            throw fault(FaultKind.BUDGET, next, "the budget of %d instructions is used up".formatted(budget));
        }
        int fuel = (int) Math.min(FUEL, budgetLeft);
        budgetLeft -= fuel;
        executed += fuel;
        return fuel - 1;
    }

    long finish(long result, int fuelLeft) {
        executed -= fuelLeft;
        return result;
    }

    // Memory.

    long readable(long address, int size, int next) {
        if (!mayAccess(address, size, false)) {
            throw accessFault("read", address, size, next);
        }
        return address;
    }

    long writable(long address, int size, int next) {
        if (!mayAccess(address, size, true)) {
            throw writeFault("write", address, size, next);
        }
        return address;
    }

    void requireAligned(long address, int size, int next) {
        if ((address & (size - 1)) != 0) {
            throw fault(FaultKind.MISALIGNED, next, "ordered access of %d bytes at 0x%x".formatted(size, address));
        }
    }

    private boolean mayAccess(long address, long size, boolean write) {
        long inStack = address - stackLow;
        if (inStack >= 0 && inStack <= stackTop - stackLow - size) {
            return true;
        }
        long inContext = address - contextAddress;
        if (inContext >= 0 && inContext <= contextBytes - size) {
            return true;
        }
        for (MemoryRegion region : regions) {
            if (region.contains(address, size)) {
                return region.writable() || !write;
            }
        }
        return false;
    }

    private BpfFault accessFault(String what, long address, long size, int next) {
        return fault(
                FaultKind.ACCESS,
                next,
                "%s of %d bytes at 0x%x, outside stack, memory and map values".formatted(what, size, address));
    }

    private BpfFault writeFault(String what, long address, long size, int next) {
        return size >= 0 && mayAccess(address, size, false)
                ? fault(FaultKind.READ_ONLY, next, "%s of %d bytes at 0x%x".formatted(what, size, address))
                : accessFault(what, address, size, next);
    }

    /** A fault of the instruction before {@code next}. */
    BpfFault fault(FaultKind kind, int next, String detail) {
        return fault(kind, next, detail, null);
    }

    private BpfFault fault(FaultKind kind, int next, String detail, @Nullable Throwable cause) {
        int slot = next - 1;
        String line = code == null ? "" : code.image().lineOfSlot().apply(slot);
        BpfFault fault = new BpfFault(
                new RunResult.Faulted(
                        kind,
                        slot,
                        Arrays.stream(registers, 0, Register.COUNT).boxed().toList(),
                        line,
                        detail),
                cause);
        raised = fault;
        return fault;
    }

    // Calls of the host.

    void callHelper(HostFunction function, int next) {
        callSlot = next;
        long[] r = registers;
        try {
            r[0] = function.call(this, r[1], r[2], r[3], r[4], r[5]);
        } catch (RuntimeException e) {
            if (e == raised) {
                throw e; // anything else is the function's failure, also a fault of a program that it ran
            }
            throw fault(FaultKind.HELPER, next, "the function threw " + e, e);
        }
    }

    boolean programEnded() {
        return programEnded;
    }

    @Nullable
    InterpreterCode takeTailCall() {
        InterpreterCode target = tailCall;
        tailCall = null;
        return target;
    }

    /**
     * Continues with another program after the current call, in place of the function that called.
     *
     * @return whether one of the {@value #TAIL_CALLS_MAX} tail calls of this run was left for it
     */
    public boolean tailCall(Engine.Executable target) {
        if (tailCalls == TAIL_CALLS_MAX) {
            return false;
        }
        tailCalls++;
        tailCall = (InterpreterCode) target;
        return true;
    }

    @Override
    public MemorySegment readable(long address, long bytes) {
        return slice(address, bytes, false).asReadOnly();
    }

    @Override
    public MemorySegment writable(long address, long bytes) {
        return slice(address, bytes, true);
    }

    private MemorySegment slice(long address, long bytes, boolean write) {
        if (bytes < 0 || bytes > BpfMemory.SEGMENT.byteSize() || !mayAccess(address, bytes, write)) {
            throw write
                    ? writeFault("write by a helper", address, bytes, callSlot)
                    : accessFault("read by a helper", address, bytes, callSlot);
        }
        return BpfMemory.SEGMENT.asSlice(address, bytes);
    }

    @Override
    public BpfMap map(long pointer) {
        BpfMap map = code().image().mapPointers().contains(pointer) ? mapOfPointer.apply(pointer) : null;
        if (map == null) {
            throw fault("0x%x is no map".formatted(pointer));
        }
        return map;
    }

    @Override
    public void endProgram() {
        programEnded = true;
    }

    @Override
    public BpfFault fault(String detail) {
        return fault(FaultKind.HELPER, callSlot, detail);
    }
}
