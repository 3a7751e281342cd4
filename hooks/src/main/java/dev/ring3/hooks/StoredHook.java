package dev.ring3.hooks;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An attached object as it is kept over restarts.
 *
 * @param observeOnly as it was decided when it was attached; likewise {@code failMode}
 * @param sections what its programs are asked about, also if they cannot be loaded any more
 * @param failure why it is not asked any more
 */
@SuppressWarnings("ArrayRecordComponent") // handed through, never compared
public record StoredHook(
        String name,
        byte[] object,
        Scope scope,
        int order,
        boolean observeOnly,
        FailMode failMode,
        Instant since,
        List<String> sections,
        Optional<String> failure) {
    public StoredHook {
        sections = List.copyOf(sections);
    }

    StoredHook withFailure(String reason) {
        return new StoredHook(name, object, scope, order, observeOnly, failMode, since, sections, Optional.of(reason));
    }
}
