package dev.ring3.nfs.state;

import dev.ring3.fs.lock.LockSpace;
import dev.ring3.nfs.NfsClientInfo;
import dev.ring3.nfs.NfsHolding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What clients hold, for people to look at: about now, since it may change while it is looked at. */
final class Holdings {
    private final NfsState all;

    Holdings(NfsState all) {
        this.all = all;
    }

    NfsClientInfo info(NfsClient client) {
        return new NfsClientInfo(
                client.id(),
                new String(client.owner(), StandardCharsets.UTF_8),
                client.fsClient(),
                client.address(),
                client.isFirstMinor(),
                client.sessionCount(),
                client.openCount(),
                client.delegationCount(),
                client.callbackPath() != null,
                all.clients().isLapsed(client),
                client.silentSeconds());
    }

    List<NfsHolding> of(NfsClient client) {
        List<NfsHolding> held = new ArrayList<>();
        client.lock().lock();
        try {
            for (OpenOwner owner : client.openOwners.values()) {
                owner.states.forEach((node, state) -> held.add(
                        new NfsHolding.Opened(node, state.file().entry().sharing())));
            }
            client.delegations.forEach((node, delegation) -> held.add(
                    new NfsHolding.Delegated(node, delegation.mayWrite(), delegation.phase != Delegation.Phase.HELD)));
        } finally {
            client.lock().unlock();
        }
        all.vfs()
                .locks()
                .all(LockSpace.RANGE)
                .forEach((node, locks) -> locks.stream()
                        .filter(lock -> lock.owner().client().equals(client.fsClient()))
                        .forEach(lock -> held.add(new NfsHolding.Locked(node, lock.range(), lock.kind()))));
        all.copies()
                .of(client)
                .forEach(copy ->
                        held.add(new NfsHolding.Copying(copy.node(), copy.copiedBytes(), copy.status() != null)));
        return held;
    }
}
