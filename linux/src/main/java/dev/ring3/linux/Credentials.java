package dev.ring3.linux;

/**
 * On whose behalf a process acts; numbers are unsigned.
 *
 * @param uid who started it
 * @param effectiveUid whose rights it has
 * @param savedUid whose rights it can take back
 * @param filesystemUid whose rights it has on files
 */
public record Credentials(
        int uid,
        int gid,
        int effectiveUid,
        int effectiveGid,
        int savedUid,
        int savedGid,
        int filesystemUid,
        int filesystemGid) {}
