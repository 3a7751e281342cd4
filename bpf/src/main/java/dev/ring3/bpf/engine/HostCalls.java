package dev.ring3.bpf.engine;

import dev.ring3.bpf.BpfFault;
import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.FaultKind;
import dev.ring3.bpf.HostCall;
import dev.ring3.bpf.HostFunction;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A run's calls of the host, and what the host's functions do to the run meanwhile. Belongs to one {@link Execution}.
 *
 * <p>A function may call back, and the callback may call functions again: the interpreter, the function and the
 * interpreter again are then on top of each other on the Java stack. What stops a callback, be it a fault or the end of
 * the program, passes the functions below it as an exception, and is remembered: a function that catches it cannot go
 * on with the run.
 */
public final class HostCalls implements HostCall {
    private static final int SCRATCH = Register.R6.number(); // r0 to r5

    private final Execution execution;
    private final RunMemory memory;
    private final MapOfPointer mapOfPointer;
    private final ProcessorSlots slots;
    private final Holdings holdings = new Holdings();
    private final Grants grants = new Grants();
    private final GivenObjects objects = new GivenObjects();

    private int processorSlot; // of this run, or the last; the complement if a run around it has it
    private boolean hasSlot; // whether this run has asked for one
    private int slotAfterCall; // of the current call
    private int entryDepth; // of the function that the host called last: the program, or a callback
    private boolean programEnded;
    private long endResult; // once a callback ended the program
    private @Nullable RuntimeException stopped; // what a callback ended with, and so this run
    private int tailCalls;
    private @Nullable InterpreterCode tailCall;

    HostCalls(Execution execution, RunMemory memory, MapOfPointer mapOfPointer, ProcessorSlots slots) {
        this.execution = execution;
        this.memory = memory;
        this.mapOfPointer = mapOfPointer;
        this.slots = slots;
    }

    /** After the last of a run. */
    void end() {
        holdings.end();
        grants.end();
        objects.end();
        if (hasSlot) {
            hasSlot = false;
            if (processorSlot >= 0) {
                slots.release(processorSlot);
            }
        }
    }

    /** What the run has of the host. */
    public Holdings holdings() {
        return holdings;
    }

    /** Lets the run use a map that it looked up, and touch its memory. */
    public void grant(long pointer, Supplier<List<MemoryRegion>> regions) {
        grants.add(pointer, regions);
    }

    Grants grants() {
        return grants;
    }

    /** The maps of the runtime. */
    public MapOfPointer maps() {
        return mapOfPointer;
    }

    /** The program that called. */
    public Engine.Executable program() {
        return execution.code();
    }

    /** Whether the run may read some bytes. */
    public boolean mayRead(long address, long bytes) {
        return mayAccess(address, bytes, false);
    }

    /** A pointer that stands for an object until the run ends; the same for equal ones. */
    public long give(Object object) {
        return objects.give(object);
    }

    /**
     * The object that a pointer stands for.
     *
     * @throws BpfFault that ends the run if it stands for none
     */
    public Object object(long pointer) {
        Object object = objects.object(pointer);
        if (object == null) {
            throw fault("0x%x is no object of the host".formatted(pointer));
        }
        return object;
    }

    /** Whether the run is to end; who waits in a call looks at it. */
    public boolean isCancelled() {
        return execution.counter().isCancelled();
    }

    /** The slot that is this run's until it ends. */
    public int slot() {
        if (!hasSlot) {
            processorSlot = slots.lease(Math.max(processorSlot, ~processorSlot));
            hasSlot = true;
        }
        return Math.max(processorSlot, ~processorSlot);
    }

    void enter() {
        tailCalls = 0;
        entryDepth = 0;
        programEnded = false;
        stopped = null;
        tailCall = null;
    }

    /** Whether the function that runs returns to the host: it is the program, or a callback. */
    boolean isReturn() {
        return execution.depth() == entryDepth;
    }

    boolean programEnded() {
        return programEnded;
    }

    /** Whether the program does not go on behind its call. */
    boolean isInterrupted() {
        return programEnded || tailCall != null;
    }

    /** Calls a function with the registers as they are; returns the fuel that callbacks left. */
    int call(HostFunction function, int next, int fuel) {
        slotAfterCall = next;
        execution.fuel(fuel);
        long[] r = execution.registers();
        try {
            r[0] = function.call(this, r[1], r[2], r[3], r[4], r[5]);
        } catch (RuntimeException e) {
            if (stopped == null && execution.isRaised(e)) {
                throw e; // anything else is the function's failure, also a fault of a program that it ran
            }
            if (stopped == null) {
                throw failed(e);
            }
        }
        if (stopped instanceof BpfFault fault) {
            throw fault;
        }
        if (stopped != null) {
            r[0] = endResult;
        }
        return execution.fuel();
    }

    /** Calls a function that returns to nothing but the program, whose registers may be elsewhere than in its file. */
    long callLeaf(HostFunction function, int next, long r1, long r2, long r3, long r4, long r5) {
        slotAfterCall = next;
        try {
            return function.call(this, r1, r2, r3, r4, r5);
        } catch (RuntimeException e) {
            throw execution.isRaised(e) ? e : failed(e);
        }
    }

    private BpfFault failed(RuntimeException e) {
        return execution.fault(FaultKind.HELPER, slotAfterCall, "the function threw " + e, e);
    }

    @Override
    public long callFunction(long function, long a1, long a2, long a3, long a4, long a5) {
        if (stopped != null) {
            throw stopped;
        }
        InterpreterCode caller = execution.code();
        int slot = caller.functionSlot(function);
        if (slot < 0) {
            throw fault("0x%x is no function of the program".formatted(function));
        }
        int next = slotAfterCall;
        int outerDepth = entryDepth;
        long[] scratch = Arrays.copyOf(execution.registers(), SCRATCH);
        execution.pushFrame(caller, next);
        entryDepth = execution.depth();
        long[] r = execution.registers();
        r[1] = a1;
        r[2] = a2;
        r[3] = a3;
        r[4] = a4;
        r[5] = a5;
        long result = runCallback(slot);
        execution.popFrame();
        System.arraycopy(scratch, 0, execution.registers(), 0, SCRATCH);
        entryDepth = outerDepth;
        slotAfterCall = next;
        return result;
    }

    private long runCallback(int slot) {
        try {
            long result = execution.code().runFunction(execution, slot);
            if (!programEnded) {
                return result;
            }
            endResult = result;
        } catch (BpfFault fault) {
            stopped = fault;
            throw fault;
        }
        ProgramEnd end = new ProgramEnd();
        stopped = end;
        throw end;
    }

    /** Gives a number an address that the program may read, until it is {@link #takeBack taken back}. */
    public long lend(int value) {
        return memory.lend(value);
    }

    /** Ends the life of the number that was lent last. */
    public void takeBack() {
        memory.takeBack();
    }

    /**
     * Continues with another program after the current call, in place of the function that called.
     *
     * @return whether one of the {@value Execution#TAIL_CALLS_MAX} tail calls of this run was left for it
     */
    public boolean tailCall(Engine.Executable target) {
        if (tailCalls == Execution.TAIL_CALLS_MAX) {
            return false;
        }
        tailCalls++;
        tailCall = ((InterpreterCode) target).best();
        return true;
    }

    @Nullable
    InterpreterCode takeTailCall() {
        InterpreterCode target = tailCall;
        tailCall = null;
        return target;
    }

    @Override
    public MemorySegment readable(long address, long bytes) {
        return BpfMemory.SEGMENT.asSlice(readableAddress(address, bytes), bytes).asReadOnly();
    }

    @Override
    public MemorySegment writable(long address, long bytes) {
        return BpfMemory.SEGMENT.asSlice(writableAddress(address, bytes), bytes);
    }

    @Override
    public long readableAddress(long address, long bytes) {
        if (!mayAccess(address, bytes, false)) {
            throw execution.accessFault("read by a helper", address, bytes, slotAfterCall);
        }
        return address;
    }

    @Override
    public long writableAddress(long address, long bytes) {
        if (!mayAccess(address, bytes, true)) {
            throw execution.writeFault("write by a helper", address, bytes, slotAfterCall);
        }
        return address;
    }

    private boolean mayAccess(long address, long bytes, boolean write) {
        return bytes >= 0 && bytes <= BpfMemory.SEGMENT.byteSize() && execution.mayAccess(address, bytes, write);
    }

    @Override
    public BpfMap map(long pointer) {
        BpfMap map = ownMap(pointer);
        if (map == null) {
            throw fault(noMap(pointer));
        }
        return map;
    }

    /** What is said of a pointer that stands for no map, or for one that was closed. */
    public static String noMap(long pointer) {
        return "0x%x is no map".formatted(pointer);
    }

    private @Nullable BpfMap ownMap(long pointer) {
        boolean bound = execution.code().image().maps().contains(pointer);
        BpfMap map = bound ? mapOfPointer.map(pointer) : null;
        return map == null && grants.contains(pointer) ? mapOfPointer.granted(pointer) : map;
    }

    @Override
    public void endProgram() {
        programEnded = true;
    }

    @Override
    public BpfFault fault(String detail) {
        return execution.fault(FaultKind.HELPER, slotAfterCall, detail);
    }
}
