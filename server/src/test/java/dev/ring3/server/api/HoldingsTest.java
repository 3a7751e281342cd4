package dev.ring3.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.Ino;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.lock.ByteRange;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.LeaseKind;
import dev.ring3.fs.lock.LockKind;
import dev.ring3.fs.lock.LockOwner;
import dev.ring3.fs.lock.LockRequest;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.fs.lock.Sharing;
import dev.ring3.fs.lock.Use;
import dev.ring3.nfs.NfsHolding;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who holds what, whichever front end it came through. */
class HoldingsTest {
    private static final Client REMOTE = new Client(Client.Origin.NFS, 7);
    private static final Client MOUNT = new Client(Client.Origin.FUSE, 1);

    private final TestApi server = new TestApi();
    private NodeId one;
    private NodeId other;

    @BeforeEach
    void hold() throws IOException {
        one = file("/one");
        other = file("/other");
        server.vfs.opens().open(one, REMOTE, Sharing.of(Use.READ));
        server.vfs.opens().open(other, MOUNT, Sharing.of(Use.WRITE));
        LockOwner owner = new LockOwner(MOUNT, 3);
        server.vfs
                .locks()
                .tryLock(one, LockSpace.RANGE, LockRequest.of(owner, LockKind.SHARED, new ByteRange(5, 9), 42));
        server.vfs
                .locks()
                .tryLock(other, LockSpace.FLOCK, LockRequest.of(owner, LockKind.EXCLUSIVE, ByteRange.ALL, 42));
        server.vfs.opens().lease(one, REMOTE, LeaseKind.READ, _ -> {});
        server.remote.held.put(REMOTE, List.of(new NfsHolding.Copying(other, 4096, false)));
    }

    @AfterEach
    void end() {
        server.close();
    }

    private NodeId file(String path) throws IOException {
        server.put(path, "x");
        JsonObject stat = server.get("/api/v1/fs/stat?path=" + path);
        return new NodeId(new SubvolumeId(stat.number("subvolume")), new Ino(stat.number("ino")));
    }

    private List<JsonObject> list(String kind, String query) {
        return server.get("/api/v1/" + kind + query).objects(kind);
    }

    @Test
    void whatIsHeld_isToldWithItsFileAndItsHolder_ofEveryFrontEnd() {
        assertThat(list("opens", ""))
                .extracting(each -> each.text("client") + " " + each.text("access") + " " + each.text("path"))
                .containsExactlyInAnyOrder("nfs 7 read /one", "fuse 1 write /other");
        assertThat(list("locks", ""))
                .extracting(each -> each.text("space") + " " + each.text("kind") + " " + each.text("path"))
                .containsExactlyInAnyOrder("range shared /one", "flock exclusive /other");
        assertThat(list("leases", "")).singleElement().satisfies(lease -> {
            assertThat(lease.text("client")).isEqualTo("nfs 7");
            assertThat(lease.flag("recalled")).isFalse();
        });
        assertThat(list("copies", "")).singleElement().satisfies(copy -> {
            assertThat(copy.text("path")).isEqualTo("/other");
            assertThat(copy.number("copiedBytes")).isEqualTo(4096);
        });
        assertThat(list("opens", ""))
                .allSatisfy(each -> assertThat(each.number("heldSeconds")).isBetween(0L, 3600L));
    }

    @Test
    void whatIsHeld_isChosenByHolderAndByFile() {
        assertThat(list("opens", "?client=nfs%207")).hasSize(1);
        assertThat(list("opens", "?path=/other"))
                .extracting(each -> each.text("client"))
                .containsExactly("fuse 1");
        assertThat(list("opens", "?path=/other&client=nfs%207")).isEmpty();
        assertThat(list("locks", "?path=/one")).hasSize(1);
        assertThat(list("leases", "?client=fuse%201")).isEmpty();
        assertThat(list("copies", "?path=/one")).isEmpty();
        server.ask(404, "GET", "/api/v1/opens?path=/none", null);
    }

    @Test
    void lease_thatSomebodyElseWants_isToldAsRecalled() {
        server.vfs.opens().open(one, MOUNT, Sharing.of(Use.WRITE));

        assertThat(list("leases", "")).singleElement().matches(lease -> lease.flag("recalled"));
    }
}
