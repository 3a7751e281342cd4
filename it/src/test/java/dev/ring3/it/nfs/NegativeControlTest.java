package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client and the suite see a wrong server: each fault here is put into right answers, and must be found. */
class NegativeControlTest extends NfsSuite {
    private TamperingProxy proxy;
    private Session tampered;

    @BeforeEach
    void connectThroughProxy() throws Exception {
        proxy = closing(new TamperingProxy(target.port()));
        tampered = closing(Client41.open(proxy.port(), 2)).newSession();
    }

    /** Before the clients say farewell. */
    @AfterEach
    void stopTampering() {
        proxy.tamper(record -> record);
    }

    private static byte[] withWord(byte[] record, int fromEnd, int value) {
        byte[] copy = record.clone();
        ByteBuffer.wrap(copy).putInt(copy.length - fromEnd, value);
        return copy;
    }

    @Test
    void untouched_passes() {
        assertStatus(at(tampered, directory, Ops.lookup("absent")), NfsStatus.NOENT);
    }

    @Test
    void otherStatus_isNoticed() {
        proxy.tamper(record -> withWord(record, 4, NfsStatus.ACCESS.code));
        assertThatThrownBy(() -> assertStatus(at(tampered, directory, Ops.lookup("absent")), NfsStatus.NOENT))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void statusThatDoesNotExist_isNoticed() {
        proxy.tamper(record -> withWord(record, 4, 12345));
        assertThatThrownBy(() -> at(tampered, directory, Ops.lookup("absent"))).hasMessageContaining("12345");
    }

    @Test
    void changedContent_isNoticed() {
        Opaque file = fileOf("f", "content!");
        proxy.tamper(record -> withWord(record, 4, 0));
        Result.Data data = at(tampered, file, Ops.read(StateId.ANONYMOUS, 0, 8)).data();
        assertThat(data.data()).isNotEqualTo(Opaque.of("content!"));
    }

    @Test
    void cutAnswer_isNoticed() {
        proxy.tamper(record -> Arrays.copyOf(record, record.length - 4));
        assertThatThrownBy(() -> at(tampered, directory, Ops.getAttr(Attr.SIZE)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("left");
    }

    @Test
    void bytesAfterTheAnswer_areNoticed() {
        proxy.tamper(record -> Arrays.copyOf(record, record.length + 4));
        assertThatThrownBy(() -> at(tampered, directory, Ops.getAttr(Attr.SIZE)))
                .hasMessageContaining("4 bytes too many");
    }

    /** A server without a reply cache: the second answer is not the first. */
    @Test
    void repliesThatDiffer_areNoticed() {
        byte[] call = tampered.encode(3, true, List.of(Ops.putFh(directory), Ops.mkdir("once")));
        Reply first = tampered.resend(call).ok();
        assertThat(tampered.resend(call)).isEqualTo(first);
        proxy.tamper(record -> withWord(record, 16, 7));
        assertThat(tampered.resend(call)).isNotEqualTo(first);
    }
}
