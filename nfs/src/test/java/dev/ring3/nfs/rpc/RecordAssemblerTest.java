package dev.ring3.nfs.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.nfs.xdr.XdrException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordAssemblerTest {
    private static final int BYTES_MAX = 1 << 20;

    private final RecordAssembler assembler = new RecordAssembler(BYTES_MAX, new RecordBuffers(BYTES_MAX));

    private static ByteBuffer hex(String text) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(text.replace(" ", "")));
    }

    private static String text(@Nullable ByteBuffer record) {
        if (record == null) {
            return "none";
        }
        byte[] bytes = new byte[record.remaining()];
        record.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void fragments_becomeOneRecord_howeverTheyArrive() {
        String stream = "00000002 0102  00000000  80000003 030405  80000001 ff";
        ByteBuffer whole = hex(stream);
        assertThat(text(assembler.take(whole))).isEqualTo("0102030405");
        assertThat(text(assembler.take(whole))).isEqualTo("ff");
        assertThat(assembler.isInside()).isFalse();

        byte[] bytes = hex(stream).array();
        int records = 0;
        for (byte each : bytes) {
            ByteBuffer record = assembler.take(ByteBuffer.wrap(new byte[] {each}));
            records += record == null ? 0 : 1;
        }
        assertThat(records).isEqualTo(2);
    }

    @Test
    void length_beyondTheLimit_isRefusedBeforeMemoryIsTaken() {
        assertThatThrownBy(() -> assembler.take(hex("ffffffff"))).isInstanceOf(XdrException.class);
        RecordAssembler other = new RecordAssembler(BYTES_MAX, new RecordBuffers(BYTES_MAX));
        other.take(hex("000ffff0 01"));
        assertThatThrownBy(() -> {
                    other.take(ByteBuffer.allocate(0xfffef));
                    other.take(hex("80000100"));
                })
                .isInstanceOf(XdrException.class);
    }

    @Test
    void memory_growsWithWhatCame() {
        assembler.take(hex("800fffff"));
        assertThat(assembler.isInside()).isTrue();
        assertThat(assembler.heldBytes()).isZero();
        assembler.take(ByteBuffer.allocate(10));
        assertThat(assembler.heldBytes()).isLessThan(1024);
    }

    @Test
    void record_thatIsThereWhole_isNotCopied() {
        ByteBuffer stream = hex("80000002 0102 80000002 0304");
        ByteBuffer first = assembler.take(stream);
        stream.put(4, (byte) 7);
        assertThat(text(first)).isEqualTo("0702");
        assertThat(text(assembler.take(stream))).isEqualTo("0304");
    }

    @Test
    void longRecord_getsItsBufferWhenSomeOfItCame_andGivesItBack() {
        RecordBuffers buffers = new RecordBuffers(BYTES_MAX);
        RecordAssembler one = new RecordAssembler(BYTES_MAX, buffers);
        one.take(hex("800fffff"));
        one.take(ByteBuffer.allocate(20_000));
        assertThat(one.isLong()).isFalse();
        one.take(ByteBuffer.allocate(20_000));
        assertThat(one.isLong()).isTrue();
        one.close();
        assertThat(one.heldBytes()).isZero();
        assertThat(buffers.take().position()).isZero();
    }

    @Test
    void emptyFragments_withoutEnd_areRefused() {
        ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
        assertThatThrownBy(() -> assembler.take(zeros)).isInstanceOf(XdrException.class);
    }
}
