package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketTest {
    @TempDir
    private Path folder;

    private UnixSocket.Pair pair;

    @BeforeAll
    static void requireLinux() {
        RealKernel.requireCalls();
    }

    @BeforeEach
    void connect() {
        pair = UnixSocket.pair("test");
    }

    @AfterEach
    void close() {
        pair.close();
    }

    @Test
    void send_openFile_comesOutOfTheOtherAsTheSameFile() throws IOException {
        Path path = Files.writeString(folder.resolve("file"), "content");
        try (RawFile file = RawFile.open(path, Access.READ)) {
            pair.one().send(file);
        }
        Files.delete(path); // what was sent is the open file, not its name

        Optional<RawFile> received = pair.other().receive("received");

        try (RawFile file = received.orElseThrow();
                Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(7);
            assertThat(file.readFully(into, 0)).isEqualTo(7);
            assertThat(new String(into.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8))
                    .isEqualTo("content");
            assertThat(ProcFiles.fields("/proc/self/fdinfo/" + file.descriptor())
                            .get("flags"))
                    .as("close-on-exec")
                    .matches("0*2[0-7]{6}");
        }
    }

    @Test
    void send_severalFiles_comeOneByOne() {
        try (RawFile one = RawFile.open(Path.of("/dev/zero"), Access.READ);
                RawFile two = RawFile.open(Path.of("/dev/null"), Access.READ)) {
            pair.one().send(one);
            pair.one().send(two);
            try (RawFile first = pair.other().receive("first").orElseThrow();
                    RawFile second = pair.other().receive("second").orElseThrow()) {
                assertThat(first.statx().ownDevice()).isEqualTo(one.statx().ownDevice());
                assertThat(second.statx().ownDevice()).isEqualTo(two.statx().ownDevice());
            }
        }
    }

    @Test
    void receive_afterTheOtherWasClosed_isNone() {
        pair.one().close();
        assertThat(pair.other().receive("nothing")).isEmpty();
    }

    @Test
    void receive_ofAProgramThatEnds_isNone() throws InterruptedException {
        try (Child child =
                Spawn.named("true").stdin(new Redirect.Open(pair.one().file())).start()) {
            pair.one().close();
            assertThat(pair.other().receive("nothing")).isEmpty();
            assertThat(child.await()).isEqualTo(new ExitStatus.Exited(0));
        }
    }

    @Test
    void receive_bytesWithoutAFile_isRefused() {
        try (Arena arena = Arena.ofConfined()) {
            pair.one().file().write(arena.allocate(1), RawFile.NEXT);
        }
        RealKernel.assertFails(Errno.EPROTO, () -> pair.other().receive("nothing"));
    }

    @Test
    void send_toNobody_isEpipe() {
        pair.other().close();
        try (RawFile file = RawFile.open(Path.of("/dev/null"), Access.READ)) {
            RealKernel.assertFails(Errno.EPIPE, () -> pair.one().send(file));
        }
    }

    /** {@code struct cmsghdr} of cmsg(3) as a C compiler lays it out on 64 bits, little-endian. */
    @Test
    void message_hasTheBytesOfTheKernel() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(MessageLayout.BYTES, Long.BYTES);
            MessageLayout.encode(message, 0x1234);
            MemorySegment control = message.asSlice(message.get(ValueLayout.JAVA_LONG, 32) - message.address(), 20);
            assertThat(HexFormat.of().formatHex(control.toArray(ValueLayout.JAVA_BYTE)))
                    .isEqualTo("14000000000000000100000001000000" + "34120000");
            assertThat(message.get(ValueLayout.JAVA_LONG, 40)).isEqualTo(control.byteSize());
            assertThat(MessageLayout.descriptor(message)).hasValue(0x1234);
            message.set(ValueLayout.JAVA_LONG, 40, 0);
            assertThat(MessageLayout.descriptor(message)).isEmpty();
        }
    }
}
