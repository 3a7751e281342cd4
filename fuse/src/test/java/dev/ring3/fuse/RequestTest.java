package dev.ring3.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FileView;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.linux.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class RequestTest {
    /** LOOKUP of "abc" in node 7 by uid 1000, gid 100, thread 42; as a kernel of little-endian machines sends it. */
    private static final String LOOKUP = "2c00000001000000" + "0500000000000000" + "0700000000000000"
            + "e803000064000000" + "2a00000000000000" + "61626300";

    private final MemorySegment buffer = Arena.ofAuto().allocate(8192, 8);
    private final Request request = new Request(buffer);

    @Test
    void accept_ofALookup_readsHeaderAndName() {
        assertThat(accept(LOOKUP)).isTrue();

        assertThat(Opcode.of(request.opcode())).isEqualTo(Opcode.LOOKUP);
        assertThat(request.unique()).isEqualTo(5);
        assertThat(request.nodeId()).isEqualTo(7);
        assertThat(request.uid()).isEqualTo(1000);
        assertThat(request.gid()).isEqualTo(100);
        assertThat(request.pid()).isEqualTo(42);
        assertThat(request.nameAt(0)).isEqualTo(Name.of("abc"));
    }

    @Test
    void accept_ofAnotherLengthThanTheHeaderSays_isNoRequest() {
        assertThat(accept(LOOKUP + "00")).isFalse();
        assertThat(accept(LOOKUP.substring(0, 40))).isFalse();
    }

    @Test
    void accept_ofExtensions_leavesThemOut() {
        String extended = "34000000" + LOOKUP.substring(8, 72) + "01000000" + "61626300" + "1100000001000000";

        assertThat(accept(extended)).isTrue();
        assertThat(request.bodyBytes()).isEqualTo(4);
        assertThat(accept("34000000" + LOOKUP.substring(8, 72) + "ffff0000" + "61626300" + "1100000001000000"))
                .isFalse();
    }

    @Test
    void fields_beyondTheRequest_areEinval_whateverTheBufferHolds() {
        accept(LOOKUP);

        assertEinval(() -> request.intAt(1));
        assertEinval(() -> request.longAt(0));
        assertEinval(() -> request.dataAt(0, 5));
        assertEinval(() -> request.dataAt(0, -1));
        assertEinval(() -> request.nameAt(4));
    }

    @Test
    void stringAt_withoutAnEnd_isEinval() {
        accept(LOOKUP.substring(0, LOOKUP.length() - 2) + "64");

        assertEinval(() -> request.stringAt(0));
    }

    @Test
    void reply_isLengthErrorUniqueAndFields() {
        Reply reply = new Reply(buffer);

        assertThat(hex(reply.putInt(1)
                        .putLong(2)
                        .putBytes("x".getBytes(StandardCharsets.UTF_8))
                        .finish(9)))
                .isEqualTo("1d00000000000000" + "0900000000000000" + "01000000" + "0200000000000000" + "78");
        assertThat(hex(reply.clear().finish(9, -Errno.ENOENT.number())))
                .isEqualTo("10000000feffffff" + "0900000000000000");
    }

    private boolean accept(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        buffer.fill((byte) 'z');
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, buffer, 0, bytes.length);
        return request.accept(bytes.length);
    }

    @Test
    void reply_withLentData_countsIt_andGivesItBackOnce() {
        AtomicInteger closed = new AtomicInteger();
        List<MemorySegment> segments = List.of(
                MemorySegment.ofArray("ab".getBytes(StandardCharsets.UTF_8)),
                MemorySegment.ofArray("c".getBytes(StandardCharsets.UTF_8)));
        Reply reply = new Reply(buffer);
        reply.lend(new FileView() {
            @Override
            public List<MemorySegment> segments() {
                return segments;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        });

        assertThat(hex(reply.finish(9))).isEqualTo("1300000000000000" + "0900000000000000" + "616263");
        assertThat(closed).hasValue(0);
        reply.release();
        assertThat(hex(reply.clear().finish(9))).isEqualTo("1000000000000000" + "0900000000000000");
        assertThat(closed).hasValue(1);
    }

    private static String hex(List<MemorySegment> message) {
        return message.stream()
                .map(piece -> HexFormat.of().formatHex(piece.toArray(ValueLayout.JAVA_BYTE)))
                .collect(Collectors.joining());
    }

    private static void assertEinval(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FsException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    }
}
