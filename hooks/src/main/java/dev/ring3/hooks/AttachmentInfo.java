package dev.ring3.hooks;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An attached object as of one moment.
 *
 * @param since when it was attached
 * @param failure why none of its programs is asked any more; empty while they are
 * @param programs in the order of the file; of an object that could not be loaded again none
 */
public record AttachmentInfo(
        String name,
        Scope scope,
        int order,
        boolean observeOnly,
        FailMode failMode,
        Instant since,
        Optional<String> failure,
        List<ProgramInfo> programs) {
    public AttachmentInfo {
        programs = List.copyOf(programs);
    }
}
