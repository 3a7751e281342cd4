package dev.ring3.bpf.verifier;

/** What a program did that no accepted one may do. */
final class Trap extends RuntimeException {
    private static final long serialVersionUID = 1;

    Trap(int slot, String what) {
        super("insn %d: %s".formatted(slot, what), null, false, false);
    }
}
