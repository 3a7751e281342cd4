package dev.ring3.it.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that others wrote, on a mount of a real server: what they check themselves, and what can be compared, also
 * after snapshot, rollback, and a kill of the server. A program that this machine lacks skips its test. With {@code
 * ring3.long} they do more of the same.
 */
class MountedProgramsTest {
    private static final boolean LONG = Boolean.getBoolean("ring3.long");

    /** Prints what differs between two trees, in content and everything else that rsync knows of; nothing is copied. */
    private static final String DIFFER = "rsync -aHAXSnic --delete --out-format='%i %n' ";

    private static final String STRESSORS = "--dentry 1 --dir 1 --fallocate 1 --fcntl 1 --filename 1 --flock 1 --hdd 1"
            + " --link 1 --rename 1 --seek 1 --symlink 1 --utime 1 --xattr 1 --timeout ";

    @TempDir
    private Path folder;

    private MountedServer server;

    @BeforeEach
    void serve() throws Exception {
        server = new MountedServer(folder);
    }

    @AfterEach
    void end() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private String run(String script) throws Exception {
        return server.run(script);
    }

    @Test
    void fio_readsWhatItWrote_buffered_direct_mapped_alsoAfterKillAndRollback() throws Exception {
        server.needs("fio");
        String size = LONG ? "200m" : "8m";
        String job = "fio --directory=mnt --rw=randwrite --bsrange=512-64k --verify=crc32c --size=" + size
                + " --verify_fatal=1 --randseed=7 --output-format=terse";
        List<String> ways = List.of(
                " --name=buffered --ioengine=psync --fsync=64",
                " --name=direct --ioengine=psync --direct=1",
                " --name=mapped --ioengine=mmap");
        for (String way : ways) {
            run(job + way + " --do_verify=1 >fio.out 2>&1 || { cat fio.out; exit 1; }");
        }
        server.snapshot("written");
        run("sync mnt");
        server.killAndStart();
        for (String way : ways) {
            run(job + way + " --verify_only=1 >fio.out 2>&1 || { cat fio.out; exit 1; }");
        }
        run("for each in mnt/*.0.0; do shred -n 1 $each; done");
        server.rollback("written");
        for (String way : ways) {
            run(job + way + " --verify_only=1 >fio.out 2>&1 || { cat fio.out; exit 1; }");
        }
        // The check is worth something: it is seen to fail.
        run("printf x | dd of=mnt/direct.0.0 bs=1 seek=9000 conv=notrunc 2>&1");
        assertThat(server.status(job + ways.get(1) + " --verify_only=1")).isNotZero();
    }

    @Test
    void stressors_findNothingWrong() throws Exception {
        server.needs("stress-ng");
        String all = "--class filesystem --sequential 1 --timeout 5s";
        run("stress-ng --temp-path mnt --verify " + (LONG ? all : STRESSORS + "2s") + " 2>&1");
    }

    @Test
    void stressors_findNothingWrong_alsoAfterKillAndRollback() throws Exception {
        assumeTrue(LONG, "only with -Dring3.long=true");
        server.needs("stress-ng");
        String all = "stress-ng --temp-path mnt --verify " + STRESSORS + "5s 2>&1";
        Process stress = server.start("exec stress-ng --temp-path mnt " + STRESSORS + "10s >/dev/null 2>&1");
        run("until ls mnt | grep -q stress-ng; do sleep 0.1; done; sleep 2");
        server.snapshot("stressed");
        server.kill();
        stress.waitFor();
        server.startAgain();
        run("./ring3 fs check --data data; " + all);
        server.rollback("stressed");
        run("./ring3 fs check --data data; " + all);
    }

    /** A build that is read, compiled, tested and packed where the mount is gives the classes that it gives elsewhere. */
    @Test
    void maven_builds_asElsewhere_alsoAfterRollbackAndKill() throws Exception {
        assumeTrue(LONG, "only with -Dring3.long=true");
        server.needs("mvn");
        Path repository = Path.of(System.getProperty("user.home"), ".m2", "repository");
        assumeTrue(Files.isDirectory(repository), "no " + repository + " here");
        String sources = "tar -C " + RealLauncher.root() + " --exclude=target -cf - pom.xml linux .mvn | tar -xf - -C ";
        run("mkdir elsewhere mnt/build mnt/home; " + sources + "elsewhere; " + sources + "mnt/build; cp -a "
                + repository + " mnt/home/repository");
        String build = "mvn -q -o -ntp -f %s/linux/pom.xml -Dmaven.repo.local=%s -Dtest=ErrnoTest clean package 2>&1";
        run("export JAVA_HOME=$RING3_JAVA_HOME; " + build.formatted("elsewhere", repository));
        String onMount =
                "export JAVA_HOME=$RING3_JAVA_HOME; " + build.formatted("mnt/build", "$PWD/mnt/home/repository")
                        + "; for each in classes test-classes; do diff -r elsewhere/linux/target/$each mnt/build/linux/target/$each;"
                        + " done; $RING3_JAVA_HOME/bin/jar tf mnt/build/linux/target/*.jar >/dev/null";
        run(onMount);
        server.snapshot("built");
        run("rm -r mnt/build/linux/src/main mnt/build/linux/target");
        server.rollback("built");
        run(onMount);
        run("sync mnt");
        server.killAndStart();
        run(onMount);
    }

    @Test
    void git_clonesChecksAndCommits_alsoAfterRollbackAndKill() throws Exception {
        server.needs("git");
        String source = RealLauncher.root().resolve(LONG ? "." : "fuse").toString();
        run("export HOME=$PWD; git config --global user.name n; git config --global user.email e@example.org;"
                + " git config --global safe.directory '*'; git init -q origin; cd origin;"
                + " tar -C " + source
                + " --exclude=target --exclude=.git -cf - . | tar xf -; git add -A; git commit -qm first");
        run("export HOME=$PWD; git clone -q --no-local origin mnt/clone; cd mnt/clone; git fsck --full --strict 2>&1");
        server.snapshot("before");
        String more = "export HOME=$PWD; cd mnt/clone; for i in 1 2 3; do date +%N > new$i; git add new$i;"
                + " git commit -qm $i; done; git repack -adq; git gc -q; git fsck --full 2>&1; git status --porcelain";
        assertThat(run(more)).doesNotContain("new");
        server.rollback("before");
        assertThat(
                        run(
                                "export HOME=$PWD; cd mnt/clone; git fsck --full 2>&1; git log --oneline; git status --porcelain"))
                .contains("first")
                .doesNotContain("new");
        run(more + "; sync ..");
        server.killAndStart();
        assertThat(
                        run(
                                "export HOME=$PWD; cd mnt/clone; git fsck --full 2>&1; git log --oneline | wc -l; git status --porcelain"))
                .contains("4");
    }

    @Test
    void trees_comeAndGoWhole_byTarAndRsync_withSnapshotRollbackAndKill() throws Exception {
        server.needs("rsync", "tar", "setfacl", "setfattr");
        run("mkdir tree; tar -C " + RealLauncher.root().resolve(LONG ? "." : "fuse")
                + " --exclude=target --exclude=.git -cf - . | tar -C tree -xf -; cd tree;"
                + " mkdir odd; cd odd; echo text > a; ln a b; ln -s a c; ln -s nowhere d; mkfifo e; mknod f c 1 3;"
                + " truncate -s 10M g; echo end >> g; setfacl -m u:7:rw,g:8:r a; mkdir h; setfacl -d -m u:7:rx h;"
                + " setfattr -n user.k -v v a; setfattr -n trusted.k -v v h; chown 5:6 a; chmod 6750 a; chmod 1777 h;"
                + " touch -d '1969-01-01 UTC' i; touch -d '2100-01-01 00:00:00.123456789 UTC' j;"
                + " : > \"$(printf 'n\\n\\377')\"; mkdir -p k/l/m; : > \"$(printf 'x%.0s' $(seq 255))\"");
        run(
                "rsync -aHAXS tree/ mnt/r/; tar -C tree --acls --xattrs --xattrs-include='*' -cf - . | (mkdir mnt/t; tar -C mnt/t"
                        + " --acls --xattrs --xattrs-include='*' -xpf -)");
        assertSame("tree/", "mnt/r/");
        assertSame("tree/", "mnt/t/");
        server.snapshot("s");
        run("rm -r mnt/t/odd; echo other > mnt/r/odd/a");
        assertThat(run(DIFFER + "tree/ mnt/r/")).contains("odd/a");
        assertSame("tree/", "mnt/.snapshots/s/r/");
        server.rollback("s");
        assertSame("tree/", "mnt/r/");
        run("cp -a mnt/t mnt/u; sync mnt");
        server.killAndStart();
        assertSame("tree/", "mnt/r/");
        assertSame("tree/", "mnt/u/");
        run("tar -C mnt/u --acls --xattrs --xattrs-include='*' -cf - . | (mkdir back; tar -C back --acls --xattrs"
                + " --xattrs-include='*' -xpf -)");
        assertSame("tree/", "back/");
    }

    private void assertSame(String one, String other) throws Exception {
        assertThat(run(DIFFER + one + " " + other)).as("%s and %s", one, other).isEmpty();
    }
}
