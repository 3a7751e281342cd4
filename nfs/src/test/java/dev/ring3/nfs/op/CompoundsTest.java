package dev.ring3.nfs.op;

import static dev.ring3.nfs.op.Driver.createSessionOp;
import static dev.ring3.nfs.op.Driver.exchangeOp;
import static dev.ring3.nfs.op.Driver.getfh;
import static dev.ring3.nfs.op.Driver.lookup;
import static dev.ring3.nfs.op.Driver.mkdir;
import static dev.ring3.nfs.op.Driver.open;
import static dev.ring3.nfs.op.Driver.putfh;
import static dev.ring3.nfs.op.Driver.read;
import static dev.ring3.nfs.op.Driver.remove;
import static dev.ring3.nfs.op.Driver.root;
import static dev.ring3.nfs.op.Driver.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FileTree;
import dev.ring3.fs.Ino;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.ClientNetwork;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.op.Driver.Op;
import dev.ring3.nfs.op.Driver.Reply;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Opcode;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.xdr.XdrReader;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompoundsTest {
    @TempDir
    private Path folder;

    private Driver driver() {
        return new Driver(folder);
    }

    @Test
    void minorVersion_unknown_isRefusedAndTagComesBack() {
        try (Driver driver = driver()) {
            Reply reply = driver.run(3, root());
            assertThat(reply.status()).isEqualTo(NfsStatus.MINOR_VERS_MISMATCH);
            assertThat(reply.done()).isZero();
            assertThat(reply.bytes()).containsSequence((byte) 't', (byte) 'a', (byte) 'g');
        }
    }

    @Test
    void operations_runUntilOneFails() {
        try (Driver driver = driver().connect("one")) {
            Reply reply = driver.inSession(root(), mkdir("a"), lookup("b"), mkdir("c"));
            assertThat(reply.status()).isEqualTo(NfsStatus.NOENT);
            assertThat(reply.done()).isEqualTo(4);
            assertThat(driver.inSession(root(), lookup("a"), lookup("c")).status())
                    .isEqualTo(NfsStatus.NOENT);
        }
    }

    @Test
    void order_ofOperations_isHeld() {
        try (Driver driver = driver().connect("one")) {
            assertThat(driver.run(1, root()).status()).isEqualTo(NfsStatus.OP_NOT_IN_SESSION);
            assertThat(driver.run(1, exchangeOp("x", 1, 0), root()).status()).isEqualTo(NfsStatus.NOT_ONLY_OP);
            assertThat(driver.inSession(driver.sequenceOp(9, 1, false)).status())
                    .isEqualTo(NfsStatus.SEQUENCE_POS);
            assertThat(driver.inSession(Op.of(Opcode.RENEW)).status()).isEqualTo(NfsStatus.NOTSUPP);
            assertThat(driver.run(0, driver.sequenceOp(1, 0, false)).status()).isEqualTo(NfsStatus.OP_ILLEGAL);
        }
    }

    @Test
    void call_again_isNotDoneAgain() {
        try (Driver driver = driver().connect("one")) {
            Op[] ops = {driver.sequenceOp(2, 0, true), root(), mkdir("once")};
            byte[] first = driver.raw(1, ops);
            assertThat(Driver.reply(first).status()).isEqualTo(NfsStatus.OK);
            assertThat(driver.raw(1, ops)).isEqualTo(first);
            Op[] others = {driver.sequenceOp(2, 0, true), root(), mkdir("twice")};
            assertThat(driver.run(1, others).status()).isEqualTo(NfsStatus.SEQ_FALSE_RETRY);
            assertThat(driver.run(1, driver.sequenceOp(4, 0, true)).status()).isEqualTo(NfsStatus.SEQ_MISORDERED);
            assertThat(driver.run(1, driver.sequenceOp(1, 4, true)).status()).isEqualTo(NfsStatus.BADSLOT);
        }
    }

    @Test
    void call_againWithoutItsAnswer_saysSo() {
        try (Driver driver = driver().connect("one")) {
            Stateid file = driver.opened("o", 3, 0, "f");
            driver.inSession(root(), lookup("f"), write(file, 0, "x".repeat(2000)))
                    .ok();
            Op[] ops = {driver.sequenceOp(++driver.sequence, 0, false), root(), lookup("f"), read(file, 0, 2000)};
            assertThat(driver.run(1, ops).status()).isEqualTo(NfsStatus.OK);
            Reply again = driver.run(1, ops);
            assertThat(again.status()).isEqualTo(NfsStatus.RETRY_UNCACHED_REP);
            assertThat(again.done()).isEqualTo(2);
        }
    }

    @Test
    void createSession_again_givesTheSameSession() {
        try (Driver driver = driver()) {
            long client = driver.exchange("one", 1);
            byte[] first = driver.createSession(client, 1);
            assertThat(driver.createSession(client, 1)).isEqualTo(first);
            assertThat(driver.createSession(client, 2)).isNotEqualTo(first);
            assertThat(driver.run(1, createSessionOp(client, 5)).status()).isEqualTo(NfsStatus.SEQ_MISORDERED);
            assertThat(driver.run(1, createSessionOp(client + 1, 1)).status()).isEqualTo(NfsStatus.STALE_CLIENTID);
        }
    }

    @Test
    void data_writtenIsReadAgain() {
        try (Driver driver = driver().connect("one")) {
            Stateid file = driver.opened("o", 3, 0, "f");
            driver.inSession(root(), lookup("f"), write(file, 3, "hello")).ok();
            XdrReader in = driver.inSession(root(), lookup("f"), read(file, 0, 100))
                    .ok()
                    .results();
            Driver.skipSequence(in);
            in.getFixed(3 * 8);
            assertThat(in.getBool()).as("end of file").isTrue();
            assertThat(in.getOpaque(100)).isEqualTo("\0\0\0hello".getBytes(UTF_8));
        }
    }

    @Test
    void shareReservation_isHeldAgainstEverybody() {
        try (Driver driver = driver().connect("one")) {
            Stateid file = driver.opened("a", 1, 2, "f");
            assertThat(driver.inSession(root(), open("b", 2, 0, "f")).status()).isEqualTo(NfsStatus.SHARE_DENIED);
            assertThat(driver.inSession(root(), lookup("f"), write(Stateid.ANONYMOUS, 0, "x"))
                            .status())
                    .isEqualTo(NfsStatus.LOCKED);
            assertThat(driver.inSession(root(), lookup("f"), write(file, 0, "x"))
                            .status())
                    .isEqualTo(NfsStatus.OPENMODE);
            assertThat(driver.inSession(root(), open("a", 2, 0, "f")).status())
                    .as("what the owner himself denies")
                    .isEqualTo(NfsStatus.SHARE_DENIED);
        }
    }

    @Test
    void open_again_movesTheStateid() {
        try (Driver driver = driver().connect("one")) {
            Stateid file = driver.opened("a", 1, 0, "f");
            driver.inSession(root(), open("a", 2, 0, "f")).ok();
            driver.inSession(root(), lookup("f"), write(file.withSeqid(0), 0, "x"))
                    .ok();
            assertThat(driver.inSession(root(), lookup("f"), write(file, 0, "x"))
                            .status())
                    .isEqualTo(NfsStatus.OLD_STATEID);
        }
    }

    @Test
    void handle_ofWhatIsGone_isStale() {
        try (Driver driver = driver().connect("one")) {
            driver.inSession(root(), mkdir("d")).ok();
            byte[] handle = driver.handle("d");
            driver.inSession(putfh(handle), getfh()).ok();
            byte[] forged = handle.clone();
            forged[handle.length - 1] ^= 1;
            assertThat(driver.inSession(putfh(forged)).status()).isEqualTo(NfsStatus.STALE);
            assertThat(driver.inSession(putfh(new byte[3])).status()).isEqualTo(NfsStatus.BADHANDLE);
            driver.inSession(root(), remove("d")).ok();
            assertThat(driver.inSession(putfh(handle)).status()).isEqualTo(NfsStatus.STALE);
        }
    }

    @Test
    void root_squashed_isNobody() {
        try (Driver driver = new Driver(folder, Export.LOOPBACK)) {
            driver.connect("one");
            assertThat(driver.inSession(root(), mkdir("d")).status()).isEqualTo(NfsStatus.ACCESS);
        }
    }

    @Test
    void export_readOnly_isNotWritten() {
        try (Driver driver = new Driver(folder, Export.LOOPBACK.withReadOnly(true))) {
            driver.connect("one");
            assertThat(driver.inSession(root(), mkdir("d")).status()).isEqualTo(NfsStatus.ROFS);
            assertThat(driver.inSession(root(), open("o", 3, 0, "f")).status()).isEqualTo(NfsStatus.ROFS);
        }
    }

    @Test
    void export_foreignAddressOrPort_isRefused() {
        Export export = Export.LOOPBACK.withClients(List.of(ClientNetwork.parse("10.1.0.0/16")));
        try (Driver driver = new Driver(folder, export)) {
            driver.connect("one");
            assertThat(driver.inSession(root()).status()).isEqualTo(NfsStatus.ACCESS);
            driver.peer = new FakePeer("10.1.200.3", 5000);
            assertThat(driver.inSession(root()).status()).isEqualTo(NfsStatus.PERM);
            driver.peer = new FakePeer("10.1.200.3", 800);
            driver.inSession(root()).ok();
            driver.peer = new FakePeer("10.2.0.1", 800);
            assertThat(driver.inSession(root()).status()).isEqualTo(NfsStatus.ACCESS);
        }
    }

    @Test
    void arguments_cutShort_areBadXdr() {
        try (Driver driver = driver().connect("one")) {
            Reply reply = driver.inSession(root(), Op.of(Opcode.LOOKUP, out -> out.putInt(200)));
            assertThat(reply.status()).isEqualTo(NfsStatus.BADXDR);
            assertThat(reply.done()).isEqualTo(3);
        }
    }

    @Test
    void lock_refused_namesItsHolder() {
        try (Driver driver = driver().connect("one")) {
            Stateid a = driver.opened("a", 3, 0, "f");
            Stateid b = driver.opened("b", 3, 0, "f");
            driver.inSession(root(), lookup("f"), lock(a, "lock a", 10, 5)).ok();
            Reply denied = driver.inSession(root(), lookup("f"), lock(b, "lock b", 12, 100));
            assertThat(denied.status()).isEqualTo(NfsStatus.DENIED);
            XdrReader in = denied.results();
            Driver.skipSequence(in);
            in.getFixed(3 * 8);
            assertThat(in.getLong()).isEqualTo(10);
            assertThat(in.getLong()).isEqualTo(5);
            assertThat(in.getInt()).isEqualTo(2);
            assertThat(in.getLong()).isEqualTo(driver.client);
            assertThat(in.getOpaque(64)).isEqualTo("lock a".getBytes(UTF_8));
            driver.inSession(root(), lookup("f"), lock(b, "lock b", 15, 100)).ok();
        }
    }

    private static Op lock(Stateid open, String owner, long offset, long length) {
        return Op.of(Opcode.LOCK, out -> {
            out.putInt(2)
                    .putBool(false)
                    .putLong(offset)
                    .putLong(length)
                    .putBool(true)
                    .putInt(0);
            open.write(out);
            out.putInt(0).putLong(0).putOpaque(owner.getBytes(UTF_8));
        });
    }

    @Test
    void mountedTree_isNotReachable() {
        try (Driver driver = driver().connect("one")) {
            driver.vfs.mount(driver.vfs.root(), Name.of("proc"), mountedTree(driver));
            Caller local = Caller.local(Credentials.ROOT);
            assertThat(driver.vfs.names().find(local, driver.vfs.root(), Name.of("proc"), StatMask.TYPE))
                    .as("what other front ends find")
                    .isNotNull();
            assertThat(driver.inSession(root(), lookup("proc")).status()).isEqualTo(NfsStatus.NOENT);
        }
    }

    /** A tree of which only the root is ever asked for. */
    private static FileTree mountedTree(Driver driver) {
        NodeId root = new NodeId(Vfs.FIRST_MOUNTED, Ino.ROOT);
        Stat like = driver.vfs.attributes().stat(driver.vfs.root(), StatMask.QUIET);
        Instant time = like.modifyTime();
        Stat stat =
                new Stat(root, like.mask(), like.mode(), 2, 0, 0, 0, 0, time, time, time, time, 0, 0, 0, 0, 0, 0, null);
        return (FileTree) Proxy.newProxyInstance(
                FileTree.class.getClassLoader(),
                new Class<?>[] {FileTree.class},
                (_, method, _) -> method.getName().equals("root") ? root : stat);
    }
}
