package dev.ring3.bpf.btf;

import java.util.List;

/**
 * One type. References to other types are ids in the same {@link Btf}; id 0 is {@code void}. Sizes are in bytes and at
 * most 2<sup>32</sup> - 1. Anonymous types have the empty name.
 */
public sealed interface BtfType {
    /** The kind. */
    BtfKind kind();

    /** The name, or the empty string. */
    default String name() {
        return "";
    }

    /** The type of id 0. */
    record VoidType() implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.VOID;
        }
    }

    /** How an integer is meant. */
    enum Encoding {
        UNSIGNED(0),
        SIGNED(1),
        CHAR(2),
        BOOL(4);

        final int code;

        Encoding(int code) {
            this.code = code;
        }
    }

    /**
     * An integer.
     *
     * @param bits how many bits hold the value, usually all
     * @param bitOffset where they begin, usually 0
     */
    record Int(String name, int sizeBytes, Encoding encoding, int bits, int bitOffset) implements BtfType {
        /** An integer that fills its bytes. */
        public Int(String name, int sizeBytes, Encoding encoding) {
            this(name, sizeBytes, encoding, sizeBytes * Byte.SIZE, 0);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.INT;
        }
    }

    /** A pointer. Some compilers give it a name. */
    record Pointer(String name, int typeId) implements BtfType {
        /** A pointer without a name. */
        public Pointer(int typeId) {
            this("", typeId);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.PTR;
        }
    }

    /**
     * An array.
     *
     * @param indexTypeId the type of indices, of no consequence
     * @param count how many elements
     */
    record Array(int elementTypeId, int indexTypeId, long count) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.ARRAY;
        }
    }

    /** A type with members. */
    sealed interface Composite extends BtfType {
        /** The size in bytes. */
        long sizeBytes();

        /** The members in order. */
        List<Member> members();
    }

    /**
     * A member of a struct or union.
     *
     * @param name empty for an anonymous struct or union
     * @param bitOffset from the start of the struct
     * @param bitFieldBits its width if it is a bit field, otherwise 0
     */
    record Member(String name, int typeId, long bitOffset, int bitFieldBits) {
        /** A member that is no bit field. */
        public Member(String name, int typeId, long bitOffset) {
            this(name, typeId, bitOffset, 0);
        }
    }

    /** A struct. */
    record Struct(String name, long sizeBytes, List<Member> members) implements Composite {
        public Struct {
            members = List.copyOf(members);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.STRUCT;
        }
    }

    /** A union. */
    record Union(String name, long sizeBytes, List<Member> members) implements Composite {
        public Union {
            members = List.copyOf(members);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.UNION;
        }
    }

    /** An enumeration. */
    sealed interface Enumeration extends BtfType {
        /** The size in bytes. */
        int sizeBytes();

        /** Whether values are signed. */
        boolean signed();

        /** The enumerators in order. */
        List<Enumerator> enumerators();
    }

    /** A named value of an enumeration, sign-extended if that is signed. */
    record Enumerator(String name, long value) {}

    /** An enumeration with values of 32 bits. */
    record Enum32(String name, int sizeBytes, boolean signed, List<Enumerator> enumerators) implements Enumeration {
        public Enum32 {
            enumerators = List.copyOf(enumerators);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.ENUM;
        }
    }

    /** An enumeration with values of 64 bits. */
    record Enum64(String name, int sizeBytes, boolean signed, List<Enumerator> enumerators) implements Enumeration {
        public Enum64 {
            enumerators = List.copyOf(enumerators);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.ENUM64;
        }
    }

    /** A struct or union that is declared and not defined. */
    record Forward(String name, boolean union) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.FWD;
        }
    }

    /** Another name for a type. */
    record Typedef(String name, int typeId) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.TYPEDEF;
        }
    }

    /** {@code volatile}. */
    record Volatile(int typeId) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.VOLATILE;
        }
    }

    /** {@code const}. */
    record Const(int typeId) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.CONST;
        }
    }

    /** {@code restrict}. */
    record Restrict(int typeId) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.RESTRICT;
        }
    }

    /** Who sees a function or variable. */
    enum Linkage {
        STATIC,
        GLOBAL,
        /** Defined elsewhere: by the kernel, or here by the host. */
        EXTERN
    }

    /** A function. */
    record Function(String name, int prototypeId, Linkage linkage) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.FUNC;
        }
    }

    /** A parameter; a last one of type {@code void} without a name stands for {@code ...}. */
    record Parameter(String name, int typeId) {}

    /** The type of a function. */
    record Prototype(int resultTypeId, List<Parameter> parameters) implements BtfType {
        public Prototype {
            parameters = List.copyOf(parameters);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.FUNC_PROTO;
        }
    }

    /** A variable. */
    record Variable(String name, int typeId, Linkage linkage) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.VAR;
        }
    }

    /** What lies in a section of an object file. */
    record DataSection(String name, long sizeBytes, List<Placed> contents) implements BtfType {
        public DataSection {
            contents = List.copyOf(contents);
        }

        @Override
        public BtfKind kind() {
            return BtfKind.DATASEC;
        }
    }

    /** A variable or function in a section. */
    record Placed(int typeId, long offsetBytes, long sizeBytes) {}

    /** A floating-point number. */
    record FloatType(String name, int sizeBytes) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.FLOAT;
        }
    }

    /**
     * {@code __attribute__((btf_decl_tag("...")))}.
     *
     * @param componentIndex the member or parameter that is tagged, or -1 for the declaration as a whole
     * @param attribute whether the name is a whole attribute and not only the tag's text
     */
    record DeclarationTag(String name, int typeId, int componentIndex, boolean attribute) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.DECL_TAG;
        }
    }

    /**
     * {@code __attribute__((btf_type_tag("...")))}.
     *
     * @param attribute whether the name is a whole attribute and not only the tag's text
     */
    record TypeTag(String name, int typeId, boolean attribute) implements BtfType {
        @Override
        public BtfKind kind() {
            return BtfKind.TYPE_TAG;
        }
    }
}
