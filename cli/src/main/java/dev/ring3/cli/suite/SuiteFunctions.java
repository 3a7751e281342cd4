package dev.ring3.cli.suite;

import dev.ring3.bpf.HostCall;
import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.Argument.Kind;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.Result;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The helpers that programs of the suite may call, by the numbers that user-space runtimes give them when they run it.
 * Numbers 1, 3, 4 and 5 are other helpers than the kernel's.
 */
public final class SuiteFunctions {
    /** A string whose end the function looks for itself, and never beyond what the program may read. */
    private static final Argument STRING = Argument.memory(1);

    private static final HostFunctions FUNCTIONS = HostFunctions.NONE
            .with(
                    0,
                    contract("gather_bytes", Kind.SCALAR, Kind.SCALAR, Kind.SCALAR, Kind.SCALAR, Kind.SCALAR),
                    SuiteFunctions::gatherBytes)
            .with(1, contract("memfrob", Kind.MEMORY_IN_OUT, Kind.SIZE), SuiteFunctions::frobnicate)
            .with(3, contract("sqrti", Kind.SCALAR), SuiteFunctions::squareRoot)
            .with(4, FunctionContract.of("strcmp_ext", Result.SCALAR, STRING, STRING), SuiteFunctions::compareStrings)
            .with(5, contract("unwind", Kind.SCALAR), SuiteFunctions::unwind);

    /** Called with r1 and r2 as memory programs are, and with the suite's helpers in place of the kernel's. */
    public static final ProgramType TYPE = ProgramTypes.MEMORY.withFunctions(FUNCTIONS);

    /** What {@code memfrob(3)} combines each byte with. */
    private static final int FROB = 42;

    private SuiteFunctions() {}

    /** As {@link #TYPE}, for programs that are called with memory of just so many bytes. */
    public static ProgramType type(int memoryBytes) {
        return ProgramTypes.memory(memoryBytes, memoryBytes).withFunctions(FUNCTIONS);
    }

    private static FunctionContract contract(String name, Kind first, Kind... others) {
        return FunctionContract.of(name, Result.SCALAR, first, others);
    }

    /** The low bytes of the five arguments, the first one highest. */
    private static long gatherBytes(HostCall call, long a, long b, long c, long d, long e) {
        return (a & 0xff) << 32 | (b & 0xff) << 24 | (c & 0xff) << 16 | (d & 0xff) << 8 | (e & 0xff);
    }

    /** {@code memfrob(address, bytes)}; returns the address. */
    private static long frobnicate(HostCall call, long address, long bytes, long c, long d, long e) {
        MemorySegment memory = call.writable(address, bytes);
        for (long i = 0; i < bytes; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) (memory.get(ValueLayout.JAVA_BYTE, i) ^ FROB));
        }
        return address;
    }

    /** The largest number whose square is not above the argument, which is unsigned. */
    private static long squareRoot(HostCall call, long number, long b, long c, long d, long e) {
        double approximate = number >= 0 ? number : number + 0x1p64;
        long root = (long) Math.sqrt(approximate);
        // A double has 53 bits, so the root may be off by one; 2^32 squared does not fit.
        while (root > 0xffff_ffffL || Long.compareUnsigned(root * root, number) > 0) {
            root--;
        }
        while (root < 0xffff_ffffL && Long.compareUnsigned((root + 1) * (root + 1), number) <= 0) {
            root++;
        }
        return root;
    }

    /** {@code strcmp(3)}: the difference of the first bytes that differ. */
    private static long compareStrings(HostCall call, long left, long right, long c, long d, long e) {
        for (long i = 0; ; i++) {
            long of = Byte.toUnsignedLong(call.readable(left + i, 1).get(ValueLayout.JAVA_BYTE, 0));
            long than = Byte.toUnsignedLong(call.readable(right + i, 1).get(ValueLayout.JAVA_BYTE, 0));
            if (of != than || of == 0) {
                return of - than;
            }
        }
    }

    /** Returns its argument; 0 ends the whole program with it. */
    private static long unwind(HostCall call, long result, long b, long c, long d, long e) {
        if (result == 0) {
            call.endProgram();
        }
        return result;
    }
}
