package dev.ring3.bpf.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.memory.BpfMemory;
import dev.ring3.bpf.type.FieldKind.Part;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextLayoutTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 8", "8, 8", "20, 24", "24, 24", "192, 192", "193, 200"})
    void offsets_areBehindTheStructureRoundedUp(int structBytes, int first) {
        assertThat(ContextLayout.addresses(structBytes)).isEqualTo(first);
        assertThat(ContextLayout.offset(structBytes, Part.START)).isEqualTo(first);
        assertThat(ContextLayout.offset(structBytes, Part.END)).isEqualTo(first + 8);
        assertThat(ContextLayout.offset(structBytes, Part.META)).isEqualTo(first + 16);
        assertThat(ContextLayout.bytes(structBytes)).isEqualTo(first + 24);
    }

    @Test
    void write_goldenBytes() {
        long context = BpfMemory.allocate(BpfMemory.PAGE_BYTES);
        try {
            ContextLayout.write(context, 5, 0x1122334455667788L, 0x100);
            byte[] bytes = BpfMemory.SEGMENT.asSlice(context, 40).toArray(ValueLayout.JAVA_BYTE);
            boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
            assertThat(HexFormat.of().formatHex(bytes))
                    .isEqualTo("0000000000000000"
                            + (little ? "8877665544332211" : "1122334455667788")
                            + (little ? "8878665544332211" : "1122334455667888")
                            + (little ? "8877665544332211" : "1122334455667788")
                            + "0000000000000000");
        } finally {
            BpfMemory.free(context, BpfMemory.PAGE_BYTES);
        }
    }
}
