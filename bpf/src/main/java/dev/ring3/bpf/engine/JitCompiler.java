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

/**
 * Compiles programs to JVM bytecode, one hidden class for each, which HotSpot compiles in turn. Results, faults and
 * their places are those of the {@link Interpreter}: compiled code tests what may go wrong, and where it does, has the
 * interpreter execute the instruction.
 *
 * <p>Each function of the program is a method. The fuel for a whole basic block is taken at its start; where there is not
 * enough, the interpreter executes the rest, so that a budget ends at the same instruction.
 */
public final class JitCompiler implements Engine {
    /** The engine; it has no state. */
    public static final JitCompiler INSTANCE = new JitCompiler();

    /** Longer programs are interpreted. */
    static final int SLOTS_MAX = 1 << 16;

    /** HotSpot compiles no larger method ({@code HugeMethodLimit}): programs with one are interpreted. */
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
        byte[] emitted;
        try {
            emitted = emit(program);
        } catch (IllegalArgumentException tooLarge) { // a method of more than 65,535 bytes
            return predecoded;
        }
        return methodBytesMax(emitted) <= METHOD_BYTES_MAX
                ? new JitCode(predecoded, define(emitted, program), program)
                : predecoded;
    }

    /** The size of the longest method of a class, in bytes of bytecode. */
    static int methodBytesMax(byte[] emitted) {
        return ClassFile.of().parse(emitted).methods().stream()
                .flatMap(method -> method.findAttribute(Attributes.code()).stream())
                .mapToInt(CodeAttribute::codeLength)
                .max()
                .orElse(0);
    }

    /** The class of a program. */
    static byte[] emit(JitProgram program) {
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
                JitFunction function = new JitFunction(program.code, slot);
                c.withMethodBody(
                        JitProgram.functionName(slot),
                        JitTypes.FUNCTION,
                        ClassFile.ACC_STATIC | ClassFile.ACC_PRIVATE,
                        code -> new JitMethod(program, function, code).emit());
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
