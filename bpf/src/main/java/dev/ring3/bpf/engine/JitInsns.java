package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.Insn;

/** Emits one instruction after the other: which class does which. */
final class JitInsns {
    private final JitArithmetic arithmetic;
    private final JitJumps jumps;
    private final JitAccess access;
    private final JitCalls calls;

    JitInsns(JitMethod method) {
        this.arithmetic = new JitArithmetic(method);
        this.jumps = new JitJumps(method);
        this.access = new JitAccess(method);
        this.calls = new JitCalls(method, access);
    }

    /** The state before is the method's; {@code after} and the kinds of registers are those after the instruction. */
    void emit(Insn insn, int slot, JitState after, int intsAfter) {
        switch (insn) {
            case Insn.Alu alu -> arithmetic.alu(alu, after, intsAfter);
            case Insn.MoveSignExtend move -> arithmetic.extend(move, intsAfter);
            case Insn.Negate negate -> arithmetic.negate(negate, intsAfter);
            case Insn.ByteSwap swap -> arithmetic.swap(swap, intsAfter);
            case Insn.LoadWide load -> arithmetic.wide(load, slot, intsAfter);
            case Insn.Jump _, Insn.JumpLong _ -> jumps.jump(JitFunction.target(insn, slot));
            case Insn.JumpIf jump -> jumps.jumpIf(jump, slot);
            case Insn.MayGoto _ -> jumps.mayGoto(JitFunction.target(insn, slot));
            case Insn.Load load -> access.load(load, slot, intsAfter);
            case Insn.Store store -> access.store(store, slot);
            case Insn.LoadAcquire load -> access.loadAcquire(load, slot, intsAfter);
            case Insn.StoreRelease store -> access.storeRelease(store, slot);
            case Insn.Atomic atomic -> access.atomic(atomic, slot, intsAfter);
            case Insn.CallHelper(int number) -> calls.host(number, slot);
            case Insn.CallHost(int id) -> calls.hostByType(id, slot);
            case Insn.CallRegister(var register) -> calls.register(register, slot);
            case Insn.CallLocal(int offset) -> calls.local(slot + 1 + offset, slot);
            case Insn.LoadPacketAbsolute _ -> calls.loadPacket(-1, slot);
            case Insn.LoadPacketIndirect load -> calls.loadPacket(load.index().number(), slot);
            case Insn.Exit _ -> calls.exit();
        }
    }
}
