package dev.ring3.bpf.insn;

import static dev.ring3.bpf.insn.Golden.alu64;
import static dev.ring3.bpf.insn.Golden.imm;
import static dev.ring3.bpf.insn.Golden.jump32;
import static dev.ring3.bpf.insn.Golden.jump64;
import static dev.ring3.bpf.insn.Register.R0;
import static dev.ring3.bpf.insn.Register.R1;
import static dev.ring3.bpf.insn.Register.R10;
import static dev.ring3.bpf.insn.Register.R2;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BpfCodeTest {
    private static final Insn MOV = alu64(AluOp.MOV, R0, imm(0));
    private static final Insn EXIT = new Insn.Exit();
    private static final Insn WIDE = Insn.LoadWide.of(R1, 0x1122334455667788L);

    /** An instruction with a target, given its offset, and the field that holds it. */
    record Branch(String name, String field, IntFunction<Insn> of) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Branch> branches() {
        return List.of(
                new Branch("ja", "offset", Insn.Jump::new),
                new Branch("ja32", "imm", Insn.JumpLong::new),
                new Branch("may_goto", "offset", Insn.MayGoto::new),
                new Branch("jeq K", "offset", offset -> jump64(Condition.EQUAL, R1, imm(0), offset)),
                new Branch("jset X", "offset", offset -> jump64(Condition.BITS_SET, R1, R2, offset)),
                new Branch("jsle32 K", "offset", offset -> jump32(Condition.SIGNED_LESS_OR_EQUAL, R1, imm(0), offset)),
                new Branch("jne32 X", "offset", offset -> jump32(Condition.NOT_EQUAL, R1, R2, offset)),
                new Branch("call local", "imm", Insn.CallLocal::new));
    }

    @ParameterizedTest
    @MethodSource("branches")
    void branch_insideTheProgram_isTaken(Branch branch) {
        // Slots: 0 mov, 1-2 wide, 3 the branch, 4 mov, 5-6 wide, 7 exit.
        for (int target : new int[] {0, 1, 3, 4, 5, 7}) {
            BpfCode code = BpfCode.of(program(branch, target - 4));
            assertThat(InsnLayout.decode(InsnLayout.encode(code, BIG_ENDIAN), BIG_ENDIAN))
                    .isEqualTo(code);
        }
    }

    @ParameterizedTest
    @MethodSource("branches")
    void branch_intoTheMiddleOfAWideInstruction_isRefused(Branch branch) {
        for (int target : new int[] {2, 6}) {
            assertRefused(3, branch.field(), program(branch, target - 4));
        }
    }

    @ParameterizedTest
    @MethodSource("branches")
    void branch_outOfTheProgram_isRefused(Branch branch) {
        for (int target : new int[] {-1, -2, 8, 9, Short.MIN_VALUE + 4, Short.MAX_VALUE + 4}) {
            assertRefused(3, branch.field(), program(branch, target - 4));
        }
        assertRefused(0, branch.field(), List.of(branch.of.apply(0)));
    }

    @Test
    void branch_with32BitsOfOffset_doesNotWrapAround() {
        for (Branch branch :
                branches().stream().filter(one -> one.field.equals("imm")).toList()) {
            for (int offset : new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE, 0x10000 - 4, -0x10000}) {
                assertRefused(3, "imm", program(branch, offset));
                assertThatThrownBy(() -> BpfCode.of(program(branch, offset)))
                        .hasMessageContaining("target " + (4L + offset) + " outside");
            }
        }
    }

    @Test
    void codeAddress_countsFromTheSlotAfterItsFirst() {
        // As the kernel does (kernel/bpf/verifier.c, BPF_PSEUDO_FUNC). Slots: 0-1 the load, 2 mov, 3-4 wide, 5 exit.
        for (int target : new int[] {0, 2, 3, 5}) {
            BpfCode code = BpfCode.of(codeAddress(target - 1), MOV, WIDE, EXIT);
            assertThat(InsnLayout.decode(InsnLayout.encode(code, LITTLE_ENDIAN), LITTLE_ENDIAN))
                    .isEqualTo(code);
        }
        for (int target : new int[] {1, 4, -1, 6, 7}) {
            assertRefused(0, "imm", List.of(codeAddress(target - 1), MOV, WIDE, EXIT));
        }
        assertRefused(0, "imm", List.of(codeAddress(Integer.MAX_VALUE), EXIT));
    }

    @Test
    void wideLoad_ofAnythingButCode_hasNoTarget() {
        for (WideSource source : WideSource.values()) {
            if (source != WideSource.CODE) {
                assertThat(BpfCode.of(new Insn.LoadWide(R1, source, 0x7fffffff, 0), EXIT)
                                .slotCount())
                        .isEqualTo(3);
            }
        }
        // Nor has a helper or a host function.
        assertThat(BpfCode.of(new Insn.CallHelper(-1), new Insn.CallHost(99), EXIT)
                        .slotCount())
                .isEqualTo(3);
    }

    @Test
    void emptyProgram_isRefused() {
        assertThatThrownBy(BpfCode::of).isInstanceOf(InsnException.class);
        assertThatThrownBy(() -> BpfCode.of(List.of())).isInstanceOf(InsnException.class);
        assertThatThrownBy(() -> BpfCode.unlinked(List.of()).requireComplete()).isInstanceOf(InsnException.class);
        assertThat(BpfCode.unlinked(List.of()).slotCount()).isZero();
    }

    static Stream<Insn> writersOfR10() {
        return Stream.of(
                alu64(AluOp.ADD, R10, imm(8)),
                alu64(AluOp.MOV, R10, R10),
                Golden.alu32(AluOp.SUB, R10, R1),
                new Insn.MoveSignExtend(Width.BITS_64, Size.BYTE, R10, R1),
                new Insn.Negate(Width.BITS_32, R10),
                new Insn.ByteSwap(SwapKind.TO_LITTLE_ENDIAN, Size.DOUBLE, R10),
                new Insn.ByteSwap(SwapKind.REVERSE, Size.HALF, R10),
                new Insn.Load(Size.DOUBLE, false, R10, R1, 0),
                new Insn.Load(Size.WORD, true, R10, R1, 0),
                new Insn.LoadAcquire(Size.BYTE, R10, R1, 0),
                new Insn.LoadWide(R10, WideSource.IMMEDIATE, 1, 1),
                new Insn.LoadWide(R10, WideSource.MAP_BY_FD, 1, 0),
                new Insn.Atomic(Size.WORD, AtomicOp.FETCH_ADD, R1, 0, R10),
                new Insn.Atomic(Size.DOUBLE, AtomicOp.FETCH_OR, R1, 0, R10),
                new Insn.Atomic(Size.DOUBLE, AtomicOp.FETCH_AND, R1, 0, R10),
                new Insn.Atomic(Size.WORD, AtomicOp.FETCH_XOR, R1, 0, R10),
                new Insn.Atomic(Size.DOUBLE, AtomicOp.EXCHANGE, R1, 0, R10));
    }

    @ParameterizedTest
    @MethodSource("writersOfR10")
    void framePointer_written_isRefused(Insn insn) {
        String field = insn instanceof Insn.Atomic ? "src" : "dst";
        assertRefused(0, field, List.of(insn, EXIT));
        assertRefused(3, field, List.of(MOV, WIDE, insn, EXIT));
    }

    static Stream<Insn> readersOfR10() {
        return Stream.of(
                alu64(AluOp.MOV, R1, R10),
                Golden.alu32(AluOp.ADD, R1, R10),
                new Insn.MoveSignExtend(Width.BITS_64, Size.BYTE, R1, R10),
                jump64(Condition.EQUAL, R10, R10, 0),
                new Insn.CallRegister(R10),
                new Insn.Load(Size.DOUBLE, false, R1, R10, -8),
                new Insn.Store(Size.DOUBLE, R10, -8, R10),
                new Insn.Store(Size.DOUBLE, R10, -8, imm(1)),
                new Insn.Atomic(Size.DOUBLE, AtomicOp.ADD, R10, -8, R10),
                new Insn.Atomic(Size.DOUBLE, AtomicOp.FETCH_ADD, R10, -8, R1),
                // Its result goes to r0, not to the source.
                new Insn.Atomic(Size.DOUBLE, AtomicOp.COMPARE_EXCHANGE, R10, -8, R10),
                new Insn.LoadAcquire(Size.DOUBLE, R1, R10, -8),
                new Insn.StoreRelease(Size.DOUBLE, R10, -8, R10),
                new Insn.LoadPacketIndirect(Size.BYTE, R10, 0));
    }

    @ParameterizedTest
    @MethodSource("readersOfR10")
    void framePointer_read_isTaken(Insn insn) {
        BpfCode code = BpfCode.of(insn, EXIT);
        assertThat(InsnLayout.decode(InsnLayout.encode(code, LITTLE_ENDIAN), LITTLE_ENDIAN))
                .isEqualTo(code);
    }

    @Test
    void unlinkedCode_isCheckedOnlyWhenAsked() {
        List<Insn> insns = List.of(MOV, new Insn.CallLocal(-1), new Insn.Jump(100));
        BpfCode code = BpfCode.unlinked(insns);
        assertThat(code.insns()).isEqualTo(insns);
        assertRefusedAt(2, "offset", code::requireComplete);
        BpfCode complete = BpfCode.unlinked(List.of(MOV, EXIT));
        assertThat(complete.requireComplete()).isEqualTo(complete);
    }

    @Test
    void severalFaults_nameTheFirstInstruction() {
        assertRefused(1, "dst", List.of(MOV, new Insn.Negate(Width.BITS_64, R10), new Insn.Jump(100)));
        assertRefused(1, "offset", List.of(MOV, new Insn.Jump(100), new Insn.Negate(Width.BITS_64, R10)));
    }

    @Test
    void slots_ofAProgramWithWideInstructions_addressItsInstructions() {
        BpfCode code = BpfCode.of(MOV, WIDE, new Insn.Jump(2), WIDE, EXIT);
        assertThat(code.slotCount()).isEqualTo(7);
        assertThat(code).containsExactly(MOV, WIDE, new Insn.Jump(2), WIDE, EXIT);
        List<Integer> starts = List.of(0, 1, 3, 4, 6);
        for (int slot = -2; slot < 9; slot++) {
            assertThat(code.isInsn(slot)).as("slot %d", slot).isEqualTo(starts.contains(slot));
        }
        for (int i = 0; i < starts.size(); i++) {
            assertThat(code.at(starts.get(i))).isEqualTo(code.insns().get(i));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> code.at(2)).withMessageContaining("2");
        assertThat(code.isInsn(Integer.MIN_VALUE)).isFalse();
        assertThat(code.isInsn(Integer.MAX_VALUE)).isFalse();
    }

    @Test
    void code_builtFromAList_doesNotChangeWithIt() {
        List<Insn> insns = new ArrayList<>(List.of(MOV, EXIT));
        BpfCode code = BpfCode.of(insns);
        insns.set(0, new Insn.Jump(77));
        assertThat(code).isEqualTo(BpfCode.of(MOV, EXIT)).hasSameHashCodeAs(BpfCode.of(MOV, EXIT));
        assertThatThrownBy(() -> code.insns().set(0, EXIT)).isInstanceOf(UnsupportedOperationException.class);
        assertThat(code).isNotEqualTo(BpfCode.of(EXIT));
    }

    @Test
    void program_atTheLimit_isTaken_andPastItRefused() {
        List<Insn> longest = Collections.nCopies(BpfCode.SLOTS_MAX, EXIT);
        assertThat(BpfCode.of(longest).slotCount()).isEqualTo(BpfCode.SLOTS_MAX);
        assertThatThrownBy(() -> BpfCode.of(Collections.nCopies(BpfCode.SLOTS_MAX + 1, EXIT)))
                .isInstanceOf(InsnException.class);
        // The unit is the slot: half as many wide instructions fit, and one across the limit does not.
        assertThat(BpfCode.of(Collections.nCopies(BpfCode.SLOTS_MAX / 2, WIDE)).slotCount())
                .isEqualTo(BpfCode.SLOTS_MAX);
        List<Insn> across = new ArrayList<>(Collections.nCopies(BpfCode.SLOTS_MAX - 1, EXIT));
        across.add(WIDE);
        assertThatThrownBy(() -> BpfCode.unlinked(across)).isInstanceOf(InsnException.class);
    }

    private static List<Insn> program(Branch branch, int offset) {
        return List.of(MOV, WIDE, branch.of.apply(offset), MOV, WIDE, EXIT);
    }

    private static Insn codeAddress(int offset) {
        return new Insn.LoadWide(R1, WideSource.CODE, offset, 0);
    }

    /** Refused when built from instructions, and when read from bytes of either order. */
    private static void assertRefused(int slot, String field, List<Insn> insns) {
        assertRefusedAt(slot, field, () -> BpfCode.of(insns));
        for (ByteOrder order : List.of(LITTLE_ENDIAN, BIG_ENDIAN)) {
            byte[] bytes = InsnLayout.encode(BpfCode.unlinked(insns), order);
            assertRefusedAt(slot, field, () -> InsnLayout.decode(bytes, order));
        }
    }

    private static void assertRefusedAt(int slot, String field, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(InsnException.class, e -> {
            assertThat(e.slot()).as(e.getMessage()).isEqualTo(slot);
            assertThat(e.field()).as(e.getMessage()).isEqualTo(field);
        });
    }
}
