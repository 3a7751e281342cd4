package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code siginfo_t} as {@code waitid(2)} fills it ({@code include/uapi/asm-generic/siginfo.h}), on 64 bits. */
final class SignalInfoLayout {
    static final int BYTES = 128;

    static final int SIGNO_AT = 0; // s32; 0 if nothing was there to wait for
    static final int CODE_AT = 8; // s32
    static final int PID_AT = 16; // s32
    static final int STATUS_AT = 24; // s32: the code, or the signal

    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;

    private SignalInfoLayout() {}

    static boolean isEmpty(MemorySegment info) {
        return info.get(ValueLayout.JAVA_INT, PID_AT) == 0;
    }

    static ExitStatus exitStatus(MemorySegment info) {
        int code = info.get(ValueLayout.JAVA_INT, CODE_AT);
        int status = info.get(ValueLayout.JAVA_INT, STATUS_AT);
        return code == CLD_EXITED
                ? new ExitStatus.Exited(status & 0xff)
                : new ExitStatus.Killed(new Signal(status), code == CLD_DUMPED);
    }
}
