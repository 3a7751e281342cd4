package dev.ring3.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TerminalSizeTest {
    private static final long TIOCSWINSZ = 0x5414;

    @Test
    void terminal_tellsItsSize() {
        try (RawFile terminal = RawFile.open(Path.of("/dev/ptmx"), Access.READ_WRITE);
                Arena arena = Arena.ofConfined()) {
            assertThat(TerminalSize.of(terminal.descriptor())).isEmpty(); // a new one does not know
            MemorySegment size = arena.allocate(8, 8);
            size.set(ValueLayout.JAVA_SHORT, 0, (short) 24);
            size.set(ValueLayout.JAVA_SHORT, 2, (short) 132);
            long set = HostSystemCalls.get()
                    .call(arena, SystemCall.IOCTL, terminal.descriptor(), TIOCSWINSZ, size.address());
            assertThat(set).isZero();

            assertThat(TerminalSize.of(terminal.descriptor())).contains(new TerminalSize(24, 132));
        }
    }

    @Test
    void file_hasNone() {
        try (RawFile file = RawFile.open(Path.of("/dev/null"), Access.READ)) {
            assertThat(TerminalSize.of(file.descriptor())).isEmpty();
        }
        assertThat(TerminalSize.of(-1)).isEmpty();
    }
}
