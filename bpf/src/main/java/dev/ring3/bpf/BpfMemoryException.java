package dev.ring3.bpf;

/**
 * There is no memory for a map, a program or an invocation ({@code ENOMEM}): the runtime's limit is reached, or the
 * range that all runtimes share is full or could not be reserved.
 */
public final class BpfMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BpfMemoryException(String message) {
        super(message);
    }
}
