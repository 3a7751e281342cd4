package dev.ring3.it.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Databases at work on a mount of a real server: what they reported is there after a kill of the server, after rollback to
 * a snapshot that was taken while they worked, and they find themselves whole. PostgreSQL only with {@code ring3.long}.
 */
class MountedDatabaseTest {
    private static final boolean LONG = Boolean.getBoolean("ring3.long");
    private static final Path POSTGRES = Path.of("/usr/lib/postgresql");
    private static final int ROUNDS = 4;
    private static final int MARKS = 40;

    /** pgbench's books: what was added to accounts was added to tellers, to branches, and to the history. */
    private static final String BOOKS = "select (select sum(abalance) from pgbench_accounts)"
            + " = (select sum(tbalance) from pgbench_tellers) and (select sum(tbalance) from pgbench_tellers)"
            + " = (select sum(bbalance) from pgbench_branches) and (select sum(bbalance) from pgbench_branches)"
            + " = (select coalesce(sum(delta), 0) from pgbench_history)";

    /**
     * Much happens in little time: small segments of the log, which are recycled by rename, checkpoints all the time, and
     * few buffers, so that pages are written early. No second life of a server whose process died.
     */
    private static final String SETTINGS =
            "shared_buffers=4MB\\nmax_wal_size=8MB\\nmin_wal_size=3MB\\ncheckpoint_timeout=30s\\n"
                    + "bgwriter_delay=10ms\\nautovacuum_naptime=1s\\nrestart_after_crash=off\\n";

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

    /** The greatest of the next numbers that a program prints, one a line; 0 if it printed none. */
    private static int next(BufferedReader reports, int count) {
        return reports.lines().limit(count).mapToInt(Integer::parseInt).max().orElse(0);
    }

    @Test
    void sqlite_keepsWhatItCommitted_overSnapshotKillAndRollback() throws Exception {
        server.needs("sqlite3");
        int count = LONG ? 2_000 : 60;
        List<String> journals = List.of("delete", "wal");
        List<Process> writers = new ArrayList<>();
        List<BufferedReader> reports = new ArrayList<>();
        for (String journal : journals) {
            server.run("sqlite3 mnt/%1$s.db 'pragma journal_mode=%1$s; create table t(i integer primary key, b);'"
                    .formatted(journal));
            Process writer = server.start("(echo 'pragma synchronous=extra;'; i=0; while i=$((i+1)); do"
                    + " echo \"insert into t values($i, randomblob(3000)); select $i;\"; done) | sqlite3 mnt/" + journal
                    + ".db");
            writers.add(writer);
            reports.add(MountedServer.lines(writer));
        }
        List<Integer> early = reports.stream().map(each -> next(each, count)).toList();
        server.snapshot("working");
        List<Integer> late = reports.stream().map(each -> next(each, count)).toList();
        server.kill();
        for (Process writer : writers) {
            writer.destroyForcibly().waitFor();
        }
        server.startAgain();
        assertSqlite(journals, late);
        server.rollback("working");
        assertSqlite(journals, early);
    }

    private void assertSqlite(List<String> journals, List<Integer> reported) throws Exception {
        for (int i = 0; i < journals.size(); i++) {
            String base = "sqlite3 mnt/" + journals.get(i) + ".db ";
            assertThat(server.run(base + "'pragma integrity_check;'")).isEqualToIgnoringNewLines("ok");
            assertThat(Integer.parseInt(
                            server.run(base + "'select count(*) from t;'").strip()))
                    .as(journals.get(i))
                    .isGreaterThanOrEqualTo(reported.get(i));
        }
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

    /** Runs as user postgres, whose the cluster is: PostgreSQL refuses to be root's. */
    private static String as(String command) {
        return "setpriv --reuid postgres --regid postgres --clear-groups " + command;
    }

    private String sql(String statement) throws Exception {
        return server.run("psql -h $PWD/sockets -U postgres -qtA -c \"%s\" postgres".formatted(statement))
                .strip();
    }

    private void startPostgres(Path bin) throws Exception {
        server.run(
                as(bin + "/pg_ctl -D mnt/pg/data -l sockets/log -t 120 -w -o \"-k $PWD/sockets -c listen_addresses=''\""
                                + " start")
                        + " >/dev/null || { cat sockets/log; exit 1; }");
    }

    private void assertWhole(Path bin, int marks) throws Exception {
        assertThat(sql(BOOKS)).isEqualTo("t");
        assertThat(Integer.parseInt(sql("select count(*) from marks"))).isGreaterThanOrEqualTo(marks);
        server.run(
                bin + "/pg_amcheck -h $PWD/sockets -U postgres --heapallindexed --parent-check --install-missing -a");
    }

    /**
     * The processes of a cluster that lost its files. Each must be gone before another cluster starts there: one that
     * lives on, as those of a killed postmaster do for a while, would write beside the new ones.
     */
    private List<ProcessHandle> postgresProcesses() throws IOException {
        long postmaster = Long.parseLong(
                Files.readAllLines(folder.resolve("mnt/pg/data/postmaster.pid")).getFirst());
        ProcessHandle first = ProcessHandle.of(postmaster).orElseThrow();
        return Stream.concat(Stream.of(first), first.descendants()).toList();
    }

    private void kill(List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle each : processes) {
            each.destroyForcibly();
        }
        for (ProcessHandle each : processes) {
            server.run(
                    "for i in $(seq 300); do case $(ps -o stat= -p %d) in ''|Z*) exit 0;; esac; sleep 0.1; done; exit 1"
                            .formatted(each.pid()));
        }
    }

    @Test
    void postgres_keepsWhatItCommitted_overSnapshotKillAndRollback() throws Exception {
        assumeTrue(LONG, "only with -Dring3.long=true");
        Optional<Path> found = postgres();
        assumeTrue(found.isPresent(), "no PostgreSQL in " + POSTGRES);
        Path bin = found.orElseThrow();
        server.run("mkdir mnt/pg sockets; chown postgres:postgres mnt/pg sockets; "
                + as(
                        bin
                                + "/initdb -D mnt/pg/data -U postgres -A trust -k --wal-segsize=1 --no-instructions >/dev/null; ")
                + "printf '" + SETTINGS + "' >>mnt/pg/data/postgresql.conf");
        startPostgres(bin);
        server.run(bin + "/pgbench -h $PWD/sockets -U postgres -i -q -s 2 postgres >/dev/null 2>&1");
        sql("create table marks(i serial primary key, b text)");
        List<String> methods = List.of("fdatasync", "open_datasync", "fsync", "open_sync");
        for (int i = 0; i < ROUNDS; i++) {
            round(bin, "working" + i);
            server.run(as(bin + "/pg_ctl -D mnt/pg/data -m fast stop >/dev/null"));
            server.run(bin + "/pg_checksums -D mnt/pg/data >/dev/null");
            server.run(
                    "echo wal_sync_method=" + methods.get((i + 1) % methods.size()) + " >>mnt/pg/data/postgresql.conf");
            startPostgres(bin);
        }
    }

    private void round(Path bin, String snapshot) throws Exception {
        Process load = server.start(
                "exec " + bin + "/pgbench -h $PWD/sockets -U postgres -n -c 6 -T 3600 postgres >/dev/null 2>&1");
        // Serial numbers have gaps after a crash: what is reported is how many there are.
        Process marks = server.start("while psql -h $PWD/sockets -U postgres -qtA -c \"insert into marks(b)"
                + " values(repeat('x', 3000)); select count(*) from marks\" postgres 2>/dev/null; do :; done");
        BufferedReader reports = MountedServer.lines(marks);
        int early = next(reports, MARKS);
        server.snapshot(snapshot);
        int late = next(reports, MARKS);
        assertThat(late).isGreaterThan(early);
        List<ProcessHandle> processes = postgresProcesses();
        server.kill();
        kill(processes);
        load.destroyForcibly().waitFor();
        marks.destroyForcibly().waitFor();
        server.startAgain();
        startPostgres(bin);
        assertWhole(bin, late);

        // A snapshot of a database that works is what a crash would have left of it.
        server.run(as(bin + "/pg_ctl -D mnt/pg/data -m immediate stop >/dev/null"));
        server.rollback(snapshot);
        startPostgres(bin);
        assertWhole(bin, early);
    }
}
