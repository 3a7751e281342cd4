package dev.ring3.bpf.engine;

import dev.ring3.bpf.HostFunction;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.WideSource;
import dev.ring3.bpf.type.FunctionContract;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** What all methods of a compiled program have in common. */
final class JitProgram {
    /** Programs that are proven to execute no more instructions are not counted: some milliseconds at most. */
    private static final long UNCOUNTED_MAX = 1_000_000;

    final ProgramImage image;
    final BpfCode code;

    /** Whether each access is tested against the memory that the run was given. */
    final boolean checked;

    /** Whether instructions are counted against the budget. */
    final boolean counted;

    /** Whether functions of the host are called, or the packet loaded: what may end the program. */
    final boolean mayEnd;

    /** Whether there are accesses that must be aligned, which is tested as they are executed. */
    private final boolean hasOrdered;

    /** Where functions begin: the program itself, what it calls, and what the host may call. */
    final TreeSet<Integer> functionSlots = new TreeSet<>();

    /** Whether the program calls itself as a function, which then begins with any registers. */
    final boolean callsEntry;

    /** The functions that use their frame, by where they begin. */
    private final BitSet framed = new BitSet();

    private final Map<Integer, JitFacts> facts = new HashMap<>(); // of functions, by where they begin
    private final IdentityHashMap<HostFunction, Integer> constants = new IdentityHashMap<>();

    JitProgram(ProgramImage image, boolean checked, boolean counted) {
        this.image = image;
        this.code = image.code();
        this.checked = checked;
        this.counted = counted;
        functionSlots.add(0);
        boolean ends = false;
        boolean ordered = false;
        boolean entryIsCalled = false;
        int slot = 0;
        for (Insn insn : code) {
            ends |= JitFunction.callsHost(insn)
                    || insn instanceof Insn.LoadPacketAbsolute
                    || insn instanceof Insn.LoadPacketIndirect;
            ordered |= insn instanceof Insn.Atomic
                    || insn instanceof Insn.LoadAcquire
                    || insn instanceof Insn.StoreRelease;
            int function = function(insn, slot);
            if (function >= 0) {
                functionSlots.add(function);
                entryIsCalled |= function == 0;
            }
            slot += insn.slots();
        }
        this.mayEnd = ends;
        this.hasOrdered = ordered;
        this.callsEntry = entryIsCalled;
        for (int function : functionSlots) {
            framed.set(function, new JitFunction(code, function).usesFrame());
        }
    }

    /** Whether it is one function that calls nothing, is not counted, and cannot be stopped. */
    boolean isSimple() {
        return !checked && !counted && !mayEnd && !hasOrdered && functionSlots.size() == 1 && !callsEntry;
    }

    /** What is known of the function that begins at a slot; found once, however often it is emitted. */
    JitFacts facts(int function) {
        return facts.computeIfAbsent(function, slot -> JitFacts.of(this, new JitFunction(code, slot)));
    }

    /** Whether a function uses its frame: otherwise it is opened as one that nobody has cleared. */
    boolean usesFrame(int function) {
        return framed.get(function);
    }

    /** The fastest way to run a program that is safe. */
    static JitProgram of(ProgramImage image) {
        boolean verified = image.proof().isVerified();
        return new JitProgram(
                image, !verified, !verified || image.proof().insnsMax() > UNCOUNTED_MAX || mayLoop(image));
    }

    /** Whether the program may have loops that the verifier does not walk to their end, since the runtime bounds them. */
    private static boolean mayLoop(ProgramImage image) {
        for (Insn insn : image.code()) {
            boolean loops = switch (insn) {
                case Insn.MayGoto _, Insn.CallHost _, Insn.CallRegister _ -> true;
                case Insn.CallHelper(int number) -> mayTailCall(image, number);
                case Insn.LoadWide load -> load.source() == WideSource.CODE; // a callback
                case Insn _ -> false;
            };
            if (loops) {
                return true;
            }
        }
        return false;
    }

    /** Whether a program follows, and perhaps this one again, of which the verifier's bound says nothing. */
    private static boolean mayTailCall(ProgramImage image, int number) {
        FunctionContract contract = image.functions().contract(number);
        return contract != null && contract.has(FunctionContract.Effect.TAIL_CALL);
    }

    /** Where the function begins that an instruction calls or takes the address of, or -1. */
    private int function(Insn insn, int slot) {
        if (insn instanceof Insn.CallLocal(int offset)) {
            return slot + 1 + offset;
        }
        if (insn instanceof Insn.LoadWide load && load.source() == WideSource.CODE) {
            return FunctionPointers.slot(
                    Objects.requireNonNull(image.wideValues().get(slot)));
        }
        return -1;
    }

    /** The number of the class's field for a function of the host. */
    int constant(HostFunction function) {
        return constants.computeIfAbsent(function, _ -> constants.size());
    }

    /** What the class's fields hold, in their order. */
    HostFunction[] constants() {
        HostFunction[] all = new HostFunction[constants.size()];
        constants.forEach((function, number) -> all[number] = function);
        return all;
    }

    /** A part of a function that is too long for one method, by where the part begins. */
    static String partName(int function, int start) {
        return "f" + function + "at" + start;
    }

    static String functionName(int slot) {
        return "f" + slot;
    }

    static String constantName(int number) {
        return "h" + number;
    }
}
