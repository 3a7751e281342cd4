package dev.ring3.linux;

import java.nio.charset.StandardCharsets;

/** A program to load: its type, its instructions, and what else the kernel is told of it. Immutable. */
public final class ProgramSpec {
    /** Bytes of one instruction; a 64-bit load takes two. */
    public static final int INSN_BYTES = 8;

    private final KernelProgramType type;
    private final byte[] insns;
    private final String name;
    private final String license;
    private final int expectedAttachType;
    private final int flags;
    private final int logLevel;

    private ProgramSpec(
            KernelProgramType type,
            byte[] insns,
            String name,
            String license,
            int expectedAttachType,
            int flags,
            int logLevel) {
        this.type = type;
        this.insns = insns;
        this.name = name;
        this.license = license;
        this.expectedAttachType = expectedAttachType;
        this.flags = flags;
        this.logLevel = logLevel;
    }

    /**
     * A program without a name, under no licence that the kernel knows, hence without the helpers it reserves for GPL.
     *
     * @param insns encoded instructions in the host's byte order, 8 bytes each
     */
    public static ProgramSpec of(KernelProgramType type, byte[] insns) {
        if (insns.length % INSN_BYTES != 0) {
            throw new IllegalArgumentException(insns.length + " bytes of instructions are no multiple of 8");
        }
        return new ProgramSpec(type, insns.clone(), "", "", 0, 0, 0);
    }

    /** The same under a name that {@code bpftool} shows: up to 15 of {@code A-Z a-z 0-9 _ .}. */
    public ProgramSpec withName(String other) {
        ObjectName.require(other);
        return new ProgramSpec(type, insns, other, license, expectedAttachType, flags, logLevel);
    }

    /** The same under a licence, such as {@code GPL} or {@code Dual BSD/GPL}; helpers for GPL programs ask for it. */
    public ProgramSpec withLicense(String other) {
        if (other.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("NUL in a licence");
        }
        return new ProgramSpec(type, insns, name, other, expectedAttachType, flags, logLevel);
    }

    /** The same, for one of a type's attach points by its number in {@code enum bpf_attach_type}. */
    public ProgramSpec withExpectedAttachType(int other) {
        return new ProgramSpec(type, insns, name, license, other, flags, logLevel);
    }

    /** The same with the kernel's {@code BPF_F_...} flags for programs. */
    public ProgramSpec withFlags(int other) {
        return new ProgramSpec(type, insns, name, license, expectedAttachType, other, logLevel);
    }

    /**
     * The same with the verifier's log also when it accepts: 1 for its path through the program, 2 for every state on
     * it, plus 4 for statistics. At 0, the default, a log is made only for a refusal, at level 1.
     */
    public ProgramSpec withLogLevel(int other) {
        return new ProgramSpec(type, insns, name, license, expectedAttachType, flags, other);
    }

    KernelProgramType type() {
        return type;
    }

    /** Not a copy: nobody in this module writes to it. */
    byte[] insns() {
        return insns;
    }

    String name() {
        return name;
    }

    byte[] licenseBytes() {
        return (license + '\0').getBytes(StandardCharsets.UTF_8);
    }

    int expectedAttachType() {
        return expectedAttachType;
    }

    int flags() {
        return flags;
    }

    int logLevel() {
        return logLevel;
    }

    /** How messages name the program. */
    String describe() {
        return "%s program \"%s\" of %d instructions".formatted(type, name, insns.length / INSN_BYTES);
    }
}
