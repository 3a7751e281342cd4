package dev.ring3.it.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private RealLauncher launcher;
    private Path mount;

    @BeforeEach
    void serve() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "no /dev/fuse here");
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting wants root");
        launcher = new RealLauncher(folder);
        launcher.prepare();
        mount = Files.createDirectory(folder.resolve("mnt"));
        start();
    }

    @AfterEach
    void end() throws Exception {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
        if (mount != null) {
            new ProcessBuilder("umount", "--lazy", mount.toString()).start().waitFor();
        }
    }

    private Process start() throws IOException {
        Process process = launcher.start("exec ./ring3 serve --data data --mount mnt --http off --nfs off");
        started.add(process);
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(Objects.requireNonNullElse(lines.readLine(), "nothing")).startsWith("Serving data: ");
        return process;
    }

    private void killAndStart() throws Exception {
        started.getLast().destroyForcibly().waitFor();
        new ProcessBuilder("umount", "--lazy", mount.toString()).start().waitFor();
        start();
    }

    private void needs(String... programs) throws Exception {
        for (String program : programs) {
            assumeTrue(launcher.run("command -v " + program).status() == 0, "no " + program + " here");
        }
    }

    private String run(String script) throws Exception {
        RealLauncher.Result result = launcher.run("set -e; " + script);
        assertThat(result.status()).as("%s%n%s", script, result.text()).isZero();
        return result.text();
    }

    @Test
    void fio_readsWhatItWrote_buffered_direct_mapped_andAfterAKill() throws Exception {
        needs("fio");
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
        run("sync mnt");
        killAndStart();
        for (String way : ways) {
            run(job + way + " --verify_only=1 >fio.out 2>&1 || { cat fio.out; exit 1; }");
        }
        // The check is worth something: it is seen to fail.
        run("printf x | dd of=mnt/direct.0.0 bs=1 seek=9000 conv=notrunc 2>&1");
        assertThat(launcher.run(job + ways.get(1) + " --verify_only=1").status())
                .isNotZero();
    }

    @Test
    void stressors_findNothingWrong() throws Exception {
        needs("stress-ng");
        String some = "--dentry 1 --dir 1 --fallocate 1 --fcntl 1 --filename 1 --flock 1 --hdd 1 --link 1 --rename 1"
                + " --seek 1 --symlink 1 --utime 1 --xattr 1 --timeout 2s";
        String all = "--class filesystem --sequential 1 --timeout 5s";
        run("stress-ng --temp-path mnt --verify " + (LONG ? all : some) + " 2>&1");
    }

    @Test
    void git_clonesChecksAndCommits_alsoAfterRollbackAndKill() throws Exception {
        needs("git");
        String source = RealLauncher.root().resolve(LONG ? "." : "fuse").toString();
        run("export HOME=$PWD; git config --global user.name n; git config --global user.email e@example.org;"
                + " git config --global safe.directory '*'; git init -q origin; cd origin;"
                + " tar -C " + source
                + " --exclude=target --exclude=.git -cf - . | tar xf -; git add -A; git commit -qm first");
        run("export HOME=$PWD; git clone -q --no-local origin mnt/clone; cd mnt/clone; git fsck --full --strict 2>&1");
        run("./ring3 snapshot create / before --data data");
        String more = "export HOME=$PWD; cd mnt/clone; for i in 1 2 3; do date +%N > new$i; git add new$i;"
                + " git commit -qm $i; done; git repack -adq; git gc -q; git fsck --full 2>&1; git status --porcelain";
        assertThat(run(more)).doesNotContain("new");
        run("./ring3 subvolume rollback / /.snapshots/before --data data");
        assertThat(
                        run(
                                "export HOME=$PWD; cd mnt/clone; git fsck --full 2>&1; git log --oneline; git status --porcelain"))
                .contains("first")
                .doesNotContain("new");
        run(more + "; sync ..");
        killAndStart();
        assertThat(
                        run(
                                "export HOME=$PWD; cd mnt/clone; git fsck --full 2>&1; git log --oneline | wc -l; git status --porcelain"))
                .contains("4");
    }

    /** Every transaction that was reported is there after a kill, and the database is whole. */
    @Test
    void sqlite_keepsWhatItCommitted_overAKill() throws Exception {
        needs("sqlite3");
        List<String> journals = List.of("delete", "wal");
        List<Process> writers = new ArrayList<>();
        List<Integer> reported = new ArrayList<>();
        for (String journal : journals) {
            run("sqlite3 mnt/%1$s.db 'pragma journal_mode=%1$s; create table t(i integer primary key, b);'"
                    .formatted(journal));
            writers.add(launcher.start("(echo 'pragma synchronous=extra;'; i=0; while i=$((i+1)); do"
                    + " echo \"insert into t values($i, randomblob(3000)); select $i;\"; done) | sqlite3 mnt/" + journal
                    + ".db"));
        }
        started.addAll(0, writers);
        for (Process writer : writers) {
            BufferedReader reports =
                    new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8));
            reported.add(reports.lines()
                    .limit(LONG ? 2_000 : 60)
                    .mapToInt(Integer::parseInt)
                    .max()
                    .orElse(0));
        }
        killAndStart();
        for (Process writer : writers) {
            writer.destroyForcibly().waitFor();
        }
        for (int i = 0; i < journals.size(); i++) {
            String base = "sqlite3 mnt/" + journals.get(i) + ".db ";
            assertThat(run(base + "'pragma integrity_check;'")).isEqualToIgnoringNewLines("ok");
            assertThat(Integer.parseInt(run(base + "'select count(*) from t;'").strip()))
                    .as(journals.get(i))
                    .isGreaterThanOrEqualTo(reported.get(i));
        }
    }

    @Test
    void trees_comeAndGoWhole_byTarAndRsync_withSnapshotRollbackAndKill() throws Exception {
        needs("rsync", "tar", "setfacl", "setfattr");
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
        run("./ring3 snapshot create / s --data data");
        run("rm -r mnt/t/odd; echo other > mnt/r/odd/a");
        assertThat(run(DIFFER + "tree/ mnt/r/")).contains("odd/a");
        assertSame("tree/", "mnt/.snapshots/s/r/");
        run("./ring3 subvolume rollback / /.snapshots/s --data data");
        assertSame("tree/", "mnt/r/");
        run("cp -a mnt/t mnt/u; sync mnt");
        killAndStart();
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
