package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Many clients at once. {@code -Dring3.nfs.load=ROUNDS} compares rates and latencies with nfs-ganesha's, servers in turn in
 * every round; {@code ring3.nfs.load.clients} and {@code ring3.nfs.load.millis} say with how many clients and how long.
 * Otherwise it is only shown that what they get is right.
 */
class LoadTest {
    private static final int ROUNDS = Integer.getInteger("ring3.nfs.load", 0);
    private static final int WARM_UP_ROUNDS = Integer.getInteger("ring3.nfs.load.warmup", 4);
    private static final int CLIENTS = Integer.getInteger("ring3.nfs.load.clients", 4);
    private static final long MILLIS = Long.getLong("ring3.nfs.load.millis", 1500);
    private static final String KINDS = System.getProperty("ring3.nfs.load.kinds", "");
    private static final int LEASE_SECONDS = 90;

    /** A server that runs, and the clients that it has. */
    private record Side(String name, ProcessHandle process, List<LoadClient> clients) {}

    @Test
    void everyKind_byManyClients_getsWhatItShould() throws Exception {
        try (Ring3 server = Ring3.start(LEASE_SECONDS)) {
            List<LoadClient> clients = clients(server.port(), "slice", CLIENTS);
            for (LoadKind kind : LoadKind.values()) {
                LoadRound round = LoadRound.run(ProcessHandle.current(), clients, kind, 1);
                assertThat(round.rate()).isPositive();
                assertThat(round.p99()).isGreaterThanOrEqualTo(round.median());
            }
            close(clients);
        }
    }

    /** The control: a client that does not look at what it gets would measure nothing. */
    @Test
    void otherContent_isNoticed() throws Exception {
        try (Ring3 server = Ring3.start(LEASE_SECONDS);
                Client41 other = Client41.open(server.port(), 1)) {
            List<LoadClient> clients = clients(server.port(), "control", 1);
            Session session = other.newSession();
            Opaque file = session.call(
                            Ops.putRootFh(), Ops.lookup("control0"), Ops.lookup(LoadKind.Stage.FILE), Ops.getFh())
                    .handle();
            byte[] bytes = "other".getBytes(StandardCharsets.US_ASCII);
            session.call(Ops.putFh(file), Ops.write(StateId.ANONYMOUS, 8192, Ops.Stable.UNSTABLE, bytes))
                    .ok();
            assertThatThrownBy(() -> clients.getFirst().work(LoadKind.READ, 1))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("chunk 0");
            close(clients);
        }
    }

    @Test
    void rates_besideGanesha() throws Exception {
        assumeTrue(ROUNDS > 0, "only with -Dring3.nfs.load=ROUNDS");
        try (Ring3Process durable = Ring3Process.start(false);
                Ring3Process async = Ring3Process.start(true);
                Ganesha ganesha = Ganesha.start(false, LEASE_SECONDS)) {
            for (LoadKind kind : LoadKind.values()) {
                if (KINDS.isEmpty() || List.of(KINDS.split(",")).contains(kind.name())) {
                    Ring3Process ours = kind == LoadKind.CREATE ? async : durable;
                    // For each kind anew: a client that was silent for as long as the others took would have expired.
                    Side here = new Side("Ring3", ours.handle(), clients(ours.port(), kind.name(), CLIENTS));
                    Side there = new Side("ganesha", ganesha.handle(), clients(ganesha.port(), kind.name(), CLIENTS));
                    if (kind == LoadKind.CREATE_DURABLE) {
                        makeDurable(ganesha.exported(), kind.name());
                    }
                    compare(kind, List.of(here, there));
                    close(here.clients());
                    close(there.clients());
                }
            }
        }
    }

    private static List<LoadClient> clients(int port, String directory, int count) throws IOException {
        List<LoadClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(LoadClient.open(port, directory + i));
        }
        return clients;
    }

    private static void close(List<LoadClient> clients) throws IOException {
        for (LoadClient client : clients) {
            client.close();
        }
    }

    /** As the mount option dirsync does for all directories: names made there are durable when the call returns. */
    private static void makeDurable(Path exported, String directory) throws Exception {
        List<String> command = new ArrayList<>(List.of("chattr", "+D"));
        IntStream.range(0, CLIENTS)
                .forEach(i -> command.add(exported.resolve(directory + i).toString()));
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        assertThat(status).as("%s: the folder must be on ext4", command).isZero();
    }

    private static void compare(LoadKind kind, List<Side> sides) {
        Map<String, List<LoadRound>> rounds = new LinkedHashMap<>();
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (Side side : sides) {
                LoadRound result =
                        LoadRound.run(side.process(), side.clients(), kind, TimeUnit.MILLISECONDS.toNanos(MILLIS));
                if (round >= 0) {
                    rounds.computeIfAbsent(side.name(), _ -> new ArrayList<>()).add(result);
                }
            }
        }
        rounds.forEach((name, all) -> print(kind, name, all));
    }

    private static void print(LoadKind kind, String name, List<LoadRound> rounds) {
        LoadRound median = LoadRound.median(rounds);
        double least = rounds.stream().mapToDouble(LoadRound::rate).min().orElseThrow();
        double most = rounds.stream().mapToDouble(LoadRound::rate).max().orElseThrow();
        System.out.printf(
                "%-30s %-8s %9.0f/s (%.0f to %.0f)  p50 %7.0f us  p99 %7.0f us  server CPU %7.1f us each%n",
                kind.title,
                name,
                median.rate(),
                least,
                most,
                median.median() / 1e3,
                median.p99() / 1e3,
                median.serverMicros());
    }
}
