package dev.ring3.bpf.btf;

/** The kinds of types, in the order of their numbers ({@code BTF_KIND_...} of the kernel's {@code btf.h}). */
public enum BtfKind {
    /** Not stored: the type of id 0. */
    VOID,
    INT,
    PTR,
    ARRAY,
    STRUCT,
    UNION,
    ENUM,
    FWD,
    TYPEDEF,
    VOLATILE,
    CONST,
    RESTRICT,
    FUNC,
    FUNC_PROTO,
    VAR,
    DATASEC,
    FLOAT,
    DECL_TAG,
    TYPE_TAG,
    ENUM64;

    private static final BtfKind[] ALL = values();

    static final int COUNT = ALL.length;

    static BtfKind of(int code) {
        return ALL[code];
    }

    int code() {
        return ordinal();
    }

    /** Whether it only adds to another type: {@code const} and the like, type tags, and typedefs. */
    boolean isTransparent() {
        return switch (this) {
            case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> true;
            case VOID,
                    INT,
                    PTR,
                    ARRAY,
                    STRUCT,
                    UNION,
                    ENUM,
                    FWD,
                    FUNC,
                    FUNC_PROTO,
                    VAR,
                    DATASEC,
                    FLOAT,
                    DECL_TAG,
                    ENUM64 -> false;
        };
    }

    boolean isEnumeration() {
        return this == ENUM || this == ENUM64;
    }
}
