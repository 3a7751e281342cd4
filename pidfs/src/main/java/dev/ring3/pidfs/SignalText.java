package dev.ring3.pidfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import dev.ring3.linux.Signal;
import dev.ring3.linux.SignalScope;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What is written to {@code signal}: a name or a number, {@code TERM}, {@code SIGKILL}, {@code 15}, and a line end if one
 * likes; after {@code group:} it is for all processes of the group.
 */
record SignalText(Signal signal, SignalScope scope) {
    private static final int BYTES_MAX = 64;
    private static final String GROUP = "group:";

    /** EINVAL for anything else. */
    static SignalText parse(MemorySegment from) {
        if (from.byteSize() > BYTES_MAX) {
            throw new FsException(Errno.EINVAL, "signal", from.byteSize() + " bytes");
        }
        String text = new String(from.toArray(ValueLayout.JAVA_BYTE), UTF_8).strip();
        boolean toGroup = text.startsWith(GROUP);
        return Signal.parse(toGroup ? text.substring(GROUP.length()) : text)
                .map(signal -> new SignalText(signal, toGroup ? SignalScope.PROCESS_GROUP : SignalScope.AS_OPENED))
                .orElseThrow(() -> new FsException(Errno.EINVAL, "signal", "\"" + text + "\""));
    }
}
