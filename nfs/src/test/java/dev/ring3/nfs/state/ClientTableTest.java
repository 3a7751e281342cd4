package dev.ring3.nfs.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.nfs.rpc.Credential;
import dev.ring3.nfs.state.ClientTable.Exchanged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table of RFC 8881 section 18.35.4, case by case. */
class ClientTableTest {
    private static final byte[] OWNER = "owner".getBytes(UTF_8);
    private static final Credential ONE = new Credential(Credential.AUTH_SYS, 1, 1, List.of(), "");
    private static final Credential TWO = new Credential(Credential.AUTH_SYS, 2, 1, List.of(), "");
    private static final ChannelAttributes CHANNEL = new ChannelAttributes(1024, 1024, 1024, 8, 1);

    private final Volume volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
    private final ClientTable table =
            new ClientTable(new Vfs(volume), 1, Duration.ofHours(1).toNanos());
    private final List<NfsClient> discarded = new ArrayList<>();

    @AfterEach
    void close() {
        volume.close();
    }

    private Exchanged exchange(long verifier, Credential who, boolean update) {
        return table.exchange(OWNER, verifier, who, update, "here", discarded);
    }

    private byte[] confirm(NfsClient client, Credential who) {
        return table.createSession(
                client.id(),
                client.createSequence,
                who,
                made -> new Session(table.nextSessionId(made), made, 1, CHANNEL, CHANNEL, 0, Credential.NONE),
                session -> new byte[] {(byte) session.id().number()},
                discarded);
    }

    @Test
    void newOwner_isUnconfirmed_untilItHasASession() {
        Exchanged first = exchange(1, ONE, false);
        assertThat(first.confirmed()).isFalse();
        assertThatThrownBy(() -> table.require(first.client().id())).hasMessage("STALE_CLIENTID");
        confirm(first.client(), ONE);
        assertThat(table.require(first.client().id())).isSameAs(first.client());
        assertThat(exchange(1, ONE, false)).isEqualTo(new Exchanged(first.client(), 2, true));
    }

    @Test
    void unconfirmed_exchangedAgain_isReplaced() {
        NfsClient first = exchange(1, ONE, false).client();
        NfsClient second = exchange(1, ONE, false).client();
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThatThrownBy(() -> confirm(first, ONE)).hasMessage("STALE_CLIENTID");
        confirm(second, ONE);
    }

    @Test
    void unconfirmed_confirmedByAnother_isInUse() {
        NfsClient client = exchange(1, ONE, false).client();
        assertThatThrownBy(() -> confirm(client, TWO)).hasMessage("CLID_INUSE");
    }

    @Test
    void restartedClient_keepsTheOldOneUntilConfirmed() {
        NfsClient before = exchange(1, ONE, false).client();
        confirm(before, ONE);
        NfsClient after = exchange(2, ONE, false).client();
        assertThat(table.require(before.id())).isSameAs(before);
        assertThat(discarded).isEmpty();
        confirm(after, ONE);
        assertThat(discarded).containsExactly(before);
        assertThatThrownBy(() -> table.require(before.id())).hasMessage("EXPIRED");
        assertThatThrownBy(() -> table.require(0)).hasMessage("STALE_CLIENTID");
    }

    @Test
    void sameOwnerOfAnotherPrincipal_withoutState_takesThePlace() {
        NfsClient before = exchange(1, ONE, false).client();
        confirm(before, ONE);
        assertThat(exchange(1, TWO, false).confirmed()).isFalse();
        assertThat(discarded).containsExactly(before);
    }

    @Test
    void sameOwnerOfAnotherPrincipal_withState_isInUse() {
        NfsClient before = exchange(1, ONE, false).client();
        confirm(before, ONE);
        before.opens = 1;
        assertThatThrownBy(() -> exchange(1, TWO, false)).hasMessage("CLID_INUSE");
    }

    @Test
    void update_wantsWhatIsThere() {
        assertThatThrownBy(() -> exchange(1, ONE, true)).hasMessage("NOENT");
        NfsClient client = exchange(1, ONE, false).client();
        assertThatThrownBy(() -> exchange(1, ONE, true)).hasMessage("NOENT");
        confirm(client, ONE);
        assertThat(exchange(1, ONE, true).client()).isSameAs(client);
        assertThatThrownBy(() -> exchange(2, ONE, true)).hasMessage("NOT_SAME");
        assertThatThrownBy(() -> exchange(1, TWO, true)).hasMessage("PERM");
    }

    @Test
    void destroyClient_withSessionOrState_isBusy() {
        NfsClient client = exchange(1, ONE, false).client();
        confirm(client, ONE);
        assertThatThrownBy(() -> table.destroyClient(client.id())).hasMessage("CLIENTID_BUSY");
        client.sessions.values().forEach(table::destroySession);
        client.opens = 1;
        assertThatThrownBy(() -> table.destroyClient(client.id())).hasMessage("CLIENTID_BUSY");
        client.opens = 0;
        assertThat(table.destroyClient(client.id())).isSameAs(client);
        assertThatThrownBy(() -> table.destroyClient(client.id())).hasMessage("STALE_CLIENTID");
    }
}
