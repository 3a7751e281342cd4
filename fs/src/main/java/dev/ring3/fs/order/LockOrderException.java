package dev.ring3.fs.order;

/** Two locks of one class are about to be taken in another order than that of their ranks: a fault of the program. */
public final class LockOrderException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    LockOrderException(String message) {
        super(message);
    }
}
