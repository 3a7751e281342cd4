package dev.ring3.nfs.op;

import static dev.ring3.nfs.op.Driver.getfh;
import static dev.ring3.nfs.op.Driver.lookup;
import static dev.ring3.nfs.op.Driver.mkdir;
import static dev.ring3.nfs.op.Driver.open;
import static dev.ring3.nfs.op.Driver.putfh;
import static dev.ring3.nfs.op.Driver.read;
import static dev.ring3.nfs.op.Driver.root;
import static dev.ring3.nfs.op.Driver.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.fs.vfs.AccessHooks;
import dev.ring3.fs.vfs.HookPoint;
import dev.ring3.fs.vfs.Request;
import dev.ring3.nfs.ClientNetwork;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.op.Driver.Op;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Opcode;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.xdr.XdrReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports that come, go and change while clients use them. */
class ExportChangeTest {
    private static final int ADMIN_STATE_REVOKED = 0x20;
    private static final int READ_DELEGATION = 1;
    private static final int WANT_READ = 0x101;
    private static final Export OPEN = Export.LOOPBACK.withSquash(Export.Squash.NONE, Export.NOBODY, Export.NOBODY);

    @TempDir
    private Path folder;

    private Driver driver;
    private Export a;
    private Export b;

    @BeforeEach
    void start() {
        driver = new Driver(folder, OPEN);
        a = OPEN.withPath("/a", subvolume("a"));
        b = OPEN.withPath("/far/b", subvolume("b"));
        driver.exports.replace(List.of(a, b));
        driver.connect("one");
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private NodeId subvolume(String name) {
        NewNode shape = NewNode.of(FileType.DIRECTORY, 0755, 0, 0, 0);
        return NodeId.rootOf(driver.volume.subvolumes().create(driver.volume.root(), Name.of(name), shape, Guard.NONE));
    }

    private static Op[] inA(Op... then) {
        Op[] all = new Op[then.length + 2];
        all[0] = root();
        all[1] = lookup("a");
        System.arraycopy(then, 0, all, 2, then.length);
        return all;
    }

    private static Op[] inB(Op... then) {
        Op[] all = new Op[then.length + 3];
        all[0] = root();
        all[1] = lookup("far");
        all[2] = lookup("b");
        System.arraycopy(then, 0, all, 3, then.length);
        return all;
    }

    /** What follows these operations' results, which say nothing but their status. */
    private XdrReader after(int plain, Op... ops) {
        XdrReader in = driver.inSession(ops).ok().results();
        Driver.skipSequence(in);
        in.getFixed(plain * 8);
        return in;
    }

    private byte[] handleIn(Op... way) {
        Op[] all = Arrays.copyOf(way, way.length + 1);
        all[way.length] = getfh();
        XdrReader in = after(way.length, all);
        in.getLong();
        return in.getOpaque(128);
    }

    private Stateid openIn(Op[] way) {
        XdrReader in = after(way.length - 1, way);
        in.getLong();
        return Stateid.read(in);
    }

    private int flags() {
        XdrReader in = driver.inSession().ok().results();
        in.getLong();
        in.getFixed(16 + 4 * Integer.BYTES);
        return in.getInt();
    }

    private int test(Stateid stateid) {
        XdrReader in = driver.inSession(Op.of(Opcode.TEST_STATEID, out -> {
                    out.putInt(1);
                    stateid.write(out);
                }))
                .ok()
                .results();
        Driver.skipSequence(in);
        in.getFixed(8 + 4);
        return in.getInt();
    }

    private static Op free(Stateid stateid) {
        return Op.of(Opcode.FREE_STATEID, stateid::write);
    }

    @Test
    void added_isFoundAtOnce_andOthersNoticeNothing() {
        Stateid file = openIn(inA(open("o", 3, 0, "f")));
        byte[] handle = handleIn(inA(lookup("f")));
        Export c = OPEN.withPath("/c", subvolume("c"));
        assertThat(driver.inSession(root(), lookup("c")).status()).isEqualTo(NfsStatus.NOENT);
        driver.exports.replace(List.of(a, b, c));
        driver.inSession(root(), lookup("c"), mkdir("d")).ok();
        driver.inSession(putfh(handle), write(file, 0, "x")).ok();
        assertThat(flags()).isZero();
    }

    @Test
    void removed_handlesAreStale_andAgainGoodWhenItIsBack() {
        driver.inSession(inA(mkdir("d"))).ok();
        byte[] handle = handleIn(inA(lookup("d")));
        driver.exports.replace(List.of(b));
        assertThat(driver.inSession(putfh(handle)).status()).isEqualTo(NfsStatus.STALE);
        assertThat(driver.inSession(inA()).status()).isEqualTo(NfsStatus.NOENT);
        driver.inSession(inB(mkdir("d"))).ok();
        driver.exports.replace(List.of(b, a));
        driver.inSession(putfh(handle), mkdir("e")).ok();
    }

    @Test
    void pseudoDirectory_keepsItsHandle_whenOthersComeAndGo() {
        byte[] far = handleIn(root(), lookup("far"));
        driver.exports.replace(List.of(OPEN.withPath("/before/it", subvolume("c")), b));
        driver.inSession(putfh(far), lookup("b")).ok();
        driver.exports.replace(List.of(a));
        assertThat(driver.inSession(putfh(far)).status()).isEqualTo(NfsStatus.STALE);
        driver.exports.replace(List.of(OPEN));
        assertThat(driver.inSession(putfh(far)).status()).isEqualTo(NfsStatus.STALE);
    }

    @Test
    void removed_opensAndLocksAreTaken_untilTheClientKnows() {
        Stateid open = openIn(inA(open("o", 3, 0, "f")));
        Stateid kept = openIn(inB(open("o", 3, 0, "f")));
        XdrReader in = after(3, inA(lookup("f"), lock(open)));
        in.getLong();
        Stateid locked = Stateid.read(in);
        assertThat(driver.vfs.locks().all(LockSpace.RANGE)).isNotEmpty();

        driver.exports.replace(List.of(b));
        assertThat(driver.vfs.locks().all(LockSpace.RANGE)).isEmpty();
        assertThat(driver.vfs.opens().entries()).hasSize(1);
        assertThat(flags()).isEqualTo(ADMIN_STATE_REVOKED);
        assertThat(test(open)).isEqualTo(NfsStatus.ADMIN_REVOKED.number());
        assertThat(test(locked)).isEqualTo(NfsStatus.ADMIN_REVOKED.number());
        assertThat(test(kept)).isZero();

        // As the client gets to know it where the export is there again.
        driver.exports.replace(List.of(a, b));
        assertThat(driver.inSession(inA(lookup("f"), write(open, 0, "x"))).status())
                .isEqualTo(NfsStatus.ADMIN_REVOKED);
        driver.inSession(free(open)).ok();
        assertThat(flags()).isEqualTo(ADMIN_STATE_REVOKED);
        driver.inSession(free(locked)).ok();
        assertThat(flags()).isZero();
        assertThat(test(open)).isEqualTo(NfsStatus.BAD_STATEID.number());
        driver.inSession(inB(lookup("f"), write(kept, 0, "x"))).ok();
    }

    private static Op lock(Stateid open) {
        return Op.of(Opcode.LOCK, out -> {
            out.putInt(2).putBool(false).putLong(0).putLong(1).putBool(true).putInt(0);
            open.write(out);
            out.putInt(0).putLong(0).putOpaque("l".getBytes(UTF_8));
        });
    }

    @Test
    void clientsOfAnotherNetworkOnly_theOthersLoseIt() {
        Stateid open = openIn(inA(open("o", 3, 0, "f")));
        byte[] handle = handleIn(inA(lookup("f")));
        driver.exports.replace(List.of(a.withClients(List.of(ClientNetwork.parse("10.0.0.0/8"))), b));
        assertThat(driver.inSession(putfh(handle)).status()).isEqualTo(NfsStatus.ACCESS);
        assertThat(test(open)).isEqualTo(NfsStatus.ADMIN_REVOKED.number());
        driver.exports.replace(List.of(a, b));
        driver.inSession(free(open)).ok();
        driver.inSession(inA(open("o", 3, 0, "f"))).ok();
    }

    @Test
    void readOnlyFromNowOn_opensStay_andAreNotWritten() {
        Stateid open = openIn(inA(open("o", 3, 0, "f")));
        driver.exports.replace(List.of(a.withReadOnly(true), b));
        assertThat(driver.inSession(inA(lookup("f"), write(open, 0, "x"))).status())
                .isEqualTo(NfsStatus.ROFS);
        driver.inSession(inA(lookup("f"), read(open, 0, 1))).ok();
        assertThat(flags()).isZero();
    }

    @Test
    void changed_delegationsAreAskedBack_butNotForMoreClients() throws Exception {
        FakePeer peer = new FakePeer("127.0.0.1", 700);
        driver.peer = peer;
        driver.connect("two");
        driver.inSession(inA(open("o", 3, 0, "f"))).ok();
        Stateid first = openIn(inA(open("o", 3, 0, "f")));
        driver.inSession(inA(lookup("f"), close(first))).ok();
        Stateid held = delegationIn(inA(open("o", WANT_READ, 0, "f")));

        driver.exports.replace(List.of(a.withClients(List.of(ClientNetwork.parse("0.0.0.0/0"))), b));
        assertThat(peer.calls).as("for more clients").isEmpty();
        driver.exports.replace(List.of(a.withReadOnly(true), b));
        assertThat(peer.awaitCall()).isNotNull();
        driver.exports.replace(List.of(b));
        assertThat(test(held)).isEqualTo(NfsStatus.ADMIN_REVOKED.number());
        driver.inSession(free(held)).ok();
    }

    private static Op close(Stateid open) {
        return Op.of(Opcode.CLOSE, out -> {
            out.putInt(0);
            open.write(out);
        });
    }

    private Stateid delegationIn(Op[] way) {
        XdrReader in = after(way.length - 1, way);
        in.getFixed(8 + 16 + 20 + 4);
        int words = in.getInt();
        in.getFixed(words * Integer.BYTES);
        assertThat(in.getInt()).isEqualTo(READ_DELEGATION);
        return Stateid.read(in);
    }

    @Test
    void callThatBeganBefore_keepsNothingOfWhatIsGone() {
        driver.inSession(inA(open("o", 3, 0, "f"))).ok();
        driver.vfs.setHooks(new AccessHooks() {
            @Override
            public boolean isAttached(HookPoint point) {
                return point == HookPoint.OPEN;
            }

            @Override
            public void check(Request request) {
                driver.exports.replace(List.of(b));
            }
        });
        driver.inSession(inA(open("p", 3, 0, "f"))).ok();
        assertThat(driver.vfs.opens().entries()).isEmpty();
        assertThat(flags()).isEqualTo(ADMIN_STATE_REVOKED);
    }

    @Test
    void none_leavesAnEmptyRoot() {
        driver.exports.replace(List.of());
        driver.inSession(root(), getfh()).ok();
        assertThat(driver.inSession(inA()).status()).isEqualTo(NfsStatus.NOENT);
    }

    @Test
    void refused_changesNothing() {
        assertThatThrownBy(() -> driver.exports.replace(List.of(a, a.withReadOnly(true))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(driver.exports.all()).containsExactly(a, b);
        driver.inSession(inA(mkdir("d"))).ok();
    }
}
