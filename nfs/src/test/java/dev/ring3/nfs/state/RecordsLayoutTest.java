package dev.ring3.nfs.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FsException;
import dev.ring3.nfs.state.RecordsLayout.Content;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecordsLayoutTest {
    private static final ByteBuffer CLIENT = ClientRecords.hashOf(false, "a client".getBytes(UTF_8));
    private static final Content CONTENT = new Content(5, true, 1, 2, 3, Set.of(CLIENT));

    private static byte[] bytes() {
        ByteBuffer encoded = RecordsLayout.encode(CONTENT);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    @Test
    void content_goldenBytes() {
        byte[] hash = new byte[RecordsLayout.HASH_BYTES];
        CLIENT.get(0, hash);
        String hex = HexFormat.of().formatHex(bytes());
        assertThat(hex)
                .isEqualTo("52334e43" + "00000001" + "00000005" + "00000001" + "0000000000000001" + "0000000000000002"
                        + "0000000000000003" + "00000001"
                        + HexFormat.of().formatHex(hash)
                        + hex.substring(hex.length() - 8));
        assertThat(RecordsLayout.decode(bytes(), "clients")).isEqualTo(CONTENT);
    }

    @Test
    void bytes_changedOrCut_areFound() {
        byte[] bytes = bytes();
        for (int at = 0; at < bytes.length; at++) {
            byte[] bad = bytes.clone();
            bad[at] ^= 0x10;
            assertThatThrownBy(() -> RecordsLayout.decode(bad, "clients")).isInstanceOf(FsException.class);
        }
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> RecordsLayout.decode(cut, "clients")).isInstanceOf(FsException.class);
        }
    }

    @Test
    void hash_tellsProtocolsApart() {
        assertThat(ClientRecords.hashOf(true, new byte[1])).isNotEqualTo(ClientRecords.hashOf(false, new byte[1]));
    }
}
