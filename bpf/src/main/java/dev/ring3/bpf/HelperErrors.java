package dev.ring3.bpf;

/** The results of helpers that fail: the kernel's errno values, negative. */
final class HelperErrors {
    static final long EPERM = -1;
    static final long ENOENT = -2;
    static final long E2BIG = -7;
    static final long EEXIST = -17;
    static final long EINVAL = -22;

    private HelperErrors() {}
}
