package dev.ring3.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code struct pidfd_info} of {@code include/uapi/linux/pidfd.h}, in the host's byte order. Kernels know 64 (Linux
 * 6.13), 72 (6.16), 80 or 88 bytes of it (after 6.18) and zero what they do not know, so the longest is asked for.
 */
final class PidfdInfoLayout {
    static final int BYTES = 88;

    /** {@code PIDFD_GET_INFO}, {@code _IOWR(0xFF, 11, 88 bytes)}. */
    static final int GET_INFO = 0xC058FF0B;

    static final int MASK_AT = 0; // u64
    static final int CGROUPID_AT = 8; // u64
    static final int PID_AT = 16; // u32, as all that follow
    static final int TGID_AT = 20;
    static final int PPID_AT = 24;
    static final int RUID_AT = 28;
    static final int RGID_AT = 32;
    static final int EUID_AT = 36;
    static final int EGID_AT = 40;
    static final int SUID_AT = 44;
    static final int SGID_AT = 48;
    static final int FSUID_AT = 52;
    static final int FSGID_AT = 56;
    static final int EXIT_CODE_AT = 60; // s32
    static final int COREDUMP_MASK_AT = 64;
    static final int COREDUMP_SIGNAL_AT = 68;

    static final int PID = 0x1;
    static final int CREDS = 0x2;
    static final int CGROUPID = 0x4;
    static final int EXIT = 0x8;
    static final int COREDUMP = 0x10;
    static final int COREDUMP_SIGNAL = 0x40;

    static final int EVERYTHING = PID | CREDS | CGROUPID | EXIT | COREDUMP | COREDUMP_SIGNAL;

    private static final int DUMPED = 1;
    private static final int SKIPPED = 2;
    private static final int BY_USER = 4;
    private static final int BY_ROOT = 8;

    private PidfdInfoLayout() {}

    static ProcessInfo decode(MemorySegment info) {
        return new ProcessInfo(
                has(info, PID)
                        ? Optional.of(new ProcessIds(u32(info, PID_AT), u32(info, TGID_AT), u32(info, PPID_AT)))
                        : Optional.empty(),
                has(info, CREDS) ? Optional.of(credentials(info)) : Optional.empty(),
                has(info, CGROUPID)
                        ? OptionalLong.of(info.get(ValueLayout.JAVA_LONG, CGROUPID_AT))
                        : OptionalLong.empty(),
                has(info, EXIT) ? Optional.of(ExitStatus.ofWait(u32(info, EXIT_CODE_AT))) : Optional.empty(),
                coreDump(info));
    }

    private static Credentials credentials(MemorySegment info) {
        return new Credentials(
                u32(info, RUID_AT),
                u32(info, RGID_AT),
                u32(info, EUID_AT),
                u32(info, EGID_AT),
                u32(info, SUID_AT),
                u32(info, SGID_AT),
                u32(info, FSUID_AT),
                u32(info, FSGID_AT));
    }

    /** The mask's bit says only that the kernel looked; what it saw is in the field. */
    private static Optional<CoreDump> coreDump(MemorySegment info) {
        int mask = has(info, COREDUMP) ? u32(info, COREDUMP_MASK_AT) : 0;
        if (mask == 0) {
            return Optional.empty();
        }
        int signal = has(info, COREDUMP_SIGNAL) ? u32(info, COREDUMP_SIGNAL_AT) : 0;
        return Optional.of(new CoreDump(
                (mask & DUMPED) != 0,
                (mask & SKIPPED) != 0,
                (mask & BY_USER) != 0,
                (mask & BY_ROOT) != 0,
                signal > 0 ? Optional.of(new Signal(signal)) : Optional.empty()));
    }

    private static boolean has(MemorySegment info, int bit) {
        return (info.get(ValueLayout.JAVA_LONG, MASK_AT) & bit) != 0;
    }

    private static int u32(MemorySegment info, int at) {
        return info.get(ValueLayout.JAVA_INT, at);
    }
}
