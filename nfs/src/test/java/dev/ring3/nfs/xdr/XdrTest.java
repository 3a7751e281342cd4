package dev.ring3.nfs.xdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class XdrTest {
    private static ByteBuffer hex(String text) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(text.replace(" ", "")));
    }

    @Test
    void writer_encodesAsTheStandardSays() {
        XdrWriter out = new XdrWriter(ByteBuffer.allocate(64));
        out.putInt(-2)
                .putLong(1L << 40)
                .putBool(true)
                .putOpaque(new byte[] {'s', 'i', 'l', 'l', 'y'})
                .putFixed(new byte[] {1})
                .putWords(7);
        assertThat(HexFormat.of().formatHex(out.copySince(0)))
                .isEqualTo("fffffffe" + "0000010000000000" + "00000001" + "00000005" + "73696c6c79000000" + "01000000"
                        + "0000000100000007");
    }

    @Test
    void reader_givesBackWhatWriterWrote() {
        XdrReader in =
                new XdrReader(hex("fffffffe 0000010000000000 00000001 00000005 73696c6c79000000 01000000 00000000"));
        assertThat(in.getInt()).isEqualTo(-2);
        assertThat(in.getLong()).isEqualTo(1L << 40);
        assertThat(in.getBool()).isTrue();
        assertThat(in.getOpaque(5)).isEqualTo("silly".getBytes(StandardCharsets.UTF_8));
        assertThat(in.getFixed(1)).containsExactly(1);
        assertThat(in.getOpaqueView(9).remaining()).isZero();
        assertThat(in.remaining()).isZero();
    }

    @Test
    void reader_lengthBeyondLimitOrMessage_isRefusedWithItsOffset() {
        assertThatThrownBy(() -> new XdrReader(hex("ffffffff")).getOpaque(Integer.MAX_VALUE))
                .isInstanceOf(XdrException.class)
                .hasMessageContaining("byte 4: 4294967295 elements");
        assertThatThrownBy(() -> new XdrReader(hex("00000007 0102030405060708")).getOpaque(6))
                .hasMessageContaining("7 elements, at most 6");
        assertThatThrownBy(() -> new XdrReader(hex("00000005 0102030405")).getOpaque(100))
                .hasMessageContaining("8 bytes wanted, 5 there");
    }

    @Test
    void reader_booleanOfTwo_isRefused() {
        assertThatThrownBy(() -> new XdrReader(hex("00000002")).getBool()).hasMessageContaining("a boolean of 2");
    }

    @Test
    void writer_full_isRefusedAndCanBeTakenBack() {
        XdrWriter out = new XdrWriter(ByteBuffer.allocate(32));
        out.limit(0, 8);
        out.putInt(1);
        assertThatThrownBy(() -> out.putOpaque(new byte[1])).isInstanceOf(XdrOverflowException.class);
        out.truncate(0);
        out.putLong(5);
        assertThat(out.remaining()).isZero();
    }
}
