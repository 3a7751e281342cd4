package dev.ring3.bpf.engine;

import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_MethodHandles_Lookup;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compiles programs to JVM bytecode, one hidden class for each, which HotSpot compiles in turn. Results, faults and
 * their places are those of the {@link Interpreter}: compiled code tests what may go wrong, and where it does, has the
 * interpreter execute the instruction.
 *
 * <p>Each function of the program is a method, or several if it is long. The fuel for a whole basic block is taken at its start; where there is not
 * enough, the interpreter executes the rest, so that a budget ends at the same instruction.
 */
public final class JitCompiler implements Engine {
    /** The engine; it has no state. */
    public static final JitCompiler INSTANCE = new JitCompiler();

    /** Longer programs are interpreted. */
    static final int SLOTS_MAX = 1 << 16;

    /** No function is in parts. */
    private static final int WHOLE = Integer.MAX_VALUE;

    /** How long the parts of functions are, from what is tried first. */
    private static final int[] PART_INSNS = {WHOLE, 512, 192, 64};

    /** HotSpot compiles no larger method ({@code HugeMethodLimit}). */
    static final int METHOD_BYTES_MAX = 8000;

    private static final MethodTypeDesc CLASS_DATA =
            MethodTypeDesc.of(CD_Object, CD_MethodHandles_Lookup, CD_String, CD_Class);

    private JitCompiler() {}

    @Override
    public Executable prepare(ProgramImage image) {
        InterpreterCode predecoded = Predecoder.decode(image);
        if (image.code().slotCount() > SLOTS_MAX) {
            return predecoded;
        }
        JitProgram program = JitProgram.of(image);
        for (int partInsns : PART_INSNS) {
            byte[] emitted = emitSmall(program, partInsns);
            if (emitted != null) {
                JitEntry entry = define(emitted, program);
                return partInsns == WHOLE && program.isSimple()
                        ? new JitCode.Simple(predecoded, entry, program)
                        : new JitCode(predecoded, entry, program, functionMethods(emitted));
            }
        }
        return predecoded;
    }

    /** The class of a program, or null if it has too large a method. */
    private static byte @Nullable [] emitSmall(JitProgram program, int partInsnsMax) {
        try {
            byte[] emitted = emit(program, partInsnsMax);
            return methodBytesMax(emitted) <= METHOD_BYTES_MAX ? emitted : null;
        } catch (IllegalArgumentException tooLarge) { // for the format of class files
            return null;
        }
    }

    /** The size of the longest method of a class, in bytes of bytecode. */
    static int methodBytesMax(byte[] emitted) {
        return ClassFile.of().parse(emitted).methods().stream()
                .flatMap(method -> method.findAttribute(Attributes.code()).stream())
                .mapToInt(CodeAttribute::codeLength)
                .max()
                .orElse(0);
    }

    /** How many methods of a class are functions of the program, or parts of them. */
    private static int functionMethods(byte[] emitted) {
        return (int) ClassFile.of().parse(emitted).methods().stream()
                .filter(method -> (method.flags().flagsMask() & ClassFile.ACC_STATIC) != 0
                        && method.methodTypeSymbol().parameterCount() > 0)
                .count();
    }

    /** The class of a program. */
    static byte[] emit(JitProgram program) {
        return emit(program, Integer.MAX_VALUE);
    }

    /** The class of a program, its functions in parts of some instructions each if they are longer. */
    static byte[] emit(JitProgram program, int partInsnsMax) {
        return ClassFile.of().build(JitTypes.COMPILED, c -> {
            c.withSuperclass(JitTypes.ENTRY).withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC);
            c.withMethodBody(
                    INIT_NAME,
                    MTD_void,
                    0,
                    code -> code.aload(0)
                            .invokespecial(JitTypes.ENTRY, INIT_NAME, MTD_void)
                            .return_());
            c.withMethodBody("run", JitTypes.RUN, 0, code -> dispatch(program, code));
            for (int slot : program.functionSlots) {
                JitFacts facts = program.facts(slot);
                List<List<JitFunction.Block>> parts = JitParts.of(facts.function(), partInsnsMax);
                if (parts.size() > 1) {
                    JitParts.emit(program, facts, parts, c);
                } else {
                    c.withMethodBody(
                            JitProgram.functionName(slot),
                            JitTypes.FUNCTION,
                            JitParts.FLAGS,
                            code -> new JitMethod(program, facts, code).emit());
                }
            }
            constants(program, c);
        });
    }

    private static void dispatch(JitProgram program, CodeBuilder c) {
        List<SwitchCase> cases = new ArrayList<>();
        for (int slot : program.functionSlots) {
            cases.add(SwitchCase.of(slot, c.newLabel()));
        }
        Label otherwise = c.newLabel();
        c.iload(2).lookupswitch(otherwise, cases);
        for (SwitchCase function : cases) {
            c.labelBinding(function.target()).aload(1);
            c.invokestatic(JitTypes.COMPILED, JitProgram.functionName(function.caseValue()), JitTypes.FUNCTION);
            c.lreturn();
        }
        c.labelBinding(otherwise).lconst_0().lreturn();
    }

    private static void constants(JitProgram program, ClassBuilder c) {
        int count = program.constants().length;
        if (count == 0) {
            return;
        }
        ClassDesc array = JitTypes.HOST_FUNCTION.arrayType();
        for (int i = 0; i < count; i++) {
            c.withField(
                    JitProgram.constantName(i),
                    JitTypes.HOST_FUNCTION,
                    ClassFile.ACC_STATIC | ClassFile.ACC_FINAL | ClassFile.ACC_PRIVATE);
        }
        c.withMethodBody(CLASS_INIT_NAME, MTD_void, ClassFile.ACC_STATIC, code -> {
            code.invokestatic(JitTypes.desc(MethodHandles.class), "lookup", MethodTypeDesc.of(CD_MethodHandles_Lookup));
            code.loadConstant("_").loadConstant(array);
            code.invokestatic(JitTypes.desc(MethodHandles.class), "classData", CLASS_DATA);
            code.checkcast(array).astore(0);
            for (int i = 0; i < count; i++) {
                code.aload(0).loadConstant(i).aaload();
                code.putstatic(JitTypes.COMPILED, JitProgram.constantName(i), JitTypes.HOST_FUNCTION);
            }
            code.return_();
        });
    }

    private static JitEntry define(byte[] bytes, JitProgram program) {
        try {
            MethodHandles.Lookup lookup =
                    MethodHandles.lookup().defineHiddenClassWithClassData(bytes, program.constants(), true);
            MethodHandle constructor = lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class));
            return (JitEntry) constructor.invoke();
        } catch (Throwable e) {
            throw new IllegalStateException("the class of program " + program.image.name() + " is refused", e);
        }
    }
}
