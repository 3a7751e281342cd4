package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.nfs.Export;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an export keeps from its clients. */
class ExportTest {
    private static final Op[] MKDIR = {Ops.putRootFh(), Ops.mkdir("d")};

    private static NfsStatus mkdirAsRoot(Export export) throws Exception {
        try (Ring3 target = Ring3.start(90, export);
                Client41 client = Client41.open(target.port(), 2)) {
            return client.newSession().call(MKDIR).status();
        }
    }

    @Test
    void byDefault_rootIsNobody() throws Exception {
        assertThat(mkdirAsRoot(Export.LOOPBACK.withInsecure(true))).isEqualTo(NfsStatus.ACCESS);
    }

    @Test
    void readOnlyExport_refusesWrites() throws Exception {
        Export export = Export.LOOPBACK
                .withInsecure(true)
                .withReadOnly(true)
                .withSquash(Export.Squash.NONE, Export.NOBODY, Export.NOBODY);
        assertThat(mkdirAsRoot(export)).isEqualTo(NfsStatus.ROFS);
    }

    /** Ports above 1023 are anybody's on the client's machine. */
    @Test
    void byDefault_unprivilegedPortsGetNothing() throws Exception {
        try (Ring3 target = Ring3.start(90, Export.LOOPBACK);
                RpcConnection connection = RpcConnection.open(target.port())) {
            assertThat(connection.localPort()).isGreaterThan(1023);
            Compound ask = Compound.of(0, Ops.putRootFh(), Ops.getAttr(Attr.TYPE));
            RpcReply reply = connection.compound(RpcCredential.ROOT, ask.encode());
            if (reply instanceof RpcReply.Success success) {
                assertThat(Reply.read(success.results()).status())
                        .isIn(NfsStatus.ACCESS, NfsStatus.PERM, NfsStatus.WRONGSEC);
            } else {
                assertThat(reply).isInstanceOf(RpcReply.Denied.class);
            }
        }
    }

    /** The connection, the session and what is open stay; what an export gives is another thing from one call to the next. */
    @Test
    void changedWhileInUse_isSeenAtOnce_andNobodyIsCutOff() throws Exception {
        Export open = Export.LOOPBACK.withInsecure(true).withSquash(Export.Squash.NONE, Export.NOBODY, Export.NOBODY);
        try (Ring3 target = Ring3.start(90, open);
                Client41 client = Client41.open(target.port(), 2)) {
            Session session = client.newSession();
            Op create = Open.by(session.owner("o"))
                    .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                    .unchecked(AttrValues.ofMode(0644))
                    .name("f")
                    .op();
            Reply opened = session.call(Ops.putRootFh(), create, Ops.getFh()).ok();
            Opaque file = opened.handle();
            StateId state = opened.opened().stateId();
            Op[] write = {Ops.putFh(file), Ops.write(state, 0, Ops.Stable.UNSTABLE, new byte[1])};
            session.call(write).ok();

            target.server().setExports(List.of(open.withReadOnly(true)));
            assertThat(session.call(write).status()).isEqualTo(NfsStatus.ROFS);
            session.call(Ops.putFh(file), Ops.read(state, 0, 1)).ok();
            target.server().setExports(List.of(open));
            session.call(write).ok();

            target.server().setExports(List.of());
            assertThat(session.call(write).status()).isEqualTo(NfsStatus.STALE);
            target.server().setExports(List.of(open));
            assertThat(session.call(write).status()).isEqualTo(NfsStatus.ADMIN_REVOKED);
            session.call(Ops.freeStateId(state)).ok();
            session.call(Ops.putRootFh(), create).ok();
        }
    }
}
