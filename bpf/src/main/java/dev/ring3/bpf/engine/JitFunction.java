package dev.ring3.bpf.engine;

import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Registers;
import dev.ring3.bpf.insn.Size;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A function as the compiler sees it: every instruction that jumps lead to from its first, in basic blocks. A block ends
 * before a place that something jumps to, and after a jump or a call. Code that two functions jump to is in both.
 */
final class JitFunction {
    /**
     * A basic block.
     *
     * @param start its first slot
     * @param end one past its last slot
     * @param insns how many instructions it has, which is fewer than slots if there are wide loads
     */
    record Block(int start, int end, int insns) {}

    /** No block is longer, so that a method can hold one, whatever its instructions are. */
    private static final int BLOCK_INSNS_MAX = 64;

    final BpfCode code;
    final int entry;

    /** In the order of their slots. The last may be an empty one behind the code, where no instruction is. */
    final List<Block> blocks = new ArrayList<>();

    private final BitSet reached = new BitSet();
    private final BitSet leaders = new BitSet();

    JitFunction(BpfCode code, int entry) {
        this.code = code;
        this.entry = entry;
        explore();
        makeBlocks();
    }

    private void explore() {
        leaders.set(entry);
        ArrayDeque<Integer> open = new ArrayDeque<>(List.of(entry));
        while (!open.isEmpty()) {
            int slot = open.pop();
            while (!reached.get(slot)) {
                reached.set(slot);
                if (slot == code.slotCount()) {
                    break;
                }
                Insn insn = code.at(slot);
                int next = slot + insn.slots();
                int target = target(insn, slot);
                if (target >= 0) {
                    leaders.set(target);
                    open.push(target);
                }
                if (target >= 0 || endsBlock(insn)) {
                    leaders.set(next);
                }
                if (!continues(insn)) {
                    break;
                }
                slot = next;
            }
        }
    }

    private void makeBlocks() {
        int slot = reached.nextSetBit(0);
        while (slot >= 0) {
            int start = slot;
            int insns = 0;
            int end = slot;
            while (end < code.slotCount()
                    && reached.get(end)
                    && insns < BLOCK_INSNS_MAX
                    && (end == start || !leaders.get(end))) {
                end += code.at(end).slots();
                insns++;
            }
            blocks.add(new Block(start, end, insns));
            slot = reached.nextSetBit(Math.max(end, start + 1));
        }
    }

    /** Where an instruction at a slot may jump to, or -1. */
    static int target(Insn insn, int slot) {
        return switch (insn) {
            case Insn.Jump(int offset) -> slot + 1 + offset;
            case Insn.JumpLong(int offset) -> slot + 1 + offset;
            case Insn.JumpIf jump -> slot + 1 + jump.offset();
            case Insn.MayGoto(int offset) -> slot + 1 + offset;
            case Insn _ -> -1;
        };
    }

    /** Whether the instruction behind may follow. */
    static boolean continues(Insn insn) {
        return !(insn instanceof Insn.Jump || insn instanceof Insn.JumpLong || insn instanceof Insn.Exit);
    }

    private static boolean endsBlock(Insn insn) {
        return isCall(insn)
                || insn instanceof Insn.Exit
                || insn instanceof Insn.LoadPacketAbsolute
                || insn instanceof Insn.LoadPacketIndirect;
    }

    /** Whether it calls a function of the program or of the host. */
    static boolean isCall(Insn insn) {
        return insn instanceof Insn.CallLocal || callsHost(insn);
    }

    /** Whether it calls a function of the host, which may end the program, replace it, or call back. */
    static boolean callsHost(Insn insn) {
        return insn instanceof Insn.CallHelper || insn instanceof Insn.CallHost || insn instanceof Insn.CallRegister;
    }

    /** Whether it touches memory. */
    static boolean touchesMemory(Insn insn) {
        return switch (insn) {
            case Insn.Load _, Insn.Store _, Insn.Atomic _, Insn.LoadAcquire _, Insn.StoreRelease _ -> true;
            case Insn _ -> isCall(insn);
        };
    }

    /** Whether any instruction has the frame pointer as an operand. */
    boolean usesFrame() {
        for (Block block : blocks) {
            for (int slot = block.start();
                    slot < block.end();
                    slot += code.at(slot).slots()) {
                if (Registers.readBy(code.at(slot)).contains(Register.R10)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What a load of a size without sign gives at most, -1 for all 64 bits. */
    static long loadedMax(Size size) {
        return size == Size.DOUBLE ? -1 : (1L << size.bits()) - 1;
    }

    /** The blocks that may follow one, by their first slots. */
    List<Integer> successors(Block block) {
        if (block.insns() == 0) {
            return List.of();
        }
        int last = lastSlot(block);
        Insn insn = code.at(last);
        List<Integer> all = new ArrayList<>(2);
        int target = target(insn, last);
        if (target >= 0) {
            all.add(target);
        }
        if (continues(insn) && block.end() != target) {
            all.add(block.end());
        }
        return all;
    }

    /** The slot of a block's last instruction. */
    int lastSlot(Block block) {
        int slot = block.start();
        while (slot + code.at(slot).slots() < block.end()) {
            slot += code.at(slot).slots();
        }
        return slot;
    }
}
