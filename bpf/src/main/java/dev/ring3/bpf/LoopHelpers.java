package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.Result;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Loops that the host bounds: {@code bpf_loop} and {@code bpf_for_each_map_elem} call a function of the program for each
 * turn; the numeric iterator of {@code bpf_for} ({@code kernel/bpf/bpf_iter.c}) is a {@code struct bpf_iter_num} of 8
 * bytes on the stack:
 *
 * <pre>
 * offset  bytes
 * 0       4      the number that {@code bpf_iter_num_next} gave last, whose address it returns
 * 4       4      one past the last number
 * </pre>
 */
final class LoopHelpers {
    /** The most turns of one loop; the kernel's {@code BPF_MAX_LOOPS}. */
    static final int TURNS_MAX = 8 << 20;

    private static final int FOR_EACH_MAP_ELEM = 164;
    private static final int LOOP = 181;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int ITERATOR_BYTES = 8;
    private static final int CURRENT_AT = 0;
    private static final int END_AT = 4;

    private static final FunctionContract ITERATOR_NEW = FunctionContract.of(
            "bpf_iter_num_new",
            Result.SCALAR,
            iterator(Argument.Kind.ITERATOR_NEW),
            Argument.of(Argument.Kind.SCALAR),
            Argument.of(Argument.Kind.SCALAR));
    private static final FunctionContract ITERATOR_NEXT = FunctionContract.of(
            "bpf_iter_num_next",
            new Result(Result.Kind.ITERATOR_ELEMENT, true, false, 0, 0, Integer.BYTES, null),
            iterator(Argument.Kind.ITERATOR));
    private static final FunctionContract ITERATOR_DESTROY = FunctionContract.of(
            "bpf_iter_num_destroy",
            Result.VOID,
            iterator(Argument.Kind.ITERATOR).released());

    private LoopHelpers() {}

    static HostFunctions addTo(HostFunctions functions) {
        HostFunctions all = Helpers.with(functions, LOOP, LoopHelpers::loop);
        all = Helpers.with(all, FOR_EACH_MAP_ELEM, LoopHelpers::forEachElement);
        return all.with(ITERATOR_NEW, LoopHelpers::newIterator)
                .with(ITERATOR_NEXT, LoopHelpers::next)
                .with(ITERATOR_DESTROY, LoopHelpers::destroy);
    }

    private static Argument iterator(Argument.Kind kind) {
        return new Argument(kind, false, false, ITERATOR_BYTES, null);
    }

    /** The callback gets (index, context); it returns 0 to go on. */
    private static long loop(HostCall call, long turns, long callback, long context, long flags, long unused5) {
        if (flags != 0) {
            return HelperErrors.EINVAL;
        }
        long turnsMax = Integer.toUnsignedLong((int) turns);
        if (turnsMax > TURNS_MAX) {
            return HelperErrors.E2BIG;
        }
        for (long i = 0; i < turnsMax; i++) {
            if (call.callFunction(callback, i, context, 0, 0, 0) != 0) {
                return i + 1L;
            }
        }
        return turnsMax;
    }

    /** The callback gets (map, address of the key, address of the value, context); it returns 0 to go on. */
    private static long forEachElement(HostCall call, long map, long callback, long context, long flags, long unused5) {
        MapBase target = Helpers.map(call, map);
        return flags == 0 ? target.forEach((HostCalls) call, callback, context) : HelperErrors.EINVAL;
    }

    private static long newIterator(HostCall call, long iterator, long start, long end, long unused4, long unused5) {
        MemorySegment memory = call.writable(iterator, ITERATOR_BYTES);
        long turns = (long) (int) end - (int) start;
        if (turns < 0 || turns > TURNS_MAX) {
            memory.fill((byte) 0);
            return turns < 0 ? HelperErrors.EINVAL : HelperErrors.E2BIG;
        }
        memory.set(INT, CURRENT_AT, (int) start - 1); // next() adds 1 first; it may wrap around
        memory.set(INT, END_AT, (int) end);
        return 0;
    }

    /** The address of the next number, or 0 if there is none, which is so for an iterator that could not be made. */
    private static long next(HostCall call, long iterator, long unused2, long unused3, long unused4, long unused5) {
        MemorySegment memory = call.writable(iterator, ITERATOR_BYTES);
        int next = memory.get(INT, CURRENT_AT) + 1;
        if (next >= memory.get(INT, END_AT)) {
            memory.fill((byte) 0);
            return 0;
        }
        memory.set(INT, CURRENT_AT, next);
        return iterator + CURRENT_AT;
    }

    private static long destroy(HostCall call, long iterator, long unused2, long unused3, long unused4, long unused5) {
        call.writable(iterator, ITERATOR_BYTES).fill((byte) 0);
        return 0;
    }
}
