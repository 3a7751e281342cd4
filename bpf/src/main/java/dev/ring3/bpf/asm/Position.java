package dev.ring3.bpf.asm;

/** A place in the source, both numbers from 1; columns count UTF-16 code units. */
record Position(int line, int column) {
    static final Position START = new Position(1, 1);
}
