package dev.ring3.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ring3.bpf.btf.BtfType.Encoding;
import dev.ring3.bpf.btf.BtfType.Linkage;
import dev.ring3.bpf.btf.BtfType.Member;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BtfBadInputTest {
    private static final int INT_AT = BtfLayout.HEADER_BYTES;
    private static final int STRUCT_AT = INT_AT + 16;
    private static final int FUNC_AT = STRUCT_AT + 24;
    private static final int PROTO_AT = FUNC_AT + 12;
    private static final int VAR_AT = PROTO_AT + 20;
    private static final int SECTION_AT = VAR_AT + 16;
    private static final int ENUM_AT = SECTION_AT + 24;

    private final byte[] bytes = valid();
    private final ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    private static byte[] valid() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        builder.add(new BtfType.Int("int", 4, Encoding.SIGNED));
        builder.add(new BtfType.Struct("s", 8, List.of(new Member("a", 1, 32))));
        builder.add(new BtfType.Function("f", 4, Linkage.GLOBAL));
        builder.add(new BtfType.Prototype(1, List.of(new BtfType.Parameter("p", 1))));
        builder.add(new BtfType.Variable("v", 1, Linkage.GLOBAL));
        builder.add(new BtfType.DataSection(".data", 4, List.of(new BtfType.Placed(5, 0, 4))));
        builder.add(new BtfType.Enum32("e", 4, false, List.of(new BtfType.Enumerator("A", 0))));
        byte[] bytes = builder.toBytes();
        assertThat(Btf.parse(bytes).typeCount()).isEqualTo(7);
        return bytes;
    }

    private void assertRefused(int offset, String problem) {
        assertThatExceptionOfType(BtfException.class)
                .isThrownBy(() -> Btf.parse(bytes))
                .withMessageContaining(problem)
                .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
    }

    @Test
    void truncated_everyLength_isRefused() {
        for (int length = 0; length < bytes.length; length++) {
            byte[] prefix = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(BtfException.class)
                    .as("the first %d bytes", length)
                    .isThrownBy(() -> Btf.parse(prefix));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 1, magic", "2, 2, version 2", "3, 1, flags 0x01", "4, 23, header of 23 bytes"})
    void headerField_otherValue_isRefused(int at, byte value, String problem) {
        data.put(at, value);

        assertRefused(at, problem);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 12, 16, 20})
    void partBeyondTheData_parse_isRefused(int at) {
        data.putInt(at, -4);

        assertRefused(at & ~4, at < 16 ? "of types" : "of strings");
    }

    @Test
    void headerBeyondTheData_parse_isRefused() {
        data.putInt(4, -1);

        assertRefused(8, "the data ends at");
    }

    @Test
    void longerHeader_parse_isSkipped() {
        byte[] longer = new byte[bytes.length + 8];
        System.arraycopy(bytes, 0, longer, 0, BtfLayout.HEADER_BYTES);
        System.arraycopy(
                bytes,
                BtfLayout.HEADER_BYTES,
                longer,
                BtfLayout.HEADER_BYTES + 8,
                bytes.length - BtfLayout.HEADER_BYTES);
        ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN).putInt(4, 32);

        assertThat(Btf.parse(longer).typeCount()).isEqualTo(7);
    }

    @Test
    void stringsOverTypes_parse_areRefused() {
        data.putInt(16, 0).putInt(20, 8);

        assertRefused(16, "overlap");
    }

    @Test
    void stringsWithoutTheirZeros_parse_areRefused() {
        int strings = BtfLayout.HEADER_BYTES + data.getInt(16);
        data.put(strings, (byte) 'x');
        assertRefused(strings, "begin with the empty string");
        data.put(strings, (byte) 0);
        data.put(bytes.length - 1, (byte) 'x');
        assertRefused(bytes.length - 1, "end with a zero byte");
    }

    @ParameterizedTest
    @ValueSource(ints = {INT_AT, STRUCT_AT, STRUCT_AT + 12, PROTO_AT + 12, ENUM_AT + 12})
    void nameBeyondTheStrings_parse_isRefused(int at) {
        data.putInt(at, 1 << 20);

        assertRefused(at, "string at offset 1048576");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x14000000, 0x1f000000, 0x00000000, 0x01010000, 0x21000000})
    void unknownKindOrReservedBits_parse_isRefused(int info) {
        data.putInt(INT_AT + 4, info);

        assertRefused(INT_AT + 4, "names no kind of type");
    }

    @ParameterizedTest
    @CsvSource({"0x01000001, count 1", "0x81000000, flag 1"})
    void countOrFlagOfAnInteger_parse_isRefused(String info, String problem) {
        data.putInt(INT_AT + 4, Long.decode(info).intValue());

        assertRefused(INT_AT + 4, problem);
    }

    @Test
    void typeCutOffByTheEnd_parse_isRefused() {
        data.putInt(ENUM_AT + 4, 0x06000002);

        assertRefused(ENUM_AT, "the types end after 20");
    }

    /** The places are a member's type, a function's, a result's, a parameter's, and what lies in a section. */
    @ParameterizedTest
    @CsvSource({
        "56, 8, 'type 2 refers to type 8, the types are 0 to 7'",
        "56, -1, 'type 2 refers to type 4294967295'",
        "84, 9, 'type 4 refers to type 9'",
        "92, 9, 'type 4 refers to type 9'",
        "72, 1, 'type 3 refers to type 1, a INT and no FUNC_PROTO'",
        "72, 0, 'type 3 refers to type 0, a VOID and no FUNC_PROTO'",
        "124, 1, 'type 6 refers to type 1, a INT and no VAR'"
    })
    void reference_toNoSuchType_isRefused(int at, int id, String problem) {
        data.putInt(at, id);

        assertRefused(at, problem);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 32, -1, Integer.MIN_VALUE})
    void sizeOfAnInteger_impossible_isRefused(int size) {
        data.putInt(INT_AT + 8, size);

        assertRefused(INT_AT + 8, "size " + Integer.toUnsignedString(size));
    }

    @ParameterizedTest
    @CsvSource({"0x01000021, bits 0 to 33", "0x01010020, bits 1 to 33", "0x03000020, encoding 0x3"})
    void bitsOfAnInteger_impossible_areRefused(String word, String problem) {
        data.putInt(INT_AT + 12, Integer.decode(word));

        assertRefused(INT_AT + 12, problem);
    }

    @Test
    void memberBeyondItsStruct_parse_isRefused() {
        data.putInt(STRUCT_AT + 20, 65);

        assertRefused(STRUCT_AT + 20, "member 0 reaches bit 65 of 64");
    }

    @Test
    void bitFieldBeyondItsStruct_parse_isRefused() {
        data.putInt(STRUCT_AT + 4, 0x84000001);
        data.putInt(STRUCT_AT + 20, 33 << 24 | 32);

        assertRefused(STRUCT_AT + 20, "member 0 reaches bit 65 of 64");
    }

    @Test
    void linkage_unknown_isRefused() {
        data.putInt(VAR_AT + 12, 3);

        assertRefused(VAR_AT + 12, "linkage 3");
    }

    @Test
    void stringsThatShareTheirBytes_manyAndLong_areRefused() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int longName = builder.offsetOf("x".repeat(20_000));
        for (int i = 0; i < 100; i++) {
            builder.add(new BtfType.Forward("y", false));
        }
        byte[] shared = builder.toBytes();
        for (int i = 0; i < 100; i++) {
            ByteBuffer.wrap(shared)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(BtfLayout.HEADER_BYTES + i * BtfLayout.TYPE_BYTES, longName + i);
        }

        assertThatExceptionOfType(BtfException.class)
                .isThrownBy(() -> Btf.parse(shared))
                .withMessageContaining("8 times as long");
    }

    @Test
    void moreTypesThanTheKernelTakes_parse_isRefused() {
        int types = BtfParser.TYPES_MAX + 1;
        ByteBuffer many = ByteBuffer.allocate(BtfLayout.HEADER_BYTES + types * BtfLayout.TYPE_BYTES + 1)
                .order(ByteOrder.LITTLE_ENDIAN);
        many.put(bytes, 0, 8).putInt(0).putInt(types * BtfLayout.TYPE_BYTES);
        many.putInt(types * BtfLayout.TYPE_BYTES).putInt(1);
        for (int i = 0; i < types; i++) {
            many.putInt(0).putInt(BtfLayout.info(BtfKind.PTR, 0, false)).putInt(0);
        }

        assertThatExceptionOfType(BtfException.class)
                .isThrownBy(() -> Btf.parse(many.array()))
                .withMessageContaining("more than 1048575 types");
    }

    @Test
    void builder_entriesPastSixteenBits_areRefused() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        BtfType.Enumerator enumerator = new BtfType.Enumerator("A", 0);
        builder.add(new BtfType.Enum32("e", 4, false, Collections.nCopies(65_536, enumerator)));

        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(builder::toBytes);
    }
}
