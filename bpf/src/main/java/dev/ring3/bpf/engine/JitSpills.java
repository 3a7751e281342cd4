package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.ring3.bpf.LeafFunction;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.Registers;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Pieces of the frame that are variables of the method instead: what clang put there for want of registers. HotSpot has
 * more of them, and cannot tell that nobody else looks at the frame.
 *
 * <p>That is so in verified functions that use the frame pointer for nothing but plain loads and stores, each at a
 * constant place, and that neither run anything of the program's nor leave the method while they wait: nothing points
 * into their frame, and the interpreter goes on in it only where the method stops, which puts the variables back.
 */
final class JitSpills {
    private static final int VARIABLES_FROM = 48;
    private static final int PIECES_MAX = 128;

    /**
     * A piece of the frame.
     *
     * @param variable a long for 8 bytes, otherwise an int without sign
     */
    private record Piece(int bytes, int variable) {}

    private final Map<Integer, Piece> pieces = new HashMap<>(); // by offset from r10

    private JitSpills() {}

    /** Those of a whole function. */
    static JitSpills of(JitProgram program, JitFunction function) {
        JitSpills spills = new JitSpills();
        TreeMap<Integer, Integer> bytesAt = new TreeMap<>();
        if (program.checked || !collect(program, function, bytesAt) || overlap(bytesAt)) {
            return spills;
        }
        int variable = VARIABLES_FROM;
        for (Map.Entry<Integer, Integer> place : bytesAt.entrySet()) {
            if (spills.pieces.size() < PIECES_MAX) {
                spills.pieces.put(place.getKey(), new Piece(place.getValue(), variable));
                variable += 2;
            }
        }
        return spills;
    }

    /** None: the function is in several methods. */
    static JitSpills none() {
        return new JitSpills();
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
                isOnly(bytesAt, load.offset(), load.size().bytes());
            case Insn.Store store
            when store.base() == Register.R10 && store.value() != Register.R10 ->
                isOnly(bytesAt, store.offset(), store.size().bytes());
            case Insn.CallHelper(int number) -> program.image.functions().byNumber(number) instanceof LeafFunction;
            case Insn other ->
                !JitFunction.isCall(other) && !Registers.readBy(other).contains(Register.R10);
        };
    }

    private static boolean isOnly(Map<Integer, Integer> bytesAt, int offset, int bytes) {
        Integer known = bytesAt.putIfAbsent(offset, bytes);
        return known == null || known == bytes;
    }

    private static boolean overlap(SortedMap<Integer, Integer> bytesAt) {
        int end = Integer.MIN_VALUE;
        for (Map.Entry<Integer, Integer> place : bytesAt.entrySet()) {
            if (place.getKey() < end) {
                return true;
            }
            end = place.getKey() + place.getValue();
        }
        return false;
    }

    /** Gives the variables a first value, which verified code does not read. */
    void begin(CodeBuilder c) {
        for (Piece piece : pieces.values()) {
            if (piece.bytes() == Long.BYTES) {
                c.lconst_0().lstore(piece.variable());
            } else {
                c.iconst_0().istore(piece.variable());
            }
        }
    }

    /** Emits a load if it is of a variable. */
    boolean load(JitMethod m, Insn.Load load, int intsAfter) {
        Piece piece = load.base() == Register.R10 ? pieces.get(load.offset()) : null;
        if (piece == null) {
            return false;
        }
        int dst = load.dst().number();
        if (piece.bytes() == Long.BYTES) {
            m.c.lload(piece.variable());
            m.storeLong(dst, intsAfter);
            return true;
        }
        m.c.iload(piece.variable());
        if (load.signed() && piece.bytes() < Integer.BYTES) {
            m.c.conversion(TypeKind.INT, piece.bytes() == Byte.BYTES ? TypeKind.BYTE : TypeKind.SHORT);
        }
        m.storeInt(dst, intsAfter);
        return true;
    }

    /** Emits a store if it is to a variable. */
    boolean store(JitMethod m, Insn.Store store) {
        Piece piece = store.base() == Register.R10 ? pieces.get(store.offset()) : null;
        if (piece == null) {
            return false;
        }
        if (piece.bytes() == Long.BYTES) {
            m.pushLong(store.value());
            m.c.lstore(piece.variable());
            return true;
        }
        m.pushInt(store.value());
        if (piece.bytes() < Integer.BYTES) {
            m.c.loadConstant((int) JitFunction.loadedMax(store.size())).iand();
        }
        m.c.istore(piece.variable());
        return true;
    }

    /** Puts the variables where the interpreter looks for them. */
    void putBack(CodeBuilder c) {
        pieces.forEach((offset, piece) -> {
            int bytes = piece.bytes();
            c.getstatic(JitTypes.MEMORY, "SEGMENT", JitTypes.SEGMENT);
            c.getstatic(JitTypes.LAYOUT, JitTypes.layoutName(bytes), JitTypes.layout(bytes));
            c.lload(JitMethod.longVariable(Register.R10.number()))
                    .loadConstant((long) offset)
                    .ladd();
            if (bytes == Long.BYTES) {
                c.lload(piece.variable());
            } else {
                c.iload(piece.variable());
                if (bytes < Integer.BYTES) {
                    c.conversion(TypeKind.INT, bytes == Byte.BYTES ? TypeKind.BYTE : TypeKind.SHORT);
                }
            }
            c.invokeinterface(
                    JitTypes.SEGMENT,
                    "set",
                    MethodTypeDesc.of(CD_void, JitTypes.layout(bytes), CD_long, JitTypes.carrier(bytes)));
        });
    }
}
