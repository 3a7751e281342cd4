package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Linux's own NFS client against the server: what a user does after {@code mount -t nfs4}. One guest boots for all tests. */
class KernelClientTest extends NfsSuite {
    private KernelClient guest;

    /** The folder of this test in the guest's 4.2 mount; the same as {@link NfsSuite#directory}. */
    private String here;

    @BeforeAll
    void bootGuest() throws Exception {
        Optional<String> missing = KernelImage.missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        guest = KernelClient.boot();
        guest.mount(target.port(), "4.2", "/mnt");
    }

    @AfterAll
    void stopGuest() {
        if (guest != null) {
            guest.close();
        }
    }

    @BeforeEach
    void enterFolder() {
        here = "/mnt/" + directoryName;
    }

    private String sh(String line) throws Exception {
        return guest.run("cd " + here + " && " + line).ok();
    }

    @Override
    int leaseSeconds() {
        return 20;
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.0", "4.1"})
    void otherVersions_areMountedToo(String version) throws Exception {
        sh("echo from 4.2 > f");
        guest.mount(target.port(), version, "/other");
        try {
            assertThat(guest.run("grep ' /other ' /proc/mounts").ok()).contains("vers=" + version);
            String there = here.replace("/mnt", "/other");
            assertThat(guest.run("cd " + there + " && cat f && echo back > g && mv g h && ls -1")
                            .ok())
                    .isEqualTo("from 4.2\nf\nh");
        } finally {
            guest.run("umount /other").ok();
        }
        assertThat(sh("cat h")).isEqualTo("back");
    }

    @Test
    void mount_isOfTheVersionAsked() throws Exception {
        assertThat(guest.run("grep ' /mnt ' /proc/mounts").ok()).contains("vers=4.2");
    }

    @Test
    void failureOfACommand_isNoticed() throws Exception {
        assertThat(guest.run("ls /mnt/absent").status()).isNotZero();
        assertThat(guest.run("exit 7").status()).isEqualTo(7);
    }

    @Test
    void content_writtenAndReadAgain_isTheSame() throws Exception {
        String sum = sh("dd if=/dev/urandom of=f bs=64k count=64 2>/dev/null && md5sum < f");
        assertThat(sh("echo 3 > /proc/sys/vm/drop_caches; md5sum < f")).isEqualTo(sum);
        assertThat(sh("dd if=f of=g bs=1000 2>/dev/null && cmp f g && echo same"))
                .contains("same");
    }

    @Test
    void names_areMadeLinkedRenamedAndRemoved() throws Exception {
        sh("echo x > a && ln a b && ln -s a c && mkdir d && mv b d/e && mkfifo p && mknod n c 1 3");
        assertThat(sh("stat -c %h a && readlink c && cat d/e && stat -c %F p n"))
                .isEqualTo("2\na\nx\nfifo\ncharacter special file");
        sh("rm a c p n && cat d/e && rm -r d");
        assertThat(sh("ls -A")).isEmpty();
    }

    @Test
    void openFile_removed_isStillThere() throws Exception {
        assertThat(sh("echo kept > f; exec 5<f; rm f; cat <&5; ls f 2>&1 | grep -c 'No such'"))
                .isEqualTo("kept\n1");
    }

    @Test
    void attributes_areSetAndKept() throws Exception {
        sh("echo x > f && chmod 4751 f && chown 1234:4321 f && touch -d '2001-02-03 04:05:06' f");
        assertThat(sh("stat -c '%a %u %g %Y' f")).isEqualTo("751 1234 4321 981173106");
        sh("truncate -s 100000 f");
        assertThat(sh("stat -c %s f")).isEqualTo("100000");
    }

    @Test
    void xattrs_areKept() throws Exception {
        sh("echo x > f && /host/setfattr -n user.colour -v blue f && /host/setfattr -n user.size -v big f");
        assertThat(sh("/host/getfattr -d f 2>/dev/null")).contains("user.colour=\"blue\"", "user.size=\"big\"");
        sh("/host/setfattr -x user.size f");
        assertThat(sh("/host/getfattr -d f")).doesNotContain("user.size");
        assertThat(guest.run("cd " + here + " && /host/getfattr -n user.none f").status())
                .isNotZero();
    }

    @Test
    void sparseFile_staysSparse() throws Exception {
        sh("dd if=/dev/zero of=f bs=64k count=1 seek=64 conv=notrunc 2>/dev/null && sync f");
        assertThat(Long.parseLong(sh("stat -c %b f"))).isLessThan(1000);
        sh("/host/fallocate -p -o 4194304 -l 65536 f && sync f");
        assertThat(Long.parseLong(sh("stat -c %b f"))).isLessThan(64);
        sh("/host/fallocate -l 1048576 g");
        assertThat(sh("stat -c %s g")).isEqualTo("1048576");
        assertThat(sh("/host/cp --sparse=auto f h && cmp f h && echo same")).isEqualTo("same");
    }

    @Test
    void copies_areMadeByTheServer() throws Exception {
        sh("dd if=/dev/urandom of=f bs=64k count=16 2>/dev/null && sync f && /host/cp --reflink=always f g && cmp f g");
        sh("/host/cp --reflink=never f h && cmp f h");
        // The numbers of calls, by operation, of this mount.
        assertThat(guest.run("grep -A200 ' /mnt ' /proc/self/mountstats | grep CLONE: | head -1")
                        .ok())
                .doesNotContain("CLONE: 0 ");
    }

    @Test
    void largeDirectory_isListedWhole() throws Exception {
        List<CompletableFuture<Reply>> calls = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            calls.add(session.callLater(Ops.putFh(directory), Ops.symlink("n" + i, "t")));
        }
        calls.forEach(call -> call.join().ok());
        assertThat(sh("echo 3 > /proc/sys/vm/drop_caches; ls | wc -l")).isEqualTo("10000");
        assertThat(sh("ls | sort -u | wc -l")).isEqualTo("10000");
        sh("rm n*5");
        assertThat(sh("ls | wc -l")).isEqualTo("9000");
    }

    @Test
    void lock_isSeenByTheOtherClient() throws Exception {
        String held = guest.start("cd " + here
                + " && : > f && /host/flock -x f sh -c ': > locked; while [ ! -e go ]; do sleep 0.1; done'");
        awaitName("locked");
        Opened file = open(Open.by(session.owner("o"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .name("f"));
        Op lock = Ops.lockFirst(true, new Ops.Range(0, -1), 0, file.stateId(), 0, session.owner("l"));
        assertStatus(file.call(lock), NfsStatus.DENIED);
        newFile("go").close();
        guest.await(held).ok();
        file.call(lock).ok();
        assertThat(guest.run("cd " + here + " && /host/flock -n f true").status())
                .isEqualTo(1);
        file.close();
        sh("/host/flock -n f true");
    }

    private void awaitName(String name) throws Exception {
        for (int i = 0; i < 300; i++) {
            if (here(Ops.lookup(name)).status() == NfsStatus.OK) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no " + name);
    }

    /** Close-to-open: who opens after another closed sees all of it. */
    @Test
    void otherClientsChanges_areSeenAtOpen() throws Exception {
        for (int i = 0; i < 20; i++) {
            fileOf("f", "round" + i + ".");
            assertThat(sh("cat f")).startsWith("round" + i + ".");
            sh("echo back" + i + " > f");
            assertThat(at(child("f"), Ops.read(StateId.ANONYMOUS, 0, 100))
                            .data()
                            .data())
                    .isEqualTo(Opaque.of("back" + i + "\n"));
        }
        here(Ops.saveFh(), Ops.rename("f", "g")).ok();
        assertThat(sh("ls")).isEqualTo("g");
        here(Ops.remove("g")).ok();
        assertThat(sh("ls")).isEmpty();
    }

    /** The kernel gives back its delegation when another wants the file, and what it had cached is there. */
    @Test
    void delegation_isGivenBack() throws Exception {
        String mark = guest.start("cd " + here + " && echo first > f && exec 5<>f && cat f >/dev/null && : > opened; "
                + "while [ ! -e go ]; do sleep 0.1; done; exec 5>&-; cat f");
        awaitName("opened");
        Op open = Open.by(session.owner("o"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .name("f")
                .op();
        Reply reply = here(open, Ops.getFh());
        for (int i = 0; reply.status() == NfsStatus.DELAY && i < 300; i++) {
            Thread.sleep(100);
            reply = here(open, Ops.getFh());
        }
        Opened file = new Opened(session, reply.handle(), reply.opened().stateId(), reply.opened());
        assertThat(file.read(0, 100)).isEqualTo("first\n");
        file.write(0, "other");
        file.close();
        newFile("go").close();
        assertThat(guest.await(mark).ok()).isEqualTo("other");
    }

    @Test
    void statfs_hasSizes() throws Exception {
        long all = Long.parseLong(sh("stat -f -c %b ."));
        long free = Long.parseLong(sh("stat -f -c %f ."));
        assertThat(free).isBetween(1L, all);
    }

    @Test
    void handleOfWhatIsGone_isStale() throws Exception {
        sh("mkdir d");
        String mark = guest.start("cd " + here + "/d && : > ../in; while [ ! -e /mnt/" + here.substring(5)
                + "/go ]; do sleep 0.1; done; stat . 2>&1; ls 2>&1; : > x");
        awaitName("in");
        here(Ops.remove("d")).ok();
        newFile("go").close();
        KernelClient.Outcome outcome = guest.await(mark);
        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.output()).containsAnyOf("Stale", "No such file");
    }

    /** The server goes and comes back while the guest writes under a lock: the kernel reclaims both and loses nothing. */
    @Test
    void serverRestart_whileWriting_losesNothing() throws Exception {
        String mark = guest.start("cd " + here + " && : > f && /host/flock -x f sh -c '"
                + "i=0; while [ $i -lt 400 ]; do echo line$i >> f || exit 1; [ $i = 20 ] && : > writing; i=$((i + 1)); done; "
                + ": > written; sync f'");
        awaitName("writing");
        // Only the guest has anything to reclaim, so that the grace period ends with its word.
        client.close();
        target.restart();
        KernelClient.Outcome outcome = guest.await(mark);
        outcome.ok();
        assertThat(sh("wc -l < f && sort -u f | wc -l && tail -1 f")).isEqualTo("400\n400\nline399");
        sh("/host/flock -n f true");
    }
}
