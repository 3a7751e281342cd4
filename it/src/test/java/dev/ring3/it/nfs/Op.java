package dev.ring3.it.nfs;

/** One operation of a COMPOUND: its number and its encoded arguments, which may be anything. */
record Op(int code, Opaque arguments) {
    static Op of(int code, XdrWriter arguments) {
        return new Op(code, Opaque.of(arguments.toBytes()));
    }

    static Op of(int code) {
        return of(code, new XdrWriter());
    }
}
