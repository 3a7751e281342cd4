package dev.ring3.hooks;

import java.time.Duration;

/**
 * Limits of what is attached.
 *
 * @param memoryBytesMax what maps, stacks and contexts of all objects may take together
 * @param runTimeMax how long one run may take before it is stopped, give or take as much again
 * @param instructionsMax how many instructions one run may execute
 * @param objectsMax how many objects may be attached
 * @param auditBytesMax what records of the audit log may take that some reader has not seen yet
 */
public record HookSettings(
        long memoryBytesMax, Duration runTimeMax, long instructionsMax, int objectsMax, int auditBytesMax) {
    /** 256 MiB, 100 ms, 50 million instructions, 64 objects, 4 MiB. */
    public static final HookSettings DEFAULT =
            new HookSettings(256L << 20, Duration.ofMillis(100), 50_000_000, 64, 4 << 20);

    /** The same with another time. */
    public HookSettings withRunTimeMax(Duration time) {
        return new HookSettings(memoryBytesMax, time, instructionsMax, objectsMax, auditBytesMax);
    }

    /** The same with another number of instructions. */
    public HookSettings withInstructionsMax(long instructions) {
        return new HookSettings(memoryBytesMax, runTimeMax, instructions, objectsMax, auditBytesMax);
    }

    /** The same with another size of the audit log. */
    public HookSettings withAuditBytesMax(int bytes) {
        return new HookSettings(memoryBytesMax, runTimeMax, instructionsMax, objectsMax, bytes);
    }
}
