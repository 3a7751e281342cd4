package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.ring3.bpf.insn.Insn;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.MethodTypeDesc;
import java.util.BitSet;
import java.util.List;

/**
 * Pieces of the frame that are variables of a method instead: HotSpot has more registers than BPF, and cannot tell that
 * nobody else looks at the frame. The interpreter goes on in the frame only where the method stops, which puts the
 * variables back; so does a part of a function with those that other parts may read, and takes them out as it is entered.
 */
final class JitSpills {
    private static final int VARIABLES_FROM = 48;

    private final JitPieces pieces;
    private final BitSet used = new BitSet(); // by the blocks of the method; of indices
    private final BitSet written = new BitSet();

    JitSpills(JitPieces pieces, JitFunction function, List<JitFunction.Block> blocks) {
        this.pieces = pieces;
        for (JitFunction.Block block : blocks) {
            for (int slot = block.start(); slot < block.end(); ) {
                Insn insn = function.code.at(slot);
                JitPieces.Piece read = pieces.loadedBy(insn);
                JitPieces.Piece stored = pieces.storedBy(insn);
                if (read != null) {
                    used.set(read.index());
                } else if (stored != null) {
                    used.set(stored.index());
                    written.set(stored.index());
                }
                slot += insn.slots();
            }
        }
    }

    private static int variable(JitPieces.Piece piece) {
        return VARIABLES_FROM + 2 * piece.index();
    }

    /** Gives the variables a first value, which verified code does not read. */
    void begin(CodeBuilder c) {
        for (JitPieces.Piece piece : pieces.all) {
            if (!used.get(piece.index())) {
                continue;
            }
            if (piece.isLong()) {
                c.lconst_0().lstore(variable(piece));
            } else {
                c.iconst_0().istore(variable(piece));
            }
        }
    }

    /** Takes out of the frame what a part may read that is entered at a block. */
    void enter(CodeBuilder c, int start) {
        for (JitPieces.Piece piece : pieces.all) {
            if (used.get(piece.index()) && pieces.isLive(piece, start)) {
                int bytes = piece.bytes();
                pushPlace(c, piece);
                c.invokeinterface(
                        JitTypes.SEGMENT,
                        "get",
                        MethodTypeDesc.of(JitTypes.carrier(bytes), JitTypes.layout(bytes), CD_long));
                if (piece.isLong()) {
                    c.lstore(variable(piece));
                } else {
                    mask(c, bytes);
                    c.istore(variable(piece));
                }
            }
        }
    }

    /** Puts back what may be read from a block of another part on. */
    void leave(CodeBuilder c, int start) {
        for (JitPieces.Piece piece : pieces.all) {
            if (written.get(piece.index()) && pieces.isLive(piece, start)) {
                putBack(c, piece);
            }
        }
    }

    /** Puts the variables where the interpreter looks for them. */
    void putBack(CodeBuilder c) {
        for (JitPieces.Piece piece : pieces.all) {
            if (written.get(piece.index())) {
                putBack(c, piece);
            }
        }
    }

    private static void putBack(CodeBuilder c, JitPieces.Piece piece) {
        int bytes = piece.bytes();
        pushPlace(c, piece);
        if (piece.isLong()) {
            c.lload(variable(piece));
        } else {
            c.iload(variable(piece));
            if (bytes < Integer.BYTES) {
                c.conversion(TypeKind.INT, bytes == Byte.BYTES ? TypeKind.BYTE : TypeKind.SHORT);
            }
        }
        c.invokeinterface(
                JitTypes.SEGMENT,
                "set",
                MethodTypeDesc.of(CD_void, JitTypes.layout(bytes), CD_long, JitTypes.carrier(bytes)));
    }

    private static void pushPlace(CodeBuilder c, JitPieces.Piece piece) {
        c.getstatic(JitTypes.MEMORY, "SEGMENT", JitTypes.SEGMENT);
        c.getstatic(JitTypes.LAYOUT, JitTypes.layoutName(piece.bytes()), JitTypes.layout(piece.bytes()));
        c.lload(JitMethod.FRAME_POINTER).loadConstant((long) piece.offset()).ladd();
    }

    /** Cuts an int on the stack to what a few bytes hold without sign. */
    private static void mask(CodeBuilder c, int bytes) {
        if (bytes < Integer.BYTES) {
            c.loadConstant((1 << (bytes * Byte.SIZE)) - 1).iand();
        }
    }

    /** Emits a load if it is of a variable. */
    boolean load(JitMethod m, Insn.Load load, int intsAfter) {
        JitPieces.Piece piece = pieces.loadedBy(load);
        if (piece == null) {
            return false;
        }
        int dst = load.dst().number();
        int bytes = load.size().bytes();
        if (bytes == Long.BYTES) {
            m.c.lload(variable(piece));
            m.storeLong(dst, intsAfter);
            return true;
        }
        if (piece.isLong()) {
            m.c.lload(variable(piece)).l2i();
        } else {
            m.c.iload(variable(piece));
        }
        if (load.signed() && bytes < Integer.BYTES) {
            m.c.conversion(TypeKind.INT, bytes == Byte.BYTES ? TypeKind.BYTE : TypeKind.SHORT);
        } else if (bytes < piece.bytes()) {
            mask(m.c, bytes);
        }
        m.storeInt(dst, intsAfter);
        return true;
    }

    /** Emits a store if it is to a variable. */
    boolean store(JitMethod m, Insn.Store store) {
        JitPieces.Piece piece = pieces.storedBy(store);
        if (piece == null) {
            return false;
        }
        int bytes = store.size().bytes();
        CodeBuilder c = m.c;
        if (piece.isLong()) {
            storeLong(m, piece, store);
        } else {
            m.pushInt(store.value());
            mask(c, bytes);
            if (bytes < piece.bytes()) { // what it does not write stays
                c.iload(variable(piece))
                        .loadConstant(-1 << (bytes * Byte.SIZE))
                        .iand()
                        .ior();
            }
            c.istore(variable(piece));
        }
        return true;
    }

    private static void storeLong(JitMethod m, JitPieces.Piece piece, Insn.Store store) {
        int bytes = store.size().bytes();
        m.pushLong(store.value());
        if (bytes < Long.BYTES) {
            long all = (1L << (bytes * Byte.SIZE)) - 1;
            m.c.loadConstant(all).land();
            m.c.lload(variable(piece)).loadConstant(~all).land().lor();
        }
        m.c.lstore(variable(piece));
    }
}
