package dev.ring3.fs.lock;

/** Which locks see each other. */
public enum LockSpace {
    /** Byte ranges: {@code fcntl} of POSIX, open file description locks, NFSv4 locks. */
    RANGE,
    /** {@code flock(2)}: always the whole file; a change of kind gives the old lock up first, and may so lose it. */
    FLOCK
}
