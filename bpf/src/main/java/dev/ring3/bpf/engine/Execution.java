package dev.ring3.bpf.engine;

import dev.ring3.bpf.BpfFault;
import dev.ring3.bpf.FaultKind;
import dev.ring3.bpf.RunResult;
import dev.ring3.bpf.insn.Register;
import java.util.Arrays;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of one run, used for many runs in turn: registers, frames, the memory it may touch, its budget.
 *
 * <p>Belongs to the thread that runs; only {@link #cancel} is for others. Methods with a parameter {@code next} take
 * the slot after the instruction that is being executed, which is what the interpreter has at hand.
 */
public final class Execution {
    /** Active functions, the program itself among them. */
    public static final int FRAMES_MAX = 8;

    /** Stack bytes of one function, below its {@code r10}. */
    public static final int FRAME_BYTES = 512;

    private static final int STACK_BYTES = FRAMES_MAX * FRAME_BYTES;

    /** Bytes of memory that an execution is given: the stack, and what the host lends to callbacks. */
    public static final int MEMORY_BYTES = STACK_BYTES + RunMemory.LENT_BYTES_MAX;

    /** Tail calls in one run, as in the kernel ({@code MAX_TAIL_CALL_CNT}). */
    public static final int TAIL_CALLS_MAX = 33;

    private final Budget budget = new Budget();
    private final Frames frames;
    private final RunMemory memory;
    private final long stackTop;
    private final HostCalls calls;
    private final IdentityHashMap<InterpreterCode, long[]> registersOfCode = new IdentityHashMap<>();

    private boolean hasCalled; // the host, in this run
    private int fuel; // taken from the budget and not used; the interpreter's own while it runs
    private int goesOnAt = -1; // in which block a function of several methods goes on; -1 for nowhere, it returned

    private @Nullable InterpreterCode code;
    private long[] registers = new long[0];
    private MemoryRegion[] regions = new MemoryRegion[0];
    private long stackLow;
    private @Nullable BpfFault raised; // the last fault of this run

    /**
     * An execution that may touch nothing but its stack yet.
     *
     * @param address the lowest of {@link #MEMORY_BYTES} bytes that are this execution's alone
     * @param mapOfPointer what the pointers to maps stand for
     * @param slots what its runs see as processors
     */
    public Execution(long address, MapOfPointer mapOfPointer, ProcessorSlots slots) {
        this.stackTop = address + STACK_BYTES;
        this.stackLow = stackTop - FRAME_BYTES;
        this.frames = new Frames(stackTop);
        this.memory = new RunMemory(stackTop);
        this.calls = new HostCalls(this, memory, mapOfPointer, slots);
    }

    /** Sets the memory that programs find in {@code r1} and {@code r2}; no memory is address 0 and length 0. */
    public void block(long address, long bytes) {
        memory.block(address, bytes);
    }

    /** Sets the structure that programs find in {@code r1}, laid out as {@link ContextLayout} says; without a packet. */
    public void context(long address, int structBytes) {
        memory.context(address, structBytes);
    }

    /** Sets the packet that a context leads to; none is address 0 and length 0. */
    public void packet(long address, long bytes, boolean writable) {
        memory.packet(address, bytes, writable);
    }

    /** Prepares for runs of at most so many instructions each, which forget cancellations that came before. */
    public void begin(long instructionsMax) {
        budget.set(instructionsMax);
    }

    /** Gives back what the run has taken, however it ended. */
    public void end() {
        if (hasCalled) {
            hasCalled = false;
            calls.end();
        }
    }

    /** Makes the current run fault within some thousand instructions; from any thread. */
    public void cancel() {
        budget.cancel();
    }

    /**
     * The instructions that the last run executed; exact if it finished, otherwise some ten thousands too many. 0 if the
     * engine did not count, as compiled code does not where the verifier has proven a bound below the budget.
     */
    public long executed() {
        return budget.taken();
    }

    Budget counter() {
        return budget;
    }

    RunMemory memory() {
        return memory;
    }

    // Registers, frames and programs.

    void enter(InterpreterCode program) {
        enterDirty(program);
        frames.clear();
    }

    /** As {@link #enter}, for compiled code that does not touch its frame by itself. */
    void enterDirty(InterpreterCode program) {
        long[] r = enterUncleared(program);
        Arrays.fill(r, 0, Register.R10.number(), 0);
        setEntryRegisters(r);
        frames.beginDirty(r);
        stackLow = frames.low();
    }

    /** As {@link #enter}, for compiled code that reads nothing it did not write: no register and no stack is cleared. */
    void enterVerified(InterpreterCode program) {
        long[] r = enterUncleared(program);
        setEntryRegisters(r);
        frames.beginVerified(r);
        stackLow = frames.low();
    }

    private long[] enterUncleared(InterpreterCode program) {
        fuel = 0;
        budget.begin();
        calls.enter();
        memory.takeBackAll();
        return switchTo(program);
    }

    void goOnAt(int slot) {
        goesOnAt = slot;
    }

    /** Where a function goes on whose method returned; asked once. */
    int takeGoesOnAt() {
        int slot = goesOnAt;
        goesOnAt = -1;
        return slot;
    }

    long r1() {
        return memory.r1();
    }

    long r2() {
        return memory.r2();
    }

    /** What the function that runs has in {@code r10}. */
    long framePointer() {
        return stackLow + FRAME_BYTES;
    }

    long entryBytes() {
        return memory.entryBytes();
    }

    long budget() {
        return budget.instructionsMax();
    }

    /** Goes on in the target of a tail call, which is called as at the start of a run. */
    long[] replaceBy(InterpreterCode program) {
        long[] r = switchTo(program);
        setEntryRegisters(r);
        frames.restartIterations();
        if (frames.isDirty()) { // the function that is replaced did not use its frame; this program may
            frames.clear();
        }
        return r;
    }

    private void setEntryRegisters(long[] r) {
        r[1] = memory.r1();
        r[2] = memory.r2();
    }

    /** Goes on in another program: its constants, its regions, the same values in the eleven registers. */
    private long[] switchTo(InterpreterCode program) {
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

    HostCalls calls() {
        return calls;
    }

    /** For a call. */
    HostCalls callsHost() {
        hasCalled = true;
        return calls;
    }

    int depth() {
        return frames.depth();
    }

    /** Whether as many functions are active as can be. */
    boolean isFull() {
        return frames.isFull();
    }

    void pushFrame(InterpreterCode caller, int next) {
        if (frames.isFull()) {
            throw fault(FaultKind.CALL_DEPTH, next, "a call with %d functions active".formatted(FRAMES_MAX));
        }
        frames.push(caller, next, registers);
        stackLow = frames.low();
    }

    /** As {@link #pushFrame}, for compiled functions that do not touch their frame, or read nothing they did not write. */
    void pushUncleared(InterpreterCode caller, int next, boolean dirty) {
        if (dirty) {
            frames.pushDirty(caller, next, registers);
        } else {
            frames.pushVerified(caller, next, registers);
        }
        stackLow = frames.low();
    }

    int popFrame() {
        switchTo(frames.pop());
        stackLow = frames.low();
        return frames.restore(registers);
    }

    boolean mayIterate() {
        return frames.mayIterate();
    }

    /** Instructions that the run may still execute, as far as they are counted. */
    long left() {
        return budget.left() + fuel;
    }

    /** What is left of the fuel that was taken last, while the interpreter does not run. */
    int fuel() {
        return fuel;
    }

    void fuel(int left) {
        fuel = left;
    }

    int refuel(int next) {
        if (budget.isCancelled()) {
            throw fault(FaultKind.CANCELLED, next, "another thread cancelled the run");
        }
        int taken = budget.take();
        if (taken == 0) {
            throw fault(
                    FaultKind.BUDGET,
                    next,
                    "the budget of %d instructions is used up".formatted(budget.instructionsMax()));
        }
        return taken - 1;
    }

    /** What the interpreter returns with; {@link #leave} follows where the host called the program. */
    long finish(long result, int fuelLeft) {
        fuel = fuelLeft;
        return result;
    }

    void leave() {
        budget.giveBack(fuel);
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

    /** The address of a packet address behind the context, which only loads that were rewritten for it may touch. */
    long packetAddress(long address, int next) {
        if (!memory.isPacketAddress(address)) {
            throw accessFault("read as of a packet's address", address, Long.BYTES, next);
        }
        return address;
    }

    boolean isPacketAddress(long address) {
        return memory.isPacketAddress(address);
    }

    void requireAligned(long address, int size, int next) {
        if ((address & (size - 1)) != 0) {
            throw fault(FaultKind.MISALIGNED, next, "ordered access of %d bytes at 0x%x".formatted(size, address));
        }
    }

    boolean mayAccess(long address, long size, boolean write) {
        long inStack = address - stackLow;
        if (inStack >= 0 && inStack <= stackTop - stackLow - size) {
            if (frames.isDirty()) {
                frames.clear();
            }
            return true;
        }
        return memory.isInEntry(address, size) || mayAccessOther(address, size, write);
    }

    private boolean mayAccessOther(long address, long size, boolean write) {
        if (memory.allows(address, size, write) || calls.holdings().allows(address, size)) {
            return true;
        }
        for (MemoryRegion region : regions) {
            if (region.contains(address, size)) {
                return region.writable() || !write;
            }
        }
        return calls.grants().allows(address, size, write);
    }

    BpfFault accessFault(String what, long address, long size, int next) {
        return fault(
                FaultKind.ACCESS,
                next,
                "%s of %d bytes at 0x%x, outside stack, memory and map values".formatted(what, size, address));
    }

    BpfFault writeFault(String what, long address, long size, int next) {
        return size >= 0 && mayAccess(address, size, false)
                ? fault(FaultKind.READ_ONLY, next, "%s of %d bytes at 0x%x".formatted(what, size, address))
                : accessFault(what, address, size, next);
    }

    BpfFault unknownFunction(long number, int next) {
        return fault(FaultKind.UNKNOWN_HELPER, next, "the program type has no function " + number);
    }

    /** A fault of the instruction before {@code next}. */
    BpfFault fault(FaultKind kind, int next, String detail) {
        return fault(kind, next, detail, null);
    }

    BpfFault fault(FaultKind kind, int next, String detail, @Nullable Throwable cause) {
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

    /** Whether this is the fault of this run that was made last. */
    boolean isRaised(RuntimeException fault) {
        return fault == raised;
    }
}
