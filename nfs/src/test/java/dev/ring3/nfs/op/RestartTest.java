package dev.ring3.nfs.op;

import static dev.ring3.nfs.op.Driver.lookup;
import static dev.ring3.nfs.op.Driver.mkdir;
import static dev.ring3.nfs.op.Driver.open;
import static dev.ring3.nfs.op.Driver.putfh;
import static dev.ring3.nfs.op.Driver.read;
import static dev.ring3.nfs.op.Driver.reclaim;
import static dev.ring3.nfs.op.Driver.remove;
import static dev.ring3.nfs.op.Driver.root;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.lock.ByteRange;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.LockKind;
import dev.ring3.fs.lock.LockOwner;
import dev.ring3.fs.lock.LockRequest;
import dev.ring3.fs.lock.LockResult;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.nfs.op.Driver.Op;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Opcode;
import dev.ring3.nfs.proto.Stateid;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of clients when the server begins again. */
class RestartTest {
    @TempDir
    private Path folder;

    @Test
    void restart_nobodyHeldAnything_hasNoGrace() {
        try (Driver driver = new Driver(folder)) {
            driver.state.close();
            driver.start();
            assertThat(driver.state.grace().isOn()).isFalse();
        }
    }

    @Test
    void grace_onlyClaimsPass_andItEndsWithTheLast() {
        try (Driver driver = new Driver(folder)) {
            driver.connect("one").opened("o", 3, 0, "f");
            byte[] file = driver.handle("f");
            Stateid before = driver.opened("o", 3, 0, "f");
            driver.state.close();
            driver.start();
            assertThat(driver.inSession(root()).status()).isEqualTo(NfsStatus.BADSESSION);

            driver.client = driver.exchange("one", 1);
            driver.session = driver.createSession(driver.client, 1);
            driver.sequence = 0;
            assertThat(driver.inSession(root(), open("o", 3, 0, "f")).status()).isEqualTo(NfsStatus.GRACE);
            assertThat(driver.inSession(root(), remove("f")).status()).isEqualTo(NfsStatus.GRACE);
            assertThat(driver.inSession(putfh(file), read(Stateid.ANONYMOUS, 0, 1))
                            .status())
                    .isEqualTo(NfsStatus.GRACE);
            assertThat(driver.inSession(putfh(file), read(before, 0, 1)).status())
                    .isEqualTo(NfsStatus.BAD_STATEID);
            assertThat(otherFrontEndLocks(driver)).isInstanceOf(LockResult.InGrace.class);
            driver.inSession(putfh(file), reclaim("o", 3)).ok();
            driver.inSession(Op.of(Opcode.RECLAIM_COMPLETE, out -> out.putBool(false)))
                    .ok();
            assertThat(driver.state.grace().isOn()).isFalse();
            assertThat(driver.inSession(putfh(file), reclaim("o", 3)).status()).isEqualTo(NfsStatus.NO_GRACE);
            driver.inSession(root(), open("p", 3, 0, "g")).ok();
            assertThat(otherFrontEndLocks(driver)).isInstanceOf(LockResult.Granted.class);
        }
    }

    private static LockResult otherFrontEndLocks(Driver driver) {
        LockOwner owner = new LockOwner(driver.vfs.newClient(Client.Origin.FUSE), 1);
        return driver.vfs
                .locks()
                .tryLock(
                        driver.vfs.root(),
                        LockSpace.RANGE,
                        LockRequest.of(owner, LockKind.EXCLUSIVE, ByteRange.ALL, 0));
    }

    @Test
    void grace_clientThatHeldNothing_claimsNothing() {
        try (Driver driver = new Driver(folder)) {
            driver.connect("one").opened("o", 3, 0, "f");
            byte[] file = driver.handle("f");
            driver.state.close();
            driver.start();
            driver.client = driver.exchange("two", 1);
            driver.session = driver.createSession(driver.client, 1);
            driver.sequence = 0;
            assertThat(driver.inSession(putfh(file), reclaim("o", 3)).status()).isEqualTo(NfsStatus.RECLAIM_BAD);
        }
    }

    @Test
    void newClient_beforeReclaimComplete_getsNothingNew() {
        try (Driver driver = new Driver(folder)) {
            driver.client = driver.exchange("one", 1);
            driver.session = driver.createSession(driver.client, 1);
            assertThat(driver.inSession(root(), open("o", 3, 0, "f")).status()).isEqualTo(NfsStatus.GRACE);
            driver.inSession(root(), mkdir("d"), root(), lookup("d")).ok();
        }
    }

    @Test
    void writeVerifier_staysOverACleanStopAlone() throws Exception {
        try (Driver driver = new Driver(folder)) {
            long first = driver.state.writeVerifier();
            driver.state.close();
            byte[] clean = Files.readAllBytes(folder.resolve("clients"));
            driver.start();
            assertThat(driver.state.writeVerifier()).isEqualTo(first);
            byte[] running = Files.readAllBytes(folder.resolve("clients"));
            driver.state.close();
            assertThat(running).isNotEqualTo(clean);

            // As a server that was killed leaves the file.
            Files.write(folder.resolve("clients"), running);
            driver.start();
            assertThat(driver.state.writeVerifier()).isNotEqualTo(first);
        }
    }
}
