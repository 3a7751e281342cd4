package dev.ring3.bpf.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.insn.BpfCode;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.PseudoInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is emitted: listings of small programs, and sizes. */
class JitCompilerTest {
    /** A loop over bytes, as compilers write it: 64-bit counters, a 32-bit sum. It is done eight bytes at a time first. */
    private static final String SUM = """
            r0 = 0
            r2 = 0
            loop:
            r3 = r1
            r3 += r2
            r3 = *(u8 *)(r3 + 0)
            w0 += w3
            r2 += 1
            if r2 != 64 goto loop
            exit
            """;

    @Test
    void verifiedLoop_isOneOverInts() {
        assertThat(listing(SUM, new ProgramImage.Proof(400, Set.of()))).isEqualTo(LISTING);
    }

    private static final String LISTING = """
            aload_0
            invokestatic registers
            astore_1
            iconst_0
            istore 44
            lconst_0
            lstore 6
            aload_0
            invokestatic r1
            lstore 8
            aload_0
            invokestatic r2
            lstore 10
            lconst_0
            lstore 12
            lconst_0
            lstore 14
            lconst_0
            lstore 16
            lconst_0
            lstore 18
            lconst_0
            lstore 20
            lconst_0
            lstore 22
            lconst_0
            lstore 24
            aload_0
            invokestatic framePointer
            lstore 26
            iconst_0
            istore 28
            iconst_0
            istore 30
            lconst_0
            lstore 46
            bipush 64
            bipush 8
            isub
            istore 45
            1:
            iload 30
            iload 45
            if_icmpge -> 0
            getstatic SEGMENT
            getstatic JAVA_LONG_UNALIGNED
            lconst_0
            lload 8
            ladd
            iload 30
            i2l
            ladd
            invokeinterface get
            dup2
            ldc2_w 71777214294589695
            land
            lstore 4
            bipush 8
            lushr
            ldc2_w 71777214294589695
            land
            lload 4
            ladd
            dup2
            ldc2_w 281470681808895
            land
            lstore 4
            bipush 16
            lushr
            ldc2_w 281470681808895
            land
            lload 4
            ladd
            lload 46
            ladd
            lstore 46
            iload 30
            bipush 8
            iadd
            istore 30
            goto -> 1
            0:
            lload 46
            ldc2_w 4294967295
            land
            lload 46
            bipush 32
            lushr
            ladd
            l2i
            iload 28
            iadd
            istore 28
            3:
            lload 8
            lstore 12
            lload 12
            iload 30
            i2l
            ladd
            lstore 12
            lload 12
            lstore 4
            getstatic SEGMENT
            getstatic JAVA_BYTE
            lload 4
            invokeinterface get
            sipush 255
            iand
            istore 31
            iload 28
            iload 31
            iadd
            istore 28
            iload 30
            iconst_1
            iadd
            istore 30
            iload 30
            bipush 64
            if_icmplt -> 2
            iload 28
            i2l
            ldc2_w 4294967295
            land
            lreturn
            2:
            iload 31
            i2l
            lstore 12
            goto -> 3
            """;

    /** A store to the frame at a constant place, a load from what the program was called with, and a loop. */
    private static final String CHECKED = """
            r0 = 0
            loop:
            r3 = *(u32 *)(r1 + 4)
            *(u64 *)(r10 - 8) = r3
            r0 += r3
            r2 -= 1
            if r2 != 0 goto loop
            exit
            """;

    @Test
    void checkedLoop_testsAccessesAndCountsTurns() {
        assertThat(listing(CHECKED, ProgramImage.Proof.NONE)).isEqualTo(CHECKED_LISTING);
    }

    private static final String CHECKED_LISTING = """
            aload_0
            invokestatic registers
            astore_1
            aload_0
            invokestatic fuel
            istore_2
            iconst_0
            istore 44
            iconst_0
            istore 49
            aload_0
            invokestatic r1
            lstore 40
            aload_0
            invokestatic entryBytes
            lstore 42
            aload_1
            iconst_0
            laload
            lstore 6
            lload 40
            lstore 8
            aload_1
            iconst_2
            laload
            lstore 10
            aload_1
            iconst_3
            laload
            lstore 12
            aload_1
            iconst_4
            laload
            lstore 14
            aload_1
            iconst_5
            laload
            lstore 16
            aload_1
            bipush 6
            laload
            lstore 18
            aload_1
            bipush 7
            laload
            lstore 20
            aload_1
            bipush 8
            laload
            lstore 22
            aload_1
            bipush 9
            laload
            lstore 24
            aload_0
            invokestatic framePointer
            lstore 26
            iload_2
            iconst_1
            if_icmplt -> 0
            5:
            iinc 2 -1
            iconst_0
            istore 28
            iload 28
            i2l
            lstore 6
            13:
            iload_2
            bipush 6
            if_icmplt -> 1
            7:
            iload_2
            iconst_1
            isub
            iconst_5
            idiv
            istore 44
            12:
            iinc 2 -5
            lload 8
            ldc2_w 4
            ladd
            lstore 4
            lload 4
            lload 40
            lload 42
            iconst_4
            invokestatic isIn
            ifeq -> 2
            9:
            getstatic SEGMENT
            getstatic JAVA_INT_UNALIGNED
            lload 4
            invokeinterface get
            istore 31
            lload 26
            ldc2_w -8
            ladd
            lstore 4
            getstatic SEGMENT
            getstatic JAVA_LONG_UNALIGNED
            lload 4
            iload 31
            i2l
            ldc2_w 4294967295
            land
            invokeinterface set
            lload 6
            iload 31
            i2l
            ldc2_w 4294967295
            land
            ladd
            lstore 6
            lload 10
            lconst_1
            lsub
            lstore 10
            lload 10
            lconst_0
            lcmp
            ifne -> 3
            iinc 2 -1
            aload_0
            invokestatic hasCaller
            ifeq -> 4
            aload_1
            lload 6
            lload 8
            lload 10
            iload 31
            i2l
            ldc2_w 4294967295
            land
            lload 14
            lload 16
            lload 18
            lload 20
            lload 22
            lload 24
            invokestatic save
            4:
            aload_0
            iload_2
            invokestatic fuel
            lload 6
            lreturn
            6:
            aload_0
            iload_3
            iload_2
            lload 6
            lload 8
            lload 10
            lload 12
            lload 14
            lload 16
            lload 18
            lload 20
            lload 22
            lload 24
            invokestatic interpret
            lreturn
            0:
            aload_0
            iload_2
            iconst_1
            invokestatic refuel
            dup
            istore_2
            ifge -> 5
            iconst_0
            istore_3
            goto -> 6
            1:
            aload_0
            iload_2
            bipush 6
            invokestatic refuel
            dup
            istore_2
            ifge -> 7
            iconst_1
            istore_3
            goto -> 6
            2:
            aload_0
            lload 4
            iconst_4
            invokestatic readable
            ifeq -> 8
            goto -> 9
            3:
            iinc 44 -1
            iload 44
            ifgt -> 10
            goto -> 11
            8:
            iconst_1
            istore_3
            goto -> 6
            10:
            iload 31
            i2l
            ldc2_w 4294967295
            land
            lstore 12
            goto -> 12
            11:
            iload 31
            i2l
            ldc2_w 4294967295
            land
            lstore 12
            goto -> 13
            """;

    @Test
    void checkedLoop_testsAndCounts() {
        assertThat(listing(SUM, ProgramImage.Proof.NONE)).contains("invokestatic isIn", "invokestatic refuel");
        assertThat(listing(SUM, new ProgramImage.Proof(400, Set.of()))).doesNotContain("isIn", "readable", "refuel");
    }

    /** What is too long for one method is in parts. */
    @Test
    void methods_ofProgramsOfAnyLength_areSmallEnoughToBeCompiled() {
        for (int insns : new int[] {1, 100, 1000, 10_000, 30_000}) {
            String source = "r0 += r1\nr0 ^= 5\nif r0 == 7 goto +1\nr1 = *(u8 *)(r10 - 1)\n".repeat(insns / 4) + "exit";
            ProgramImage image = image(source, ProgramImage.Proof.NONE);
            assertThat(JitCompiler.INSTANCE.prepare(image))
                    .as("%d instructions", insns)
                    .isInstanceOf(JitCode.class);
        }
    }

    private static ProgramImage image(String source, ProgramImage.Proof proof) {
        BpfCode code = Assembler.assemble(source, Dialect.LLVM);
        return new ProgramImage(
                "listed",
                code,
                Map.of(),
                HostFunctions.NONE,
                Map.of(),
                new BoundMaps(List.of()),
                Set.of(),
                List.of(),
                slot -> "line " + slot,
                proof);
    }

    /** The method of a program's only function, one instruction a line, jumps to numbered places. */
    private static String listing(String source, ProgramImage.Proof proof) {
        byte[] emitted = JitCompiler.emit(JitProgram.of(image(source, proof)));
        MethodModel method = ClassFile.of().parse(emitted).methods().stream()
                .filter(m -> m.methodName().equalsString("f0"))
                .findFirst()
                .orElseThrow();
        CodeModel code = method.code().orElseThrow();
        Map<Label, Integer> numbers = new HashMap<>();
        for (CodeElement element : code) {
            if (element instanceof BranchInstruction branch) {
                numbers.putIfAbsent(branch.target(), numbers.size());
            }
        }
        StringBuilder lines = new StringBuilder();
        for (CodeElement element : code) {
            if (element instanceof LabelTarget target && numbers.containsKey(target.label())) {
                lines.append(numbers.get(target.label())).append(":\n");
            } else if (element instanceof Instruction instruction && !(element instanceof PseudoInstruction)) {
                lines.append(text(instruction, numbers)).append('\n');
            }
        }
        return lines.toString();
    }

    private static String text(Instruction instruction, Map<Label, Integer> numbers) {
        String name = instruction.opcode().name().toLowerCase(Locale.ROOT);
        return switch (instruction) {
            case BranchInstruction branch -> name + " -> " + numbers.get(branch.target());
            case InvokeInstruction invoke -> name + " " + invoke.name().stringValue();
            case FieldInstruction field -> name + " " + field.name().stringValue();
            case IncrementInstruction increment -> name + " " + increment.slot() + " " + increment.constant();
            case LoadInstruction load when instruction.sizeInBytes() > 1 -> name + " " + load.slot();
            case StoreInstruction store when instruction.sizeInBytes() > 1 -> name + " " + store.slot();
            case ConstantInstruction constant
            when instruction.sizeInBytes() > 1 -> name + " " + constant.constantValue();
            case Instruction _ -> name;
        };
    }
}
