package dev.ring3.bpf.engine;

import dev.ring3.bpf.BpfFault;
import dev.ring3.bpf.HostFunction;
import dev.ring3.bpf.RunResult;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;

/**
 * What compiled programs call. Small methods are inlined into them; the others are for what is rare.
 *
 * <p>Between methods, registers travel in the run's register file, as the interpreter has them: so either may call the
 * other, and the interpreter can take over at any instruction.
 */
final class JitSupport {
    private JitSupport() {}

    /** The register file of the program that runs. */
    static long[] registers(Execution x) {
        return x.registers();
    }

    static long r1(Execution x) {
        return x.r1();
    }

    static long r2(Execution x) {
        return x.r2();
    }

    static long framePointer(Execution x) {
        return x.framePointer();
    }

    static void goOnAt(Execution x, int slot) {
        x.goOnAt(slot);
    }

    static int takeGoesOnAt(Execution x) {
        return x.takeGoesOnAt();
    }

    static long entryBytes(Execution x) {
        return x.entryBytes();
    }

    /** Whether an access lies in a piece of memory: one comparison, of which HotSpot takes the right side out of loops. */
    static boolean isIn(long address, long start, long bytes, int size) {
        return Long.compareUnsigned(address - start, Math.max(0, bytes - size + 1)) < 0;
    }

    /** Whether an offset lies in what has so many places. */
    static boolean isBelow(long offset, long places) {
        return Long.compareUnsigned(offset, places) < 0;
    }

    /**
     * How many turns of eight bytes a loop may make that adds up what the program was called with.
     *
     * @param counter goes up by {@code step} in each, as long as it is less than {@code limit}
     * @param fuel what there is for {@code insns} in each
     * @param place the address of the first eight bytes
     * @param start where the memory that the program was called with begins, and how many bytes it has
     * @return as many as there are; fewer if the fuel is not enough; 0 if any of them loads anything else
     */
    static int groups(int counter, int limit, int step, int fuel, int insns, long place, long start, long bytes) {
        long wanted = ((long) limit - counter + step - 1) / step;
        long groups = Math.max(0, Math.min(wanted, fuel / insns));
        long end = bytes - groups * Long.BYTES;
        return place >= start && end >= 0 && place - start <= end ? (int) groups : 0;
    }

    static int fuel(Execution x) {
        return x.fuel();
    }

    static void fuel(Execution x, int left) {
        x.fuel(left);
    }

    static boolean readable(Execution x, long address, int size) {
        return x.mayAccess(address, size, false);
    }

    static boolean writable(Execution x, long address, int size) {
        return x.mayAccess(address, size, true);
    }

    static boolean isAligned(long address, int size) {
        return (address & (size - 1)) == 0;
    }

    static boolean packetAddress(Execution x, long address) {
        return x.isPacketAddress(address);
    }

    static void save(
            long[] r, long r0, long r1, long r2, long r3, long r4, long r5, long r6, long r7, long r8, long r9) {
        r[0] = r0;
        r[1] = r1;
        r[2] = r2;
        r[3] = r3;
        r[4] = r4;
        r[5] = r5;
        r[6] = r6;
        r[7] = r7;
        r[8] = r8;
        r[9] = r9;
    }

    /**
     * More fuel, where what is left does not reach to the next test.
     *
     * @return at least what is needed, or the complement of what is left: the run ends before the next test
     */
    static int refuel(Execution x, int fuel, int needed) {
        return x.counter().take(fuel, needed);
    }

    /**
     * Has the interpreter execute the instruction that compiled code cannot, which then faults; or the rest of the run,
     * where the budget ends before the next test, or another thread has ended it.
     *
     * @param fuel as {@link #refuel} gave it, or what is left after the block that the instruction is in
     * @throws RunFinished if the rest of the run came to its end
     */
    static long interpret(
            Execution x,
            int slot,
            int fuel,
            long r0,
            long r1,
            long r2,
            long r3,
            long r4,
            long r5,
            long r6,
            long r7,
            long r8,
            long r9) {
        save(x.registers(), r0, r1, r2, r3, r4, r5, r6, r7, r8, r9);
        x.registers()[Register.R10.number()] = x.framePointer();
        // One for the instruction itself, which its block has paid for; not for what is behind the last one.
        int paid = slot < x.code().image().code().slotCount() ? 1 : 0;
        x.fuel(fuel < 0 ? ~fuel : fuel + paid);
        long result = Interpreter.run(x, slot);
        if (fuel >= 0) {
            throw new IllegalStateException(
                    "the interpreter passed instruction %d, which compiled code could not".formatted(slot));
        }
        throw new RunFinished(result);
    }

    /** Calls a function of the host, with the registers saved. */
    static int call(Execution x, HostFunction function, int next, int fuel) {
        return x.callsHost().call(function, next, fuel);
    }

    /** Calls a function of the host that returns to nothing but the program. */
    static long callLeaf(Execution x, HostFunction function, int next, long r1, long r2, long r3, long r4, long r5) {
        return x.callsHost().callLeaf(function, next, r1, r2, r3, r4, r5);
    }

    /** The fault of such a function, once the registers are saved: it is to tell what they are. */
    static BpfFault withRegisters(Execution x, BpfFault fault) {
        RunResult.Faulted known = fault.faulted();
        return x.fault(known.kind(), known.programCounter() + 1, known.detail(), fault.getCause());
    }

    /** Calls a function of the host by its number, with the registers saved. */
    static int callNumber(Execution x, long number, int next, int fuel) {
        HostFunction function = x.code().function(number);
        if (function == null) {
            throw x.unknownFunction(number, next);
        }
        return x.callsHost().call(function, next, fuel);
    }

    /** Whether the program does not go on behind a call: it ended, or another takes its place. */
    static boolean isInterrupted(Execution x) {
        return x.calls().isInterrupted();
    }

    /** What a function returns that does not go on behind a call. */
    static long interrupted(Execution x, int fuel) {
        x.fuel(fuel);
        InterpreterCode target = x.calls().takeTailCall();
        if (target == null || x.calls().programEnded()) {
            return x.registers()[0];
        }
        x.replaceBy(target);
        if (target instanceof JitCode compiled && x.left() >= compiled.insnsMax()) {
            return compiled.enter(x, 0);
        }
        throw new RunFinished(Interpreter.run(x, 0)); // who called this function went on there too
    }

    static boolean programEnded(Execution x) {
        return x.calls().programEnded();
    }

    /** Opens a frame for a function of the program, if there is one left. */
    static boolean push(Execution x, int next, int fuel) {
        if (x.isFull()) {
            return false;
        }
        x.fuel(fuel);
        x.pushFrame(x.code(), next);
        return true;
    }

    /** As {@link #push}, for a function that does not use its frame. */
    static boolean pushDirty(Execution x, int next, int fuel) {
        return pushUncleared(x, next, fuel, true);
    }

    /** As {@link #push}, for a verified function. */
    static boolean pushVerified(Execution x, int next, int fuel) {
        return pushUncleared(x, next, fuel, false);
    }

    private static boolean pushUncleared(Execution x, int next, int fuel, boolean dirty) {
        if (x.isFull()) {
            return false;
        }
        x.fuel(fuel);
        x.pushUncleared(x.code(), next, dirty);
        return true;
    }

    /** Whether a function of the program waits for the one that runs. */
    static boolean hasCaller(Execution x) {
        return x.depth() > 0;
    }

    static void pop(Execution x) {
        x.popFrame();
    }

    static boolean mayIterate(Execution x) {
        return x.mayIterate();
    }

    /** Loads from the packet into r0 of the register file, or ends the program and returns false. */
    static boolean loadPacket(Execution x, int slot, int index) {
        Insn insn = x.code().image().code().at(slot);
        if (PacketAccess.load(insn, index, x, x.registers())) {
            return true;
        }
        x.registers()[0] = 0;
        x.calls().endProgram();
        return false;
    }
}
