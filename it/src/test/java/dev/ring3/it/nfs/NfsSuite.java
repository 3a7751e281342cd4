package dev.ring3.it.nfs;

import static dev.ring3.it.nfs.Ops.getFh;
import static dev.ring3.it.nfs.Ops.lookup;
import static dev.ring3.it.nfs.Ops.putFh;
import static dev.ring3.it.nfs.Ops.putRootFh;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** One server for a class of tests; for each test a client of its own, a session, and an empty directory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class NfsSuite {
    /** What a test needs of the server and did not start itself. */
    NfsTarget target;

    Client41 client;
    Session session;
    Opaque directory;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private int directories;

    /** The name of {@link #directory} in the root. */
    String directoryName;

    @BeforeAll
    void startServer() throws Exception {
        target = NfsTarget.start(leaseSeconds());
    }

    @AfterAll
    void stopServer() throws Exception {
        if (target != null) {
            target.close();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        client = newClient();
        session = client.newSession();
        String name = "test" + ++directories;
        directoryName = name;
        Reply made = session.call(putRootFh(), Ops.mkdir(name), getFh());
        while (made.status() == NfsStatus.GRACE) {
            Thread.sleep(100);
            made = session.call(putRootFh(), Ops.mkdir(name), getFh());
        }
        directory = made.handle();
    }

    @AfterEach
    void disconnect() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        opened.clear();
    }

    /** Long, so that no client of a test expires on a busy machine; tests that wait for its end make it short. */
    int leaseSeconds() {
        return 90;
    }

    int minorVersion() {
        return 2;
    }

    Client41 newClient() throws IOException {
        return closing(Client41.open(target.port(), minorVersion()));
    }

    <T extends AutoCloseable> T closing(T each) {
        opened.add(each);
        return each;
    }

    static void assertStatus(Reply reply, NfsStatus... expected) {
        assertThat(reply.status()).as("the status of %s", reply).isIn((Object[]) expected);
    }

    /** Arguments that cannot be decoded: RFC 8881 has NFS4ERR_BADXDR for them (15.1.1.1), RPC has GARBAGE_ARGS. */
    static void assertUndecodable(RpcReply reply, NfsStatus... others) {
        switch (reply) {
            case RpcReply.Success success -> {
                NfsStatus status = Reply.read(success.results()).status();
                if (!Arrays.asList(others).contains(status)) {
                    assertThat(status).isEqualTo(NfsStatus.BADXDR);
                }
            }
            case RpcReply.Refused refused -> assertThat(refused.stat()).isEqualTo(RpcReply.AcceptStat.GARBAGE_ARGS);
            case RpcReply.Denied denied -> throw new AssertionError(denied);
        }
    }

    /** The operations, with the test's directory as current file handle. */
    Reply here(Op... ops) {
        return at(directory, ops);
    }

    Reply at(Opaque handle, Op... ops) {
        return at(session, handle, ops);
    }

    static Reply at(Session who, Opaque handle, Op... ops) {
        List<Op> all = new ArrayList<>();
        all.add(putFh(handle));
        all.addAll(Arrays.asList(ops));
        return who.call(all);
    }

    Opaque child(String name) {
        return here(lookup(name), getFh()).handle();
    }

    /** Opens by name, without a delegation. */
    Opened open(Session who, Open open) {
        Reply reply = at(who, directory, open.op(), getFh());
        return new Opened(who, reply.handle(), reply.opened().stateId(), reply.opened());
    }

    Opened open(Open open) {
        return open(session, open);
    }

    /** A new file, open for both. */
    Opened newFile(String name) {
        return open(create(name));
    }

    Open create(String name) {
        return Open.by(session.owner("owner"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .unchecked(AttrValues.ofMode(0644))
                .name(name);
    }

    /** A file with that content, closed. */
    Opaque fileOf(String name, String content) {
        Opened file = newFile(name);
        file.write(0, content);
        file.close();
        return file.handle();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** An open file. */
    record Opened(Session session, Opaque handle, StateId stateId, Result.Opened result) {
        Result.Written write(long offset, String text) {
            return call(Ops.write(stateId, offset, Ops.Stable.FILE_SYNC, utf8(text)))
                    .ok()
                    .get(Result.Written.class);
        }

        String read(long offset, int count) {
            byte[] bytes = call(Ops.read(stateId, offset, count)).data().data().bytes();
            return new String(bytes, StandardCharsets.UTF_8);
        }

        Reply call(Op... ops) {
            return at(session, handle, ops);
        }

        void close() {
            call(Ops.close(stateId)).ok();
        }
    }

    /** One of each type of file, in the test's directory, and its type. */
    enum Kind {
        REG,
        DIR,
        LNK,
        SOCK,
        FIFO,
        BLK,
        CHR;

        Attr.FileType type() {
            return Attr.FileType.valueOf(name());
        }
    }

    Opaque make(Kind kind) {
        String name = "a-" + kind;
        Op make = switch (kind) {
            case REG -> {
                fileOf(name, "content");
                yield lookup(name);
            }
            case DIR -> Ops.mkdir(name);
            case LNK -> Ops.symlink(name, "target");
            case SOCK, FIFO -> Ops.create(kind.type(), Opaque.of(name), AttrValues.ofMode(0644));
            case BLK, CHR -> Ops.device(kind.type(), name, 3, 7);
        };
        return here(make, getFh()).handle();
    }
}
