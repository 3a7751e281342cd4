package dev.ring3.fs.volume;

import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.transfer.TransferPosition;
import java.util.Optional;

/**
 * What is to be sent.
 *
 * @param snapshot a read-only subvolume
 * @param since an earlier one of the same line, which the other side has: then only what differs is sent
 * @param from what came before this has been received
 */
public record SendRequest(SubvolumeId snapshot, Optional<SubvolumeId> since, TransferPosition from) {
    /** All of a snapshot. */
    public static SendRequest of(SubvolumeId snapshot) {
        return new SendRequest(snapshot, Optional.empty(), TransferPosition.START);
    }

    /** What a snapshot has since another. */
    public SendRequest since(SubvolumeId earlier) {
        return new SendRequest(snapshot, Optional.of(earlier), from);
    }

    /** The rest of what was begun to be received. */
    public SendRequest from(TransferPosition position) {
        return new SendRequest(snapshot, since, position);
    }
}
