package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.fs.lock.ByteRange;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.LockKind;
import dev.ring3.fs.lock.Sharing;
import dev.ring3.fs.lock.Use;
import dev.ring3.nfs.NfsClientInfo;
import dev.ring3.nfs.NfsHolding;
import dev.ring3.nfs.NfsServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an administrator sees of clients, and how he rids himself of one. */
class EvictionTest extends NfsSuite {
    private NfsServer server;

    @BeforeEach
    void oursAlone() {
        assumeTrue(target instanceof Ring3, "only our server has administrators here");
        server = ((Ring3) target).server();
    }

    private NfsClientInfo info(long id) {
        return server.clients().stream()
                .filter(info -> info.id() == id)
                .findAny()
                .orElseThrow();
    }

    @Test
    void client_isShownWithAllThatItHolds() {
        Opened file = newFile("f");
        file.call(Ops.lockFirst(true, new Ops.Range(0, 10), 0, file.stateId(), 0, session.owner("l")))
                .ok();
        fileOf("g", "x");
        Opened delegated = open(Open.by(session.owner("o"))
                .access(Open.READ | Open.WANT_READ_DELEGATION)
                .name("g"));
        assertThat(delegated.result().delegation().type()).isEqualTo(1);
        NfsClientInfo info = info(session.clientId);
        assertThat(info.name()).isEqualTo(client.owner);
        assertThat(info.openFiles()).isEqualTo(2);
        assertThat(info.delegations()).isEqualTo(1);
        assertThat(info.sessions()).isEqualTo(1);
        assertThat(info.reachable()).isTrue();
        assertThat(info.lapsed()).isFalse();
        assertThat(server.holdings(info.id()))
                .hasSize(4)
                .anyMatch(held -> held instanceof NfsHolding.Opened opened
                        && opened.sharing().equals(Sharing.of(Use.BOTH)))
                .anyMatch(held -> held instanceof NfsHolding.Opened opened
                        && opened.sharing().equals(Sharing.of(Use.READ)))
                .anyMatch(held -> held instanceof NfsHolding.Locked lock
                        && lock.range().equals(new ByteRange(0, 9))
                        && lock.kind() == LockKind.EXCLUSIVE)
                .anyMatch(held -> held instanceof NfsHolding.Delegated delegation
                        && !delegation.writes()
                        && !delegation.recalled());
    }

    @Test
    void evictedClient_losesEverything_andOthersGetIt() throws Exception {
        Opened file = open(Open.by(session.owner("o"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .deny(Open.BOTH)
                .unchecked(AttrValues.ofMode(0644))
                .name("f"));
        Client known = info(session.clientId).fsClient();
        assertThat(server.evict(known)).isTrue();
        assertThat(server.evict(known)).isFalse();
        assertThat(server.holdings(session.clientId)).isEmpty();
        assertStatus(session.call(), NfsStatus.BADSESSION);
        Session other = newClient().newSession();
        open(
                other,
                Open.by(other.owner("o"))
                        .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                        .name("f"));
        Session again = client.newSession();
        assertThat(again.clientId).isNotEqualTo(session.clientId);
        assertStatus(at(again, file.handle(), Ops.read(file.stateId(), 0, 1)), NfsStatus.BAD_STATEID);
    }
}
