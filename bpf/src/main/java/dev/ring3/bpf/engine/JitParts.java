package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/**
 * Functions that are too long for a method that HotSpot compiles. Each part is some blocks in a row, as a method
 * {@code static long part(Execution, int slot)} that begins at one of them. Where it goes on in another part it puts the
 * registers into the register file, notes the block in the execution and returns; the function's own method calls parts
 * until one returns for good.
 */
final class JitParts {
    static final int FLAGS = ClassFile.ACC_STATIC | ClassFile.ACC_PRIVATE;

    private static final int EXECUTION = 0;
    private static final int NEXT = 1;
    private static final int RESULT = 2;

    private JitParts() {}

    /** A function's blocks in parts of so many instructions, or little more than that. */
    static List<List<JitFunction.Block>> of(JitFunction function, int insnsMax) {
        List<List<JitFunction.Block>> parts = new ArrayList<>();
        int insns = insnsMax;
        for (JitFunction.Block block : function.blocks) {
            if (insns >= insnsMax) {
                parts.add(new ArrayList<>());
                insns = 0;
            }
            parts.getLast().add(block);
            insns += block.insns();
        }
        return parts;
    }

    static void emit(JitProgram program, JitFunction function, List<List<JitFunction.Block>> parts, ClassBuilder c) {
        c.withMethodBody(
                JitProgram.functionName(function.entry), JitTypes.FUNCTION, FLAGS, code -> loop(function, parts, code));
        for (List<JitFunction.Block> part : parts) {
            c.withMethodBody(
                    name(function, part),
                    JitTypes.PART,
                    FLAGS,
                    code -> new JitMethod(program, function, part, code).emit());
        }
    }

    private static String name(JitFunction function, List<JitFunction.Block> part) {
        return JitProgram.partName(function.entry, part.getFirst().start());
    }

    private static void loop(JitFunction function, List<List<JitFunction.Block>> parts, CodeBuilder c) {
        c.loadConstant(function.entry).istore(NEXT);
        Label again = c.newLabel();
        Label called = c.newLabel();
        c.labelBinding(again);
        for (int i = 0; i < parts.size(); i++) {
            Label other = c.newLabel();
            if (i + 1 < parts.size()) {
                c.iload(NEXT).loadConstant(parts.get(i + 1).getFirst().start()).if_icmpge(other);
            }
            c.aload(EXECUTION).iload(NEXT);
            c.invokestatic(
                            JitTypes.COMPILED,
                            name(function, parts.get(i)),
                            MethodTypeDesc.of(CD_long, JitTypes.EXECUTION, CD_int))
                    .lstore(RESULT)
                    .goto_(called);
            c.labelBinding(other);
        }
        c.labelBinding(called);
        c.aload(EXECUTION)
                .invokestatic(JitTypes.SUPPORT, "takeGoesOnAt", MethodTypeDesc.of(CD_int, JitTypes.EXECUTION))
                .dup()
                .istore(NEXT)
                .ifge(again);
        c.lload(RESULT).lreturn();
    }
}
