package dev.ring3.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtentLayoutTest {
    /** Golden bytes: a volume that was written with these must stay readable. */
    @Test
    void encode_eachKind_isTheseBytes() {
        assertThat(hex(new Extent.Plain(new BlockRun(0x1234, 2), new int[] {1, -2})))
                .isEqualTo("01" + "0000000000001234" + "0002" + "00000001" + "fffffffe");
        assertThat(hex(new Extent.Packed(new BlockRun(7, 1), new int[] {9}, 0x123, 32, 3, 4)))
                .isEqualTo("02" + "0000000000000007" + "0001" + "00000123" + "0020" + "0003" + "0004" + "00000009");
        assertThat(hex(new Extent.Inline(2, "abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII))))
                .isEqualTo("03" + "0002" + "364b3fb7" + "616263"); // CRC32C of "abc": RFC 3720's polynomial
        assertThat(hex(new Extent.Promised(1L << 40))).isEqualTo("04" + "0000010000000000");
    }

    @Test
    void decode_encoded_isTheSame() {
        for (Extent extent : List.of(
                new Extent.Plain(new BlockRun(1L << 50, 256), new int[256]),
                new Extent.Packed(new BlockRun(7, 2), new int[] {9, 8}, 4097, 32, 3, 29),
                new Extent.Inline(1, new byte[0]),
                new Extent.Promised(5))) {
            byte[] value = ExtentLayout.encode(extent);
            assertThat(ExtentLayout.encode(ExtentLayout.decode(value))).isEqualTo(value);
            assertThat(ExtentLayout.decode(value).blocks()).isEqualTo(extent.blocks());
        }
    }

    @Test
    void decode_cutShort_saysWhere() {
        byte[] value = ExtentLayout.encode(new Extent.Plain(new BlockRun(1, 3), new int[3]));
        for (int length = 0; length < value.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(value, length);
            assertThatThrownBy(() -> ExtentLayout.decode(cut))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("byte ");
        }
    }

    @Test
    void decode_flippedInlineByte_isRefused() {
        byte[] value = ExtentLayout.encode(new Extent.Inline(1, new byte[] {1, 2, 3}));
        value[value.length - 1] ^= 4;
        assertThatThrownBy(() -> ExtentLayout.decode(value)).hasMessageContaining("checksum");
    }

    @Test
    void decode_anyBytes_isAnExtentOrAnAnswer() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] value = new byte[random.nextInt(40)];
            random.nextBytes(value);
            if (value.length > 0) {
                value[0] = (byte) random.nextInt(6);
            }
            try {
                assertThat(ExtentLayout.decode(value).blocks()).isPositive();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("byte ");
            }
        }
    }

    @Test
    void slice_ofEachKind_coversThePart() {
        Extent.Plain plain = new Extent.Plain(new BlockRun(100, 4), new int[] {1, 2, 3, 4});
        assertThat(plain.slice(1, 2).run()).isEqualTo(new BlockRun(101, 2));
        assertThat(plain.slice(1, 2).sums()).containsExactly(2, 3);
        Extent.Packed packed = new Extent.Packed(new BlockRun(7, 1), new int[] {9}, 10, 32, 3, 20);
        assertThat(packed.slice(5, 6).skip()).isEqualTo(8);
        Extent.Inline inline = new Extent.Inline(3, new byte[Blocks.BYTES + 5]);
        assertThat(inline.slice(1, 1).data()).hasSize(5);
        assertThat(inline.slice(2, 1).data()).isEmpty();
    }

    private static String hex(Extent extent) {
        return HexFormat.of().formatHex(ExtentLayout.encode(extent));
    }
}
