package dev.ring3.bpf.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ring3.bpf.btf.BtfType.Encoding;
import dev.ring3.bpf.btf.BtfType.Linkage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BtfExtTest {
    private static final int INT = 1;
    private static final int FUNCTION = 3;
    private static final int FUNCTIONS_AT = 32;
    private static final int LINES_AT = FUNCTIONS_AT + 4 + 8 + 8;
    private static final int CORE_AT = LINES_AT + 4 + (8 + 16) * 2;

    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final byte[] bytes = valid(types, ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    private static byte[] valid(BtfBuilder types, ByteOrder order) {
        types.add(new BtfType.Int("int", 4, Encoding.SIGNED));
        types.add(new BtfType.Prototype(1, List.of()));
        types.add(new BtfType.Function("f", 2, Linkage.GLOBAL));
        return new BtfExtWriter(types, order)
                .function("one", 0, FUNCTION)
                .line("one", 8, "a.c", "int f(void)", 12, 5)
                .line("two", 0, "b.h", "", 4_000_000, 1023)
                .relocation("two", 16, INT, "0:1", CoreKind.FIELD_SIGNED)
                .toBytes();
    }

    @ParameterizedTest
    @MethodSource("dev.ring3.bpf.btf.BtfTest#orders")
    void everyPart_parse_isFoundBySection(ByteOrder order) {
        BtfBuilder builder = new BtfBuilder(order);
        byte[] contents = valid(builder, order);

        BtfExt ext = BtfExt.parse(contents, builder.build());

        assertThat(ext.functions("one")).containsExactly(new FunctionInfo(0, FUNCTION));
        assertThat(ext.functions("two")).isEmpty();
        assertThat(ext.lines("one")).containsExactly(new LineInfo(8, "a.c", "int f(void)", 12, 5));
        assertThat(ext.lines("two")).containsExactly(new LineInfo(0, "b.h", "", 4_000_000, 1023));
        assertThat(ext.relocations("two"))
                .containsExactly(new CoreRelocation(CORE_AT + 12, 16, INT, "0:1", CoreKind.FIELD_SIGNED));
    }

    @Test
    void longerRecords_parse_areReadByTheirSize() {
        Btf btf = types.build();
        byte[] longer = new byte[bytes.length + 4];
        System.arraycopy(bytes, 0, longer, 0, LINES_AT);
        System.arraycopy(bytes, LINES_AT, longer, LINES_AT + 4, bytes.length - LINES_AT);
        ByteBuffer changed = ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN);
        changed.putInt(12, 24).putInt(16, 24).putInt(24, changed.getInt(24) + 4).putInt(FUNCTIONS_AT, 12);

        BtfExt ext = BtfExt.parse(longer, btf);

        assertThat(ext.functions("one")).containsExactly(new FunctionInfo(0, FUNCTION));
        assertThat(ext.lines("one")).hasSize(1);
    }

    private void assertRefused(int offset, String problem) {
        assertThatExceptionOfType(BtfException.class)
                .isThrownBy(() -> BtfExt.parse(bytes, types.build()))
                .withMessageContaining(problem)
                .withMessageStartingWith("BTF.ext offset")
                .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
    }

    @Test
    void truncated_everyLength_isRefused() {
        Btf btf = types.build();
        for (int length = 0; length < bytes.length; length++) {
            byte[] prefix = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(BtfException.class)
                    .as("the first %d bytes", length)
                    .isThrownBy(() -> BtfExt.parse(prefix, btf));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, magic", "2, 9, version 9", "4, 20, header of 20 bytes", "4, -1, header of 4294967295"})
    void header_damaged_isRefused(int at, int value, String problem) {
        if (at == 4) {
            data.putInt(at, value);
        } else {
            data.put(at, (byte) value);
        }

        assertRefused(at, problem);
    }

    @Test
    void otherByteOrder_parse_isRefused() {
        Btf big = new BtfBuilder(ByteOrder.BIG_ENDIAN).build();

        assertThatExceptionOfType(BtfException.class)
                .isThrownBy(() -> BtfExt.parse(bytes, big))
                .withMessageContaining("BIG_ENDIAN");
    }

    @ParameterizedTest
    @CsvSource({"8, -1, records from offset", "12, -1, records from offset", "12, 3, 3 bytes of records"})
    void partBeyondTheData_parse_isRefused(int at, int value, String problem) {
        data.putInt(at, value);

        assertRefused(8, problem);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 10, -1})
    void sizeOfRecords_impossible_isRefused(int bytesOfOne) {
        data.putInt(FUNCTIONS_AT, bytesOfOne);

        assertRefused(FUNCTIONS_AT, "records of " + Integer.toUnsignedString(bytesOfOne) + " bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, -1, 0x4000_0000})
    void countOfRecords_beyondThePart_isRefusedBeforeMemoryIsTaken(int count) {
        data.putInt(FUNCTIONS_AT + 8, count);

        assertRefused(FUNCTIONS_AT + 8, Integer.toUnsignedString(count) + " records of 8 bytes");
    }

    @ParameterizedTest
    @CsvSource({
        "36, 1000000, string at offset",
        "48, 1, 'type 1 is a INT and no FUNC'",
        "48, 9, 'type 9, the types are 0 to 3'",
        "68, 1000000, string at offset",
        "72, 1000000, string at offset",
        "120, -1, 'type 4294967295'",
        "124, 1000000, string at offset",
        "128, 13, 'kind 13 of a CO-RE relocation'",
        "128, -1, 'kind 4294967295'"
    })
    void record_damaged_isRefused(int at, int value, String problem) {
        data.putInt(at, value);

        assertRefused(at, problem);
    }
}
