package dev.ring3.nfs.op;

import static dev.ring3.nfs.op.Driver.lookup;
import static dev.ring3.nfs.op.Driver.mkdir;
import static dev.ring3.nfs.op.Driver.remove;
import static dev.ring3.nfs.op.Driver.root;
import static dev.ring3.nfs.op.Driver.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.Name;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.AccessHooks;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.HookPoint;
import dev.ring3.fs.vfs.Request;
import dev.ring3.nfs.op.Driver.Op;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Opcode;
import dev.ring3.nfs.proto.Stateid;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of NFSv4.0 that come again since their answer got lost. */
class RepeatsTest {
    private static final int XID = 1_000_000;

    @TempDir
    private Path folder;

    private Driver driver;
    private final FakePeer first = new FakePeer("127.0.0.1", 700);

    /** A call, and what it is answered where it is another one with the same arguments. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Repeated(String what, NfsStatus secondTime, Op... operations) {
        byte[] encoded() {
            return Driver.encode(0, operations);
        }
    }

    @BeforeEach
    void start() {
        driver = new Driver(folder);
        driver.connect("maker");
        for (String name : new String[] {"gone", "from", "linked"}) {
            driver.opened("o", 3, 0, name);
        }
        driver.inSession(root(), mkdir("emptied")).ok();
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private static Stream<Repeated> calls() {
        return Stream.of(
                new Repeated("CREATE", NfsStatus.EXIST, root(), mkdir("made")),
                new Repeated("REMOVE", NfsStatus.NOENT, root(), remove("gone")),
                new Repeated("REMOVE of a directory", NfsStatus.NOENT, root(), remove("emptied")),
                new Repeated("RENAME", NfsStatus.NOENT, root(), Op.of(Opcode.SAVEFH), rename("from", "to")),
                new Repeated(
                        "LINK",
                        NfsStatus.EXIST,
                        root(),
                        lookup("linked"),
                        Op.of(Opcode.SAVEFH),
                        root(),
                        Op.of(Opcode.LINK, out -> out.putOpaque("other".getBytes(UTF_8)))),
                new Repeated(
                        "what fails", NfsStatus.NOENT, root(), mkdir("beside"), remove("not there"), mkdir("never")));
    }

    private static Op rename(String from, String to) {
        return Op.of(Opcode.RENAME, out -> out.putOpaque(from.getBytes(UTF_8)).putOpaque(to.getBytes(UTF_8)));
    }

    private long change() {
        return driver.vfs.attributes().stat(driver.vfs.root(), StatMask.CHANGE).change();
    }

    @Test
    void sameNumber_onTheSameConnection_givesTheFirstAnswer_andHasNoSecondEffect() {
        int xid = XID;
        for (Repeated call : calls().toList()) {
            byte[] answer = driver.send(++xid, first, call.encoded());
            long change = change();
            assertThat(driver.send(xid, first, call.encoded())).as(call.what()).isEqualTo(answer);
            assertThat(change()).as(call.what()).isEqualTo(change);
        }
    }

    @Test
    void sameNumber_onAnotherConnectionAfterTheFirstBroke_givesTheFirstAnswer() {
        int xid = XID;
        for (Repeated call : calls().toList()) {
            FakePeer broken = new FakePeer("127.0.0.1", 700);
            byte[] answer = driver.send(++xid, broken, call.encoded());
            broken.close();
            long change = change();
            assertThat(driver.send(xid, new FakePeer("127.0.0.1", 701), call.encoded()))
                    .as(call.what())
                    .isEqualTo(answer);
            assertThat(change()).as(call.what()).isEqualTo(change);
        }
    }

    /** The control: without its number a call is done again, and its answer tells so. */
    @Test
    void anotherNumber_isAnotherCall() {
        int xid = XID;
        for (Repeated call :
                calls().filter(each -> !each.what().equals("what fails")).toList()) {
            assertThat(Driver.reply(driver.send(++xid, first, call.encoded())).status())
                    .as(call.what())
                    .isEqualTo(NfsStatus.OK);
            assertThat(Driver.reply(driver.send(++xid, first, call.encoded())).status())
                    .as(call.what())
                    .isEqualTo(call.secondTime());
        }
    }

    private NfsStatus mkdirBy(FakePeer peer) {
        return Driver.reply(driver.send(XID, peer, Driver.encode(0, root(), mkdir("d"))))
                .status();
    }

    @Test
    void sameNumber_ofAnotherClientOrUser_isAnotherCall() {
        assertThat(mkdirBy(first)).isEqualTo(NfsStatus.OK);
        assertThat(mkdirBy(new FakePeer("127.0.0.1", 701)))
                .as("two connections that both stand")
                .isEqualTo(NfsStatus.EXIST);
        assertThat(mkdirBy(new FakePeer("127.0.0.2", 700))).isEqualTo(NfsStatus.EXIST);
        driver.send(XID, first, Driver.encode(0, root(), remove("d")));
        assertThat(mkdirBy(first)).as("other arguments came between").isEqualTo(NfsStatus.OK);
        driver.credential = Driver.USER;
        assertThat(mkdirBy(first)).isNotEqualTo(NfsStatus.OK);
    }

    @Test
    void sameNumber_ofAClientThatBeganAnew_isAnotherCall() {
        assertThat(mkdirBy(first)).isEqualTo(NfsStatus.OK);
        assertThat(mkdirBy(first)).isEqualTo(NfsStatus.OK);
        driver.send(
                XID + 1,
                first,
                Driver.encode(
                        0,
                        Op.of(
                                Opcode.SETCLIENTID,
                                out -> out.putLong(1)
                                        .putOpaque("zero".getBytes(UTF_8))
                                        .putInt(0x4000_0000)
                                        .putOpaque("tcp".getBytes(UTF_8))
                                        .putOpaque("0.0.0.0.0.0".getBytes(UTF_8))
                                        .putInt(1))));
        assertThat(mkdirBy(first)).isEqualTo(NfsStatus.EXIST);
    }

    @Test
    void write_again_doesNotUndoALaterOne() {
        byte[] early = Driver.encode(0, root(), lookup("linked"), write(Stateid.ANONYMOUS, 0, "early"));
        byte[] answer = driver.send(XID, first, early);
        driver.send(XID + 1, first, Driver.encode(0, root(), lookup("linked"), write(Stateid.ANONYMOUS, 0, "later")));
        long change = changeOf("linked");
        assertThat(driver.send(XID, first, early)).isEqualTo(answer);
        assertThat(changeOf("linked")).isEqualTo(change);
    }

    private long changeOf(String name) {
        Stat found = driver.vfs
                .names()
                .find(Caller.local(Credentials.ROOT), driver.vfs.root(), Name.of(name), StatMask.CHANGE);
        return Objects.requireNonNull(found, name).change();
    }

    @Test
    void whatChangesNothing_isDoneAgain() {
        byte[] ask = Driver.encode(0, root(), lookup("gone"));
        assertThat(Driver.reply(driver.send(XID, first, ask)).status()).isEqualTo(NfsStatus.OK);
        driver.send(XID + 1, first, Driver.encode(0, root(), remove("gone")));
        assertThat(Driver.reply(driver.send(XID, first, ask)).status()).isEqualTo(NfsStatus.NOENT);
    }

    /** The first is still being worked on when its connection has broken and the call is here again. */
    @Test
    void again_whileTheFirstIsWorkedOn_waitsForItsAnswer() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        driver.vfs.setHooks(new AccessHooks() {
            @Override
            public boolean isAttached(HookPoint point) {
                return point == HookPoint.CREATE;
            }

            @Override
            public void check(Request request) {
                begun.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
        byte[] call = Driver.encode(0, root(), mkdir("d"));
        CompletableFuture<byte[]> answer = CompletableFuture.supplyAsync(() -> driver.send(XID, first, call));
        begun.await();
        first.close();
        CompletableFuture<byte[]> again = new CompletableFuture<>();
        Thread second =
                Thread.ofPlatform().start(() -> again.complete(driver.send(XID, new FakePeer("127.0.0.1", 701), call)));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (second.getState() != Thread.State.TIMED_WAITING && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(again).isNotDone();
        goOn.countDown();
        assertThat(again.join()).isEqualTo(answer.join());
        assertThat(Driver.reply(answer.join()).status()).isEqualTo(NfsStatus.OK);
    }
}
