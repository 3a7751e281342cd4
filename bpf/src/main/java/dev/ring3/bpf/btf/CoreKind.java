package dev.ring3.bpf.btf;

/** What a CO-RE relocation asks, in the order of the numbers ({@code enum bpf_core_relo_kind} of the kernel). */
public enum CoreKind {
    /** The offset of a field in bytes; for a bit field, that of the integer to load. */
    FIELD_BYTE_OFFSET(Subject.FIELD),
    /** The size of a field in bytes; for a bit field, that of the integer to load. */
    FIELD_BYTE_SIZE(Subject.FIELD),
    /** 1 if the host has the field, otherwise 0. */
    FIELD_EXISTS(Subject.FIELD),
    /** 1 if the field is a signed number, otherwise 0. */
    FIELD_SIGNED(Subject.FIELD),
    /** How far to shift a field to the left, once loaded into 64 bits, to drop what stands above it. */
    FIELD_LSHIFT_U64(Subject.FIELD),
    /** How far to shift it to the right after that. */
    FIELD_RSHIFT_U64(Subject.FIELD),
    /** The id of a type in the object. */
    TYPE_ID_LOCAL(Subject.TYPE),
    /** The id of a type in the host, or 0. */
    TYPE_ID_TARGET(Subject.TYPE),
    /** 1 if the host has the type, otherwise 0. */
    TYPE_EXISTS(Subject.TYPE),
    /** The size of the type in the host, or 0. */
    TYPE_SIZE(Subject.TYPE),
    /** 1 if the host has the enumerator, otherwise 0. */
    ENUMVAL_EXISTS(Subject.ENUMERATOR),
    /** The value of the enumerator in the host. */
    ENUMVAL_VALUE(Subject.ENUMERATOR),
    /** 1 if the host has the type and all of it that the object declares, otherwise 0. */
    TYPE_MATCHES(Subject.TYPE);

    private static final CoreKind[] ALL = values();

    static final int COUNT = ALL.length;

    enum Subject {
        FIELD,
        TYPE,
        ENUMERATOR
    }

    private final Subject subject;

    CoreKind(Subject subject) {
        this.subject = subject;
    }

    static CoreKind of(int code) {
        return ALL[code];
    }

    Subject subject() {
        return subject;
    }
}
