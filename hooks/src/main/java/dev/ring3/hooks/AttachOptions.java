package dev.ring3.hooks;

import java.util.Optional;

/**
 * How an object is attached.
 *
 * @param order where in the chain: smaller numbers are asked first, of equal ones the one that was attached first
 * @param observeOnly whether its results do not count; as the object says ({@code RING3_OPTIONS}) where it is empty
 * @param failMode what happens if it fails; as the object says where it is empty
 */
public record AttachOptions(int order, Optional<Boolean> observeOnly, Optional<FailMode> failMode) {
    /** In the middle, as the object says. */
    public static final AttachOptions DEFAULT = new AttachOptions(0, Optional.empty(), Optional.empty());

    /** These at another place. */
    public AttachOptions withOrder(int value) {
        return new AttachOptions(value, observeOnly, failMode);
    }

    /** These, observing or deciding whatever the object says. */
    public AttachOptions withObserveOnly(boolean value) {
        return new AttachOptions(order, Optional.of(value), failMode);
    }

    /** These, failing so whatever the object says. */
    public AttachOptions withFailMode(FailMode value) {
        return new AttachOptions(order, observeOnly, Optional.of(value));
    }
}
