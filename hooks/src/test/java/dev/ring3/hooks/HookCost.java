package dev.ring3.hooks;

import dev.ring3.fs.vfs.AccessHooks;
import dev.ring3.fs.vfs.HookPoint;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.Request;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What programs add to an operation: reads of 512 bytes by one thread, in rounds that take turns, so that the machine's
 * moods meet all alike. Run by hand; docs/hooks.md has the command and what came of it.
 */
final class HookCost {
    /** Processor time of the thread, to the nanosecond: what others do on the machine is not in it. */
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private static final int READS = 50_000;
    private static final int WARM_UP_ROUNDS = 40;
    private static final int ROUNDS = 41;

    private static final String EMPTY = "SEC(\"fs/read\") int empty(struct ring3_fs *fs) { return 0; }";
    private static final String LOOKS = """
            SEC("fs/read") int looks(struct ring3_fs *fs) {
                return fs->length > 1 << 30 || fs->uid == 12345 ? -EPERM : 0;
            }
            """;
    private static final String COUNTS = """
            struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, __u64); __type(value, __u64); __uint(max_entries, 64); }
            reads SEC(".maps");
            SEC("fs/read") int counts(struct ring3_fs *fs) {
                __u64 ino = fs->ino, one = 1;
                __u64 *count = bpf_map_lookup_elem(&reads, &ino);
                if (count)
                    __sync_fetch_and_add(count, 1);
                else
                    bpf_map_update_elem(&reads, &ino, &one, BPF_ANY);
                return 0;
            }
            """;

    /** A way to be asked, or not. */
    private record Subject(String name, @Nullable AccessHooks hooks) {}

    private HookCost() {}

    public static void main(String[] arguments) {
        try (HookBench none = new HookBench();
                HookBench elsewhere = new HookBench();
                HookBench empty = new HookBench();
                HookBench looks = new HookBench();
                HookBench counts = new HookBench()) {
            elsewhere.attach("empty", EMPTY.replace("fs/read", "fs/unlink"));
            empty.attach("empty", EMPTY);
            looks.attach("looks", LOOKS);
            counts.attach("counts", COUNTS);
            AccessHooks nothing = new AccessHooks() {
                @Override
                public boolean isAttached(HookPoint point) {
                    return false;
                }

                @Override
                public void check(Request request) {}
            };
            List<Subject> subjects = List.of(
                    new Subject("no hooks at all", null),
                    new Subject("no hooks, again", null),
                    new Subject("nothing attached", none.hooks),
                    new Subject("attached elsewhere", elsewhere.hooks),
                    new Subject("an empty program", empty.hooks),
                    new Subject("looks at two fields", looks.hooks),
                    new Subject("counts in a hash map", counts.hooks));
            measure(none, subjects, nothing);
        }
    }

    private static void measure(HookBench bench, List<Subject> subjects, AccessHooks nothing) {
        bench.vfs.setHooks(nothing);
        OpenFile file = bench.open(bench.file(bench.root(), "a"));
        bench.write(file, 0, new byte[4096]);
        MemorySegment into = MemorySegment.ofArray(new byte[512]);
        List<List<Double>> results = new ArrayList<>();
        subjects.forEach(_ -> results.add(new ArrayList<>()));
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (int turn = 0; turn < subjects.size(); turn++) {
                int i = Math.floorMod(turn + round, subjects.size()); // each is first as often
                bench.vfs.setHooks(subjects.get(i).hooks());
                long start = processorNanos();
                for (int n = 0; n < READS; n++) {
                    bench.vfs.files().read(bench.caller, file, (n & 7) * 512L, into);
                }
                double nanos = (processorNanos() - start) / (double) READS;
                if (round >= 0) {
                    results.get(i).add(nanos);
                }
            }
        }
        bench.vfs.setHooks(null);
        for (int i = 0; i < subjects.size(); i++) {
            List<Double> all = results.get(i);
            List<Double> more = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                more.add(all.get(round) - results.getFirst().get(round)); // side by side: moods last for longer
            }
            System.out.printf(
                    "%-22s %7.1f ns a read (quartiles %.1f to %.1f), more in the same round %+.1f (%+.1f to %+.1f)%n",
                    subjects.get(i).name(),
                    quantile(all, 0.5),
                    quantile(all, 0.25),
                    quantile(all, 0.75),
                    quantile(more, 0.5),
                    quantile(more, 0.25),
                    quantile(more, 0.75));
        }
        bench.vfs.files().close(file);
    }

    private static double quantile(List<Double> values, double which) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(which * (sorted.length - 1))];
    }

    private static long processorNanos() {
        return CLOCK.getCurrentThreadCpuTime();
    }
}
