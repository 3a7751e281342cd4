package dev.ring3.hooks;

import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.volume.VolumeOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What a policy in BPF costs beside the built-in one: reads of 512 bytes that are all in the cache, and reads of which one in
 * ten is not, so that folios are evicted; two volumes in rounds that take turns. Run by hand; docs/hooks.md has the command
 * and what came of it.
 */
final class PolicyCost {
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
    private static final int CACHE_PAGES = 8192;
    private static final int HOT_PAGES = 1024;
    private static final int COLD_PAGES = 4 * CACHE_PAGES;
    private static final int READS = 50_000;
    private static final int WARM_UP_ROUNDS = 20;
    private static final int ROUNDS = 31;

    private PolicyCost() {}

    /** @param arguments the object of the policy */
    public static void main(String[] arguments) throws IOException {
        byte[] object = Files.readAllBytes(Path.of(arguments[0]));
        VolumeOptions options = VolumeOptions.DEFAULT.withMemoryBytes(CACHE_PAGES * 4096L);
        try (HookBench builtIn = new HookBench(HookStore.NONE, HookSettings.DEFAULT, options);
                HookBench policy = new HookBench(HookStore.NONE, HookSettings.DEFAULT, options)) {
            AttachResult result =
                    policy.hooks.attach(new AttachRequest("policy", object, HookBench.SERVER, AttachOptions.DEFAULT));
            if (result instanceof AttachResult.Refused(String reason, String _)) {
                throw new IllegalArgumentException(reason);
            }
            compare("all in the cache", builtIn, policy, 0);
            compare("one in ten is not", builtIn, policy, 10);
            System.out.printf(
                    "%d runs of the policy's program for eviction, %d shortfalls%n",
                    policy.program("policy", "evict").runs(),
                    policy.volume.cacheStatistics().orElseThrow().policyShortfalls());
        }
    }

    private static void compare(String name, HookBench builtIn, HookBench policy, int coldEvery) {
        OpenFile one = file(builtIn, name);
        OpenFile other = file(policy, name);
        List<Double> ofBuiltIn = new ArrayList<>();
        List<Double> ofPolicy = new ArrayList<>();
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            double first = nanos(builtIn, one, coldEvery, round);
            double second = nanos(policy, other, coldEvery, round);
            if (round >= 0) {
                ofBuiltIn.add(first);
                ofPolicy.add(second);
            }
        }
        double base = median(ofBuiltIn);
        double median = median(ofPolicy);
        System.out.printf(
                "%-18s %.1f ns a read built in, %.1f with the policy: %.3f of the throughput%n",
                name, base, median, base / median);
    }

    private static OpenFile file(HookBench bench, String name) {
        OpenFile file = bench.open(bench.file(bench.root(), name));
        byte[] data = new byte[64 * 4096];
        for (int page = 0; page < HOT_PAGES + COLD_PAGES; page += 64) {
            bench.write(file, page * 4096L, data);
        }
        bench.volume.syncAll();
        return file;
    }

    private static double nanos(HookBench bench, OpenFile file, int coldEvery, int seed) {
        Random random = new Random(seed);
        MemorySegment into = MemorySegment.ofArray(new byte[512]);
        long start = processorNanos();
        for (int i = 0; i < READS; i++) {
            long page = coldEvery > 0 && i % coldEvery == 0
                    ? HOT_PAGES + random.nextInt(COLD_PAGES)
                    : random.nextInt(HOT_PAGES);
            bench.vfs.files().read(bench.caller, file, page * 4096, into);
        }
        return (processorNanos() - start) / (double) READS;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static long processorNanos() {
        return CLOCK.getCurrentThreadCpuTime();
    }
}
