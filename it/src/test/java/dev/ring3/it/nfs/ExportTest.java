package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.nfs.Export;
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
}
