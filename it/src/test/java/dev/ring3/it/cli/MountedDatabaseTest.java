package dev.ring3.it.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database server at work on a mount of a real server, over snapshot, rollback and a kill; only with {@code ring3.long}. */
class MountedDatabaseTest {
    private static final Path POSTGRES = Path.of("/usr/lib/postgresql");

    /** pgbench's books: what was added to accounts was added to tellers, to branches, and to the history. */
    private static final String BOOKS = "select (select sum(abalance) from pgbench_accounts)"
            + " = (select sum(tbalance) from pgbench_tellers) and (select sum(tbalance) from pgbench_tellers)"
            + " = (select sum(bbalance) from pgbench_branches) and (select sum(bbalance) from pgbench_branches)"
            + " = (select coalesce(sum(delta), 0) from pgbench_history);";

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private RealLauncher launcher;
    private Path mount;

    @BeforeEach
    void serve() throws Exception {
        assumeTrue(Boolean.getBoolean("ring3.long"), "only with -Dring3.long=true");
        assumeTrue(Files.isReadable(Path.of("/dev/fuse")), "no /dev/fuse here");
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting wants root");
        launcher = new RealLauncher(folder);
        launcher.prepare();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
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

    private void start() throws IOException {
        Process process = launcher.start("exec ./ring3 serve --data data --mount mnt --http off --nfs off");
        started.add(process);
        assertThat(lines(process).readLine()).startsWith("Serving data: ");
    }

    private static BufferedReader lines(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private void killAndStart() throws Exception {
        started.removeLast().destroyForcibly().waitFor();
        new ProcessBuilder("umount", "--lazy", mount.toString()).start().waitFor();
        start();
    }

    private String run(String script) throws Exception {
        RealLauncher.Result result = launcher.run("set -e; " + script);
        assertThat(result.status()).as("%s%n%s", script, result.text()).isZero();
        return result.text();
    }

    private static Optional<Path> postgres() throws IOException {
        if (!Files.isDirectory(POSTGRES)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(POSTGRES)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("pg_amcheck")))
                    .max(Comparator.naturalOrder());
        }
    }

    /** Runs as user postgres, whose the cluster is. */
    private static String as(String command) {
        return "setpriv --reuid postgres --regid postgres --clear-groups " + command;
    }

    private String startPostgres(Path bin) {
        return as(
                        bin
                                + "/pg_ctl -D mnt/pg/data -l mnt/pg/log -t 120 -w -o \"-k $PWD/mnt/pg -c listen_addresses=''\" start")
                + " >/dev/null || { cat mnt/pg/log; exit 1; }; ";
    }

    private String sql(String statement) {
        return "psql -h $PWD/mnt/pg -U postgres -qtA -c \"%s\" postgres; ".formatted(statement);
    }

    private void assertWhole(Path bin) throws Exception {
        assertThat(run(sql(BOOKS)).strip()).isEqualTo("t");
        run(bin + "/pg_amcheck -h $PWD/mnt/pg -U postgres --heapallindexed --parent-check --install-missing -a");
    }

    @Test
    void postgres_keepsWhatItCommitted_overKillSnapshotAndRollback() throws Exception {
        Optional<Path> found = postgres();
        assumeTrue(found.isPresent(), "no PostgreSQL in " + POSTGRES);
        Path bin = found.orElseThrow();
        run("mkdir mnt/pg; chown postgres:postgres mnt/pg; "
                + as(bin + "/initdb -D mnt/pg/data -U postgres -A trust -k --no-instructions >init.log; ")
                + startPostgres(bin)
                + bin + "/pgbench -h $PWD/mnt/pg -U postgres -i -q -s 2 postgres >/dev/null 2>&1; "
                + bin + "/pgbench -h $PWD/mnt/pg -U postgres -n -c 4 -j 2 -T 10 postgres >/dev/null 2>&1; "
                + sql("create table marks(i int primary key, b text)"));
        assertWhole(bin);

        // A snapshot of a database that works is what a crash would have left of it.
        Process load =
                launcher.start(bin + "/pgbench -h $PWD/mnt/pg -U postgres -n -c 4 -T 3600 postgres >/dev/null 2>&1");
        started.addFirst(load);
        Process marks = launcher.start("i=0; while i=$((i+1)); do psql -h $PWD/mnt/pg -U postgres -qtA -c"
                + " \"insert into marks values($i, repeat('x', 3000)) returning i\" postgres || exit; done");
        started.addFirst(marks);
        BufferedReader reports = lines(marks);
        int before = reports.lines().limit(40).mapToInt(Integer::parseInt).max().orElseThrow();
        run("./ring3 snapshot create / working --data data");
        int reported =
                reports.lines().limit(40).mapToInt(Integer::parseInt).max().orElseThrow();

        String stop = "kill -9 $(head -1 mnt/pg/data/postmaster.pid) && sleep 1; ";
        run(stop);
        killAndStart();
        load.destroyForcibly().waitFor();
        marks.destroyForcibly().waitFor();
        run("rm -f mnt/pg/data/postmaster.pid; " + startPostgres(bin));
        assertThat(Integer.parseInt(run(sql("select count(*) from marks")).strip()))
                .isGreaterThanOrEqualTo(reported);
        assertWhole(bin);

        run(stop + "./ring3 subvolume rollback / /.snapshots/working --data data; rm -f mnt/pg/data/postmaster.pid; "
                + startPostgres(bin));
        assertThat(Integer.parseInt(run(sql("select count(*) from marks")).strip()))
                .isGreaterThanOrEqualTo(before);
        assertWhole(bin);
        run(as(bin + "/pg_ctl -D mnt/pg/data -m fast stop >/dev/null; ") + bin
                + "/pg_checksums -D mnt/pg/data >/dev/null");
    }
}
