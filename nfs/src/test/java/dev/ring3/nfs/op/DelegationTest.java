package dev.ring3.nfs.op;

import static dev.ring3.nfs.op.Driver.lookup;
import static dev.ring3.nfs.op.Driver.open;
import static dev.ring3.nfs.op.Driver.root;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.vfs.AccessHooks;
import dev.ring3.fs.vfs.HookPoint;
import dev.ring3.fs.vfs.Request;
import dev.ring3.nfs.op.Driver.Op;
import dev.ring3.nfs.op.Driver.Reply;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Opcode;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.xdr.XdrReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DelegationTest {
    private static final int WANT_READ = 0x101;
    private static final int READ_DELEGATION = 1;

    @TempDir
    private Path folder;

    /** The delegation of an OPEN after PUTROOTFH: its type, and if it is for reading its stateid. */
    private static XdrReader delegation(Reply reply) {
        XdrReader in = reply.ok().results();
        Driver.skipSequence(in);
        in.getFixed(2 * 8 + 16 + 20 + 4);
        int words = in.getInt();
        in.getFixed(words * Integer.BYTES);
        return in;
    }

    @Test
    void delegation_anotherClientWrites_isCalledBack() throws Exception {
        try (Driver driver = new Driver(folder)) {
            FakePeer peer = new FakePeer("127.0.0.1", 700);
            driver.peer = peer;
            driver.connect("one").opened("o", 3, 0, "f");
            driver.inSession(root(), lookup("f"), close(driver)).ok();
            XdrReader in = delegation(driver.inSession(root(), open("o", WANT_READ, 0, "f")));
            assertThat(in.getInt()).isEqualTo(READ_DELEGATION);
            Stateid held = Stateid.read(in);
            driver.inSession(root(), lookup("f"), Op.of(Opcode.FREE_STATEID, held::write));

            byte[] session = driver.session;
            int sequence = driver.sequence;
            driver.connect("two");
            assertThat(driver.inSession(root(), open("w", 2, 0, "f")).status()).isEqualTo(NfsStatus.DELAY);
            assertThat(peer.awaitCall()).isNotNull();

            driver.session = session;
            driver.sequence = sequence;
            driver.inSession(root(), lookup("f"), Op.of(Opcode.DELEGRETURN, held::write))
                    .ok();
            driver.connect("three");
            driver.inSession(root(), open("w", 2, 0, "f")).ok();
        }
    }

    private static Op close(Driver driver) {
        Stateid again = driver.opened("o", 3, 0, "f");
        return Op.of(Opcode.CLOSE, out -> {
            out.putInt(0);
            again.write(out);
        });
    }

    @Test
    void delegation_programsDecide_isNotGiven() {
        try (Driver driver = new Driver(folder)) {
            driver.connect("one").opened("o", 1, 0, "f");
            driver.vfs.setHooks(new AccessHooks() {
                @Override
                public boolean isAttached(HookPoint point) {
                    return point == HookPoint.READ;
                }

                @Override
                public void check(Request request) {}
            });
            assertThat(delegation(driver.inSession(root(), open("o", WANT_READ, 0, "f")))
                            .getInt())
                    .isNotEqualTo(READ_DELEGATION);
        }
    }
}
