package dev.ring3.it.nfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What clients got of a server in a time, all working at once.
 *
 * @param rate operations a second
 * @param median of how long a turn took, in nanoseconds
 * @param p99 what 99 of 100 turns took at most
 * @param serverMicros what an operation took of the server's processors, in microseconds; 0 if it was not asked
 */
record LoadRound(double rate, long median, long p99, double serverMicros) {
    static LoadRound run(ProcessHandle server, List<LoadClient> clients, LoadKind kind, long nanos) {
        long before = cpuNanos(server);
        List<LoadClient.Done> all = all(clients, kind, nanos);
        long used = cpuNanos(server) - before;
        long operations = all.stream().mapToLong(LoadClient.Done::operations).sum();
        double rate = all.stream()
                .mapToDouble(done -> done.operations() * 1e9 / done.allNanos())
                .sum();
        long[] latencies = all.stream()
                .flatMapToLong(done -> Arrays.stream(done.nanos()))
                .sorted()
                .toArray();
        return new LoadRound(
                rate,
                latencies[latencies.length / 2],
                latencies[(int) (latencies.length * 0.99)],
                used / 1e3 / operations);
    }

    private static List<LoadClient.Done> all(List<LoadClient> clients, LoadKind kind, long nanos) {
        List<CompletableFuture<LoadClient.Done>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients.size())) {
            for (LoadClient client : clients) {
                running.add(CompletableFuture.supplyAsync(() -> work(client, kind, nanos), threads));
            }
            return running.stream().map(CompletableFuture::join).toList();
        }
    }

    private static LoadClient.Done work(LoadClient client, LoadKind kind, long nanos) {
        try {
            return client.work(kind, nanos);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long cpuNanos(ProcessHandle server) {
        return server.info().totalCpuDuration().orElseThrow().toNanos();
    }

    /** The rounds' medians, each figure by itself. */
    static LoadRound median(List<LoadRound> rounds) {
        return new LoadRound(
                middle(rounds.stream().mapToDouble(LoadRound::rate).toArray()),
                (long) middle(rounds.stream().mapToDouble(LoadRound::median).toArray()),
                (long) middle(rounds.stream().mapToDouble(LoadRound::p99).toArray()),
                middle(rounds.stream().mapToDouble(LoadRound::serverMicros).toArray()));
    }

    private static double middle(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
