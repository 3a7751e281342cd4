package dev.ring3.fs;

/**
 * A directory's change attribute before and after an operation, with no other change between: NFSv4's {@code
 * change_info4} (RFC 8881, section 3.3.3) with {@code atomic} true.
 */
public record ChangeInfo(long before, long after) {}
