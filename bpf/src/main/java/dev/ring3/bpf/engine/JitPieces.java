package dev.ring3.bpf.engine;

import dev.ring3.bpf.LeafFunction;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Registers;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of a function's frame that nothing looks at but its own loads and stores: what clang put there for want of
 * registers. They are followed as registers are ({@link JitState}), and are variables of methods ({@link JitSpills}).
 *
 * <p>There are such in verified functions that use the frame pointer for nothing but plain loads and stores, each at a
 * constant place, and that run nothing of the program's in between. Clang uses a piece for values of several sizes, one
 * after the other; it is as long as the longest of them.
 */
final class JitPieces {
    private static final int PIECES_MAX = 128;
    private static final boolean LITTLE_ENDIAN_HOST = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    /**
     * A piece of the frame.
     *
     * @param offset where it is, from r10
     */
    record Piece(int index, int offset, int bytes) {
        boolean isLong() {
            return bytes == Long.BYTES;
        }

        /** Where {@link JitState} has it, behind the registers. */
        int place() {
            return Register.COUNT + index;
        }
    }

    final List<Piece> all = new ArrayList<>();
    private final Map<Integer, Piece> byOffset = new HashMap<>();
    private final Map<Integer, BitSet> live = new HashMap<>(); // before blocks, by their first slots; of indices

    private JitPieces() {}

    static JitPieces of(JitProgram program, JitFunction function) {
        JitPieces pieces = new JitPieces();
        TreeMap<Integer, Integer> bytesAt = new TreeMap<>();
        if (program.checked || !collect(program, function, bytesAt) || overlap(bytesAt)) {
            return pieces;
        }
        bytesAt.forEach((offset, bytes) -> {
            if (pieces.all.size() < PIECES_MAX) {
                Piece piece = new Piece(pieces.all.size(), offset, bytes);
                pieces.all.add(piece);
                pieces.byOffset.put(offset, piece);
            }
        });
        pieces.findLive(function);
        return pieces;
    }

    /** Finds what is accessed with which size; whether that is all that is done with the frame, and nothing else runs. */
    private static boolean collect(JitProgram program, JitFunction function, Map<Integer, Integer> bytesAt) {
        for (JitFunction.Block block : function.blocks) {
            for (int slot = block.start(); slot < block.end(); ) {
                Insn insn = function.code.at(slot);
                if (!keepsFrame(program, insn, bytesAt)) {
                    return false;
                }
                slot += insn.slots();
            }
        }
        return true;
    }

    private static boolean keepsFrame(JitProgram program, Insn insn, Map<Integer, Integer> bytesAt) {
        return switch (insn) {
            case Insn.Load load
            when load.base() == Register.R10 ->
                add(bytesAt, load.offset(), load.size().bytes());
            case Insn.Store store
            when store.base() == Register.R10 && store.value() != Register.R10 ->
                add(bytesAt, store.offset(), store.size().bytes());
            case Insn.CallHelper(int number) -> program.image.functions().byNumber(number) instanceof LeafFunction;
            case Insn other ->
                !JitFunction.isCall(other) && !Registers.readBy(other).contains(Register.R10);
        };
    }

    /** What begins where something longer does is its low part on this host, or there is nothing to be done. */
    private static boolean add(Map<Integer, Integer> bytesAt, int offset, int bytes) {
        int longest = bytesAt.merge(offset, bytes, Math::max);
        return LITTLE_ENDIAN_HOST || longest == bytes;
    }

    private static boolean overlap(Map<Integer, Integer> bytesAt) {
        int end = Integer.MIN_VALUE;
        for (Map.Entry<Integer, Integer> place : bytesAt.entrySet()) {
            if (place.getKey() < end) {
                return true;
            }
            end = place.getKey() + place.getValue();
        }
        return false;
    }

    /** What an instruction loads from, or null if that is no piece. */
    @Nullable
    Piece loadedBy(Insn insn) {
        return insn instanceof Insn.Load load && load.base() == Register.R10 ? byOffset.get(load.offset()) : null;
    }

    /** What an instruction stores to, or null if that is no piece. */
    @Nullable
    Piece storedBy(Insn insn) {
        return insn instanceof Insn.Store store && store.base() == Register.R10 ? byOffset.get(store.offset()) : null;
    }

    /** Whether what is in a piece before a block may be read: from the block on, or by what is kept of it in a store of less. */
    boolean isLive(Piece piece, int start) {
        return Objects.requireNonNull(live.get(start), "every block is looked at")
                .get(piece.index());
    }

    private void findLive(JitFunction function) {
        function.blocks.forEach(block -> live.put(block.start(), new BitSet()));
        List<JitFunction.Block> backwards = new ArrayList<>(function.blocks);
        Collections.reverse(backwards);
        boolean changed = !all.isEmpty();
        while (changed) {
            changed = false;
            for (JitFunction.Block block : backwards) {
                BitSet before = liveBefore(function, block);
                changed |= !before.equals(live.put(block.start(), before));
            }
        }
    }

    private BitSet liveBefore(JitFunction function, JitFunction.Block block) {
        BitSet pieces = new BitSet();
        function.successors(block).forEach(next -> pieces.or(Objects.requireNonNull(live.get(next))));
        List<Insn> insns = new ArrayList<>();
        for (int slot = block.start();
                slot < block.end();
                slot += function.code.at(slot).slots()) {
            insns.add(function.code.at(slot));
        }
        for (Insn insn : insns.reversed()) {
            Piece read = loadedBy(insn);
            Piece written = storedBy(insn);
            if (read != null) {
                pieces.set(read.index());
            } else if (written != null && insn instanceof Insn.Store store) {
                pieces.set(written.index(), store.size().bytes() < written.bytes());
            }
        }
        return pieces;
    }
}
