package dev.ring3.server.http;

import java.util.Optional;

/**
 * Who a request is from.
 *
 * @param name for the audit log: {@code uid 0 by the control socket}, {@code token backup}
 * @param access what it may do
 * @param receiving where it may bring copies, besides; the endpoints that are for that ({@link Route#forReceivers}) see to
 *     it that it does nothing else
 */
public record Identity(String name, Access access, Optional<Receiving> receiving) {
    /** Nobody that is known. */
    public static final Identity ANONYMOUS = new Identity("anonymous", Access.PUBLIC);

    /** A command that has the volume open itself. */
    public static final Identity IN_PROCESS = new Identity("this process", Access.ADMIN);

    /** Somebody who brings no copies. */
    public Identity(String name, Access access) {
        this(name, access, Optional.empty());
    }

    /** Whether it has shown a credential. */
    boolean isKnown() {
        return access != Access.PUBLIC || receiving.isPresent();
    }

    boolean may(Route route) {
        return access.covers(route.access()) || (receiving.isPresent() && route.isForReceivers());
    }
}
