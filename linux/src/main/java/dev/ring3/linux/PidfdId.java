package dev.ring3.linux;

import java.util.UUID;

/**
 * Names a process for ever: no other process ever has the same, neither later nor after a restart of the machine. Can be
 * stored as text and opened again as long as the process is not reaped, see {@link Pidfd#reopen}.
 */
public sealed interface PidfdId {
    /** Which start of the machine it belongs to, {@code /proc/sys/kernel/random/boot_id}. */
    UUID boot();

    /**
     * By the inode of its file in pidfs, never used twice (Linux 6.9).
     *
     * @param inode unsigned
     */
    record Inode(UUID boot, long inode) implements PidfdId {
        @Override
        public String toString() {
            return boot + "/" + Long.toUnsignedString(inode);
        }
    }

    /**
     * By its number and start, on kernels that give every pidfd the same inode. Two processes that got one number within
     * the same hundredth of a second are taken for one.
     *
     * @param startTicks hundredths of a second after the machine's start
     */
    record StartTime(UUID boot, int pid, long startTicks) implements PidfdId {
        @Override
        public String toString() {
            return boot + "/" + pid + "@" + startTicks;
        }
    }

    /**
     * Reads what {@code toString} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static PidfdId parse(String text) {
        String[] parts = text.split("/", 2);
        if (parts.length != 2) {
            throw new IllegalArgumentException("no id of a process: " + text);
        }
        try {
            UUID boot = UUID.fromString(parts[0]);
            int at = parts[1].indexOf('@');
            return at < 0
                    ? new Inode(boot, Long.parseUnsignedLong(parts[1]))
                    : new StartTime(
                            boot,
                            Integer.parseInt(parts[1].substring(0, at)),
                            Long.parseLong(parts[1].substring(at + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("no id of a process: " + text, e);
        }
    }
}
