package dev.ring3.it.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import dev.ring3.bpf.asm.Disassembler;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.insn.WideSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The LLVM dialect against LLVM's own assembler and disassembler. */
class LlvmAssemblerTest {
    private static final int INSNS = 10_000;
    private static final String SEED_PROPERTY = "ring3.seed";
    private static final int[] FIELDS = {0, 1, -1, 8, 16, 32, 64, 0x7fff, -0x8000, Integer.MAX_VALUE, Integer.MIN_VALUE
    };
    private static final int[] ATOMIC_CODES = {0, 1, 0x40, 0x41, 0x50, 0x51, 0xa0, 0xa1, 0xe1, 0xf1};

    @TempDir
    private Path directory;

    @Test
    void objdumpOutput_assembled_givesTheBytesAgain() {
        LlvmTools llvm = new LlvmTools(directory);
        check(seed -> {
            List<Insn> insns = insns(seed, LlvmAssemblerTest::isPrintedInFull);
            String printed = llvm.disassemble(encode(BpfCode.unlinked(insns)));
            assertThat(Assembler.assembleUnlinked(printed, Dialect.LLVM).insns())
                    .isEqualTo(insns);
        });
    }

    @Test
    void disassembly_assembledByLlvm_givesTheBytesAgain() {
        LlvmTools llvm = new LlvmTools(directory);
        check(seed -> {
            BpfCode code = BpfCode.unlinked(withTargets(insns(seed, LlvmAssemblerTest::isReadByLlvm), seed));
            byte[] again = llvm.assemble(Disassembler.disassemble(code, Dialect.LLVM));
            assertThat(InsnLayout.decodeUnlinked(again, ByteOrder.LITTLE_ENDIAN).insns())
                    .isEqualTo(code.insns());
        });
    }

    @Test
    void source_asPeopleWriteIt_assemblesAsWithLlvm() throws Exception {
        LlvmTools llvm = new LlvmTools(directory);
        String source = """
                        .text
                        .globl main
                main:
                        r1 = 5
                        w2=-1; r3 = 4294967295 ; r4 = 0xFFFFFFFF;;
                1:      r1 += - 1; if r1 s> 0 goto 1b
                        call double; call +5
                        if r0 == 0x10 goto end
                        if w0 & 0b101 goto 2f
                        r0 = 0x1122334455667788 ll
                        r0 = -1 ll
                        r0 = 18446744073709551615 ll
                        r5 s>> = 010
                        r5 + = 4 + 4 - 1
                2:      w1=*(u8*)(r10+4-8)
                        *(u16 *)(r10 - 2) = w1
                        *(u8 *)(r10 - 2) = 300
                        lock *(u32 *)(r10 - 4) += r2
                        r1 = ( s8 ) r2
                        r0 = *(u16*)skb [ 4 ]
                        ld_pseudo r1, 1, 5
                        goto 3; gotol -0x3
                .Lx.y$: end: exit
                double: // a function
                        r0 = r1 # its argument
                        r0 <<= 1 /* twice
                        */
                        exit
                """;
        assertThat(encode(Assembler.assembleUnlinked(source, Dialect.LLVM))).isEqualTo(llvm.assemble(source));
    }

    private interface Check {
        void of(long seed) throws Exception;
    }

    /** Runs a random check; whatever it throws is thrown again with the command that replays it. */
    private static void check(Check check) {
        long seed = Long.getLong(SEED_PROPERTY, new Random().nextLong());
        try {
            check.of(seed);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed %d; replay: mvn -q -pl it -am test -Dtest=LlvmAssemblerTest -Dsurefire.failIfNoSpecifiedTests=false -D%s=%d"
                            .formatted(seed, SEED_PROPERTY, seed),
                    e);
        }
    }

    private static byte[] encode(BpfCode code) {
        return InsnLayout.encode(code, ByteOrder.LITTLE_ENDIAN);
    }

    /** What llvm-objdump 19 prints without loss: the others it does not know, or prints as something else. */
    private static boolean isPrintedInFull(Insn insn) {
        return switch (insn) {
            case Insn.LoadAcquire _, Insn.StoreRelease _ -> false; // known since LLVM 20
            case Insn.CallLocal _, Insn.CallHost _ -> false; // printed as the call of a helper
            case Insn.LoadWide wide -> wide.source() == WideSource.IMMEDIATE || wide.high() == 0; // high is left out
            case Insn.LoadPacketIndirect load -> load.offset() == 0; // the offset is left out
            case Insn _ -> true;
        };
    }

    /** What can be written for llvm-mc 19: for the others it has no words, or a relocation in place of an encoding. */
    private static boolean isReadByLlvm(Insn insn) {
        return switch (insn) {
            case Insn.LoadAcquire _, Insn.StoreRelease _ -> false;
            case Insn.CallHost _ -> false;
            case Insn.LoadWide wide -> wide.source() == WideSource.IMMEDIATE;
            case Insn.LoadPacketIndirect load -> load.offset() == 0;
            case Insn _ -> true;
        };
    }

    /** Instructions that decode from random fields; this owes nothing to the assembler's own tests. */
    private static List<Insn> insns(long seed, Predicate<Insn> wanted) {
        Random random = new Random(seed);
        List<Insn> insns = new ArrayList<>();
        Set<Class<?>> types = new HashSet<>();
        while (insns.size() < INSNS) {
            ByteBuffer bytes = ByteBuffer.allocate(2 * InsnLayout.SLOT_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            int opcode = random.nextInt(256);
            int registers = (random.nextInt(3) == 0 ? 0 : random.nextInt(11)) << 4 | random.nextInt(11);
            bytes.put((byte) opcode)
                    .put((byte) registers)
                    .putShort((short) field(random))
                    .putInt(field(random));
            boolean wide = opcode == 0x18;
            bytes.putInt(0).putInt(wide ? field(random) : 0);
            byte[] slots = new byte[wide ? bytes.capacity() : InsnLayout.SLOT_BYTES];
            bytes.get(0, slots);
            try {
                Insn insn = InsnLayout.decodeUnlinked(slots, ByteOrder.LITTLE_ENDIAN)
                        .at(0);
                if (wanted.test(insn)) {
                    insns.add(insn);
                    types.add(insn.getClass());
                }
            } catch (InsnException e) {
                // Most fields of most opcodes are reserved: try others.
            }
        }
        assertThat(types).hasSizeGreaterThan(14);
        return insns;
    }

    private static int field(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt();
            case 1 -> FIELDS[random.nextInt(FIELDS.length)];
            case 2 -> ATOMIC_CODES[random.nextInt(ATOMIC_CODES.length)];
            default -> 0;
        };
    }

    /** Gives calls and long jumps targets in the code, since llvm-mc takes no number there. */
    private static List<Insn> withTargets(List<Insn> insns, long seed) {
        Random random = new Random(seed);
        int slot = 0;
        List<Integer> slots = new ArrayList<>();
        for (Insn insn : insns) {
            slots.add(slot);
            slot += insn.slots();
        }
        List<Insn> result = new ArrayList<>();
        for (int i = 0; i < insns.size(); i++) {
            int offset = slots.get(random.nextInt(slots.size())) - slots.get(i) - 1;
            result.add(
                    switch (insns.get(i)) {
                        case Insn.CallLocal _ -> new Insn.CallLocal(offset);
                        case Insn.JumpLong _ -> new Insn.JumpLong(offset);
                        case Insn other -> other;
                    });
        }
        return result;
    }
}
