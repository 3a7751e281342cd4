package dev.ring3.server.http;

/**
 * Who a request is from.
 *
 * @param name for the audit log: {@code uid 0 by the control socket}, {@code token backup}
 * @param access what it may do
 */
public record Identity(String name, Access access) {
    /** Nobody that is known. */
    public static final Identity ANONYMOUS = new Identity("anonymous", Access.PUBLIC);

    /** A command that has the volume open itself. */
    public static final Identity IN_PROCESS = new Identity("this process", Access.ADMIN);
}
