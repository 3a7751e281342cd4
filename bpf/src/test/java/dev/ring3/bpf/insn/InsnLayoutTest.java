package dev.ring3.bpf.insn;

import static dev.ring3.bpf.insn.EncodingTable.Field.DST;
import static dev.ring3.bpf.insn.EncodingTable.Field.IMM;
import static dev.ring3.bpf.insn.EncodingTable.Field.OFFSET;
import static dev.ring3.bpf.insn.EncodingTable.Field.SRC;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class InsnLayoutTest {
    private static final int OPCODES = 256;

    static Stream<Golden> golden() {
        return Golden.all();
    }

    static List<ByteOrder> orders() {
        return List.of(LITTLE_ENDIAN, BIG_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void decode_goldenBytes_givesTheInstruction(Golden row) {
        for (ByteOrder order : orders()) {
            assertThat(InsnLayout.decodeUnlinked(row.bytes(order), order).insns())
                    .as(order.toString())
                    .containsExactly(row.insn());
        }
    }

    @ParameterizedTest
    @MethodSource("golden")
    void encode_instruction_givesTheGoldenBytes(Golden row) {
        BpfCode code = BpfCode.unlinked(List.of(row.insn()));
        for (ByteOrder order : orders()) {
            assertThat(InsnLayout.encode(code, order)).as(order.toString()).isEqualTo(row.bytes(order));
        }
    }

    @Test
    void goldenBytes_together_coverEveryOpcodeAndNoOther() {
        Set<Integer> golden =
                Golden.all().map(row -> row.bytes(BIG_ENDIAN)[0] & 0xff).collect(Collectors.toCollection(TreeSet::new));
        Set<Integer> known = IntStream.range(0, OPCODES)
                .filter(EncodingTable::isKnown)
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
        // 53 of arithmetic, 49 of jumps, 26 of memory, counted in the RFC's tables; and may_goto.
        assertThat(golden).isEqualTo(known).hasSize(129);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void decode_examplesOfTheRfc_section31(ByteOrder order) {
        String hex = order == LITTLE_ENDIAN ? "07 01 00 00 44 33 22 11" : "07 10 00 00 11 22 33 44";
        assertThat(InsnLayout.decodeUnlinked(Golden.bytes(hex), order).insns())
                .containsExactly(Golden.alu64(AluOp.ADD, Register.R1, Golden.imm(0x11223344)));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void decodeAndEncode_allGoldenBytesAsOneProgram_keepTheirPlaces(ByteOrder order) {
        ByteArrayOutputStream program = new ByteArrayOutputStream();
        Golden.all().forEach(row -> program.writeBytes(row.bytes(order)));
        byte[] bytes = program.toByteArray();
        BpfCode code = InsnLayout.decodeUnlinked(bytes, order);
        assertThat(code.insns())
                .containsExactlyElementsOf(Golden.all().map(Golden::insn).toList());
        assertThat(code.slotCount()).isEqualTo(bytes.length / InsnLayout.SLOT_BYTES);
        assertThat(InsnLayout.encode(code, order)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        // Slot 0 holds what is written, big endian; slot 1 an exit.
        "0, opcode, 00 00 0000 00000000, second half of a wide instruction on its own",
        "0, opcode, 8c 10 0000 00000000, neg X 32",
        "0, opcode, 8f 10 0000 00000000, neg X 64",
        "0, opcode, df 10 0000 00000010, bswap X",
        "0, opcode, 0d 00 0000 00000000, ja X",
        "0, opcode, 0e 00 0000 00000000, ja32 X",
        "0, opcode, 86 00 0000 00000001, call in the class of 32-bit jumps",
        "0, opcode, 96 00 0000 00000000, exit in the class of 32-bit jumps",
        "0, opcode, 9d 00 0000 00000000, exit X",
        "0, opcode, 8e 10 0000 00000000, callx in the class of 32-bit jumps",
        "0, src,    e5 01 0000 00000000, conditional jump of kind 1",
        "0, src,    e5 0f 0003 00000000, conditional jump of kind 15",
        "0, dst,    e5 10 0003 00000000, may_goto with a destination",
        "0, imm,    e5 00 0003 00000001, may_goto with an immediate",
        "0, opcode, ed 00 0000 00000000, may_goto X",
        "0, opcode, e6 00 0000 00000000, may_goto in the class of 32-bit jumps",
        "0, opcode, 38 00 0000 00000000, absolute packet access of 64 bits",
        "0, opcode, 58 01 0000 00000000, indirect packet access of 64 bits",
        "0, opcode, 99 12 0000 00000000, sign-extending load of 64 bits",
        "0, opcode, c2 10 0000 00000001, atomic of an immediate",
        "0, opcode, 82 10 0000 00000001, sign-extending store",
        "0, opcode, 10 10 0000 00000001, wide load of 8 bits",
        "0, offset, 34 10 0002 00000001, div with offset 2",
        "0, offset, 34 10 ffff 00000001, div with offset -1",
        "0, offset, 3f 12 0100 00000000, sdiv with a byte-swapped offset",
        "0, offset, 94 10 0008 00000001, mod with offset 8",
        "0, offset, 24 10 0001 00000001, signed multiplication",
        "0, offset, bc 12 0020 00000000, movsx of 32 bits to 32",
        "0, offset, bc 12 0040 00000000, movsx of 64 bits to 32",
        "0, offset, bf 12 0040 00000000, movsx of 64 bits to 64",
        "0, offset, bf 12 0001 00000000, move with offset 1",
        "0, offset, bf 12 0001 00010000, address space cast",
        "0, offset, bf 12 ffff 00000000, move of a per-CPU address",
        "0, offset, bf 12 0018 00000000, movsx of 24 bits",
        "0, offset, b7 10 0008 00000001, movsx of an immediate",
        "0, offset, b4 10 0010 00000001, movsx of an immediate to 32 bits",
        "0, imm,    d4 10 0000 00000008, le8",
        "0, imm,    dc 10 0000 00000000, be0",
        "0, imm,    d7 10 0000 00000018, bswap24",
        "0, imm,    d7 10 0000 00000080, bswap128",
        "0, imm,    dc 10 0000 10000000, be16 with a byte-swapped width",
        "0, imm,    84 10 0000 00000001, neg with an immediate",
        "0, imm,    bf 12 0000 00000001, mov X with an immediate",
        "0, src,    b7 12 0000 00000001, mov K with a source",
        "0, src,    85 03 0000 00000001, call with source 3",
        "0, src,    85 0b 0000 00000001, call with source 11",
        "0, dst,    85 10 0000 00000001, call with a destination",
        "0, offset, 85 00 0001 00000001, call with an offset",
        "0, offset, 85 01 0001 00000000, local call with an offset",
        "0, src,    8d 12 0000 00000000, callx with a source",
        "0, imm,    8d 10 0000 00000001, callx with an immediate",
        "0, dst,    8d b0 0000 00000000, callx through r11",
        "0, imm,    c3 12 0000 00000010, atomic subtraction",
        "0, imm,    c3 12 0000 000000e0, exchange without fetch",
        "0, imm,    db 12 0000 000000f0, compare-exchange without fetch",
        "0, imm,    db 12 0000 00000101, load-acquire with fetch",
        "0, imm,    c3 12 0000 00000120, past store-release",
        "0, imm,    db 12 0000 80000000, atomic addition with the sign bit set",
        "0, opcode, cb 12 0000 00000000, atomic addition of 16 bits",
        "0, opcode, d3 12 0000 000000e1, exchange of 8 bits",
        "0, dst,    07 b0 0000 00000001, r11",
        "0, src,    0f 1f 0000 00000000, r15",
        "0, imm,    61 12 0000 00000001, load with an immediate",
        "0, src,    62 12 0000 00000001, store of an immediate with a source",
        "0, dst,    05 10 0000 00000000, ja with a destination",
        "0, imm,    05 00 0000 00000001, ja with an immediate",
        "0, offset, 06 00 0001 00000000, ja32 with an offset",
        "0, imm,    1d 12 0000 00000001, jeq X with an immediate",
        "0, dst,    95 10 0000 00000000, exit with a destination",
        "0, dst,    20 10 0000 00000000, absolute packet access with a destination",
        "0, src,    20 01 0000 00000000, absolute packet access with a source",
        "0, offset, 40 01 0001 00000000, indirect packet access with an offset",
    })
    void decode_reservedEncoding_namesTheField(int slot, String field, String hex, String what) {
        Slot raw = rawOfBigEndian(Golden.bytes(hex));
        for (ByteOrder order : orders()) {
            assertRefused(Slot.bytes(order, raw, Slot.EXIT), order, slot, field, what);
            assertRefused(Slot.bytes(order, Slot.EXIT, raw), order, slot + 1, field, what);
        }
    }

    /** What Linux has beyond the RFC and this module does not. */
    @ParameterizedTest
    @CsvSource({
        "bf 12 0001 00000001, offset: address-space cast (arena) is not supported",
        "bf 12 0001 00010000, offset: address-space cast (arena) is not supported",
        "bf 12 ffff 00000000, offset: move of a per-CPU address is not supported",
        "'e5 01 0003 00000000', 'src: conditional jump of kind 1 is not supported, only may_goto (0) is'",
        "'0d 10 0000 00000000', 'opcode: 0x0d is no instruction here: gotox, the jump through a register, is not supported'",
    })
    void decode_instructionOfLinuxOnly_isRefusedByName(String hex, String message) {
        for (ByteOrder order : orders()) {
            byte[] bytes = Slot.bytes(order, Slot.EXIT, rawOfBigEndian(Golden.bytes(hex)));
            assertThatThrownBy(() -> InsnLayout.decode(bytes, order)).hasMessage("insn 1: " + message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // The field of the first slot, or, at slot 1, of the second.
        "0, src,    18 17 0000 00000001, 00 00 0000 00000000, source 7",
        "0, src,    18 1f 0000 00000001, 00 00 0000 00000000, source 15",
        "0, dst,    18 b0 0000 00000001, 00 00 0000 00000000, r11",
        "0, offset, 18 10 0001 00000001, 00 00 0000 00000000, offset",
        "1, opcode, 18 10 0000 00000001, 18 00 0000 00000000, second opcode",
        "1, opcode, 18 10 0000 00000001, 95 00 0000 00000000, second opcode of an exit",
        "1, dst,    18 10 0000 00000001, 00 10 0000 00000000, second destination",
        "1, src,    18 10 0000 00000001, 00 01 0000 00000000, second source",
        "1, offset, 18 10 0000 00000001, 00 00 ffff 00000000, second offset",
        "1, imm,    18 11 0000 00000001, 00 00 0000 00000001, map by fd",
        "1, imm,    18 13 0000 00000001, 00 00 0000 80000000, variable",
        "1, imm,    18 14 0000 00000001, 00 00 0000 ffffffff, code",
        "1, imm,    18 15 0000 00000001, 00 00 0000 00000100, map by index",
    })
    void decode_wideInstructionWithReservedBits_namesSlotAndField(
            int slot, String field, String first, String second, String what) {
        Slot low = rawOfBigEndian(Golden.bytes(first));
        Slot high = rawOfBigEndian(Golden.bytes(second));
        for (ByteOrder order : orders()) {
            assertRefused(Slot.bytes(order, low, high, Slot.EXIT), order, slot, field, what);
            assertRefused(Slot.bytes(order, Slot.EXIT, low, high), order, slot + 1, field, what);
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void decode_wideInstructionCutInTwo_isRefusedAtItsSlot(ByteOrder order) {
        Slot wide = new Slot(0x18, 1, 0, 0, 7);
        for (int before = 0; before < 3; before++) {
            Slot[] slots = new Slot[before + 1];
            Arrays.fill(slots, Slot.EXIT);
            slots[before] = wide;
            int expected = before;
            assertThatThrownBy(() -> InsnLayout.decode(Slot.bytes(order, slots), order))
                    .isInstanceOfSatisfying(
                            InsnException.class, e -> assertThat(e.slot()).isEqualTo(expected));
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void decode_lengthThatIsNoMultipleOf8_isRefusedAtTheBrokenSlot(ByteOrder order) {
        for (int length = 1; length < 3 * InsnLayout.SLOT_BYTES; length++) {
            if (length % InsnLayout.SLOT_BYTES == 0) {
                continue;
            }
            byte[] cut = Arrays.copyOf(Slot.bytes(order, Slot.EXIT, Slot.EXIT, Slot.EXIT), length);
            int expected = length / InsnLayout.SLOT_BYTES;
            assertThatThrownBy(() -> InsnLayout.decode(cut, order))
                    .as("%d bytes", length)
                    .isInstanceOfSatisfying(
                            InsnException.class, e -> assertThat(e.slot()).isEqualTo(expected));
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void decode_noBytes_isAnEmptyProgramAndRefused(ByteOrder order) {
        assertThatThrownBy(() -> InsnLayout.decode(new byte[0], order))
                .isInstanceOfSatisfying(
                        InsnException.class, e -> assertThat(e.slot()).isZero());
        assertThat(InsnLayout.decodeUnlinked(new byte[0], order).slotCount()).isZero();
    }

    @Test
    void decode_jumpOutOfTheProgram_isRefusedOnlyWhenLinked() {
        byte[] bytes = Golden.bytes("05 00 0500 00000000");
        assertThat(InsnLayout.decodeUnlinked(bytes, LITTLE_ENDIAN).insns()).containsExactly(new Insn.Jump(5));
        assertRefusedLinked(bytes, LITTLE_ENDIAN, 0, "offset");
        assertRefusedLinked(Golden.bytes("07 0a 0000 01000000 95 00 0000 00000000"), LITTLE_ENDIAN, 0, "dst");
    }

    @Test
    void decode_moreSlotsThanAProgramMayHave_isRefused() {
        byte[] bytes = new byte[(BpfCode.SLOTS_MAX + 1) * InsnLayout.SLOT_BYTES];
        for (int at = 0; at < bytes.length; at += InsnLayout.SLOT_BYTES) {
            bytes[at] = (byte) 0x95;
        }
        assertThatThrownBy(() -> InsnLayout.decode(bytes, LITTLE_ENDIAN))
                .isInstanceOfSatisfying(
                        InsnException.class, e -> assertThat(e.slot()).isEqualTo(BpfCode.SLOTS_MAX));
        byte[] longest = Arrays.copyOf(bytes, bytes.length - InsnLayout.SLOT_BYTES);
        assertThat(InsnLayout.decode(longest, LITTLE_ENDIAN).slotCount()).isEqualTo(BpfCode.SLOTS_MAX);
    }

    @Test
    void decode_tooManySlots_isRefusedBeforeAnyIsDecoded() {
        byte[] invalid = new byte[(BpfCode.SLOTS_MAX + 1) * InsnLayout.SLOT_BYTES];
        assertThatThrownBy(() -> InsnLayout.decodeUnlinked(invalid, BIG_ENDIAN))
                .isInstanceOfSatisfying(
                        InsnException.class, e -> assertThat(e.field()).isEqualTo("slots"));
    }

    /** Big endian is the order in which people write the fields down. */
    private static Slot rawOfBigEndian(byte[] bytes) {
        int imm = (bytes[4] & 0xff) << 24 | (bytes[5] & 0xff) << 16 | (bytes[6] & 0xff) << 8 | (bytes[7] & 0xff);
        return new Slot(bytes[0] & 0xff, 0, 0, 0, 0)
                .with(DST, (bytes[1] >> 4) & 0xf)
                .with(SRC, bytes[1] & 0xf)
                .with(OFFSET, bytes[2] << 8 | (bytes[3] & 0xff))
                .with(IMM, imm);
    }

    private static void assertRefused(byte[] bytes, ByteOrder order, int slot, String field, String what) {
        InsnException refusal =
                catchThrowableOfType(InsnException.class, () -> InsnLayout.decodeUnlinked(bytes, order));
        assertThat(refusal).as("%s, %s", what, order).isNotNull();
        assertThat(refusal.slot()).as("%s, %s: %s", what, order, refusal).isEqualTo(slot);
        assertThat(refusal.field()).as("%s, %s: %s", what, order, refusal).isEqualTo(field);
    }

    private static void assertRefusedLinked(byte[] bytes, ByteOrder order, int slot, String field) {
        assertThatThrownBy(() -> InsnLayout.decode(bytes, order)).isInstanceOfSatisfying(InsnException.class, e -> {
            assertThat(e.slot()).isEqualTo(slot);
            assertThat(e.field()).isEqualTo(field);
        });
    }
}
