package dev.ring3.hooks;

/** A policy does not take the cache over, or has failed: the cache goes on without it. */
final class PolicyRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    PolicyRefusedException(String reason) {
        super(reason);
    }
}
