package dev.ring3.linux;

import dev.ring3.linux.Availability.Reason;
import dev.ring3.linux.Availability.Unavailable;

/** Something was asked that this machine or process cannot do at all; asking again will not help. */
public final class UnsupportedHostException extends UnsupportedOperationException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    UnsupportedHostException(Unavailable why) {
        super(why.detail());
        this.reason = why.reason();
    }

    /** Why; the message says it in words. */
    public Reason reason() {
        return reason;
    }
}
