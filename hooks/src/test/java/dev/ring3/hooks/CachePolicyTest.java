package dev.ring3.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.mm.cache.CacheStatistics;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies of the page cache in BPF, in charge of the cache of a volume. */
class CachePolicyTest {
    private static final int PAGE = 4096;
    private static final int CACHE_PAGES = 4096;
    private static final VolumeOptions SMALL = VolumeOptions.DEFAULT.withMemoryBytes((long) CACHE_PAGES * PAGE);
    private static final Path EXAMPLES =
            Path.of("..", "examples").toAbsolutePath().normalize();

    /** Counts its calls by operation. */
    private static final String COUNTING = """
            __u64 calls[9];
            #define COUNTS(point) SEC("cache/" #point) int point(struct ring3_cache *cache) { \\
                __sync_fetch_and_add(&calls[cache->op & 7], 1); return 0; }
            COUNTS(init) COUNTS(added) COUNTS(accessed) COUNTS(removed) COUNTS(evict) COUNTS(admit) COUNTS(readahead)
            struct left { __u64 resident; __u64 budget; };
            SEC("cache/exit") int leaves(struct ring3_cache *cache) {
                struct left left = {cache->resident, cache->budget};
                ring3_emit(&left);
                return 0;
            }
            """;

    /** The oldest goes first, whatever is read. */
    private static final String FIFO = """
            __u64 queue;
            SEC("cache/init") int init(struct ring3_cache *cache) { queue = ring3_list_new(); return 0; }
            SEC("cache/added") int added(struct ring3_cache *cache) {
                ring3_list_add(queue, cache->folio, RING3_TAIL);
                return 0;
            }
            static long oldest(__u64 folio, void *unused) { return RING3_EVICT; }
            SEC("cache/evict") int evict(struct ring3_cache *cache) {
                struct ring3_iterate how = {.evict_to = RING3_TAIL};
                ring3_list_iterate(cache, queue, oldest, 0, &how);
                return 0;
            }
            """;

    /** As it would be written for cache_ext: what was read goes to the other end, the rest goes; and by samples. */
    private static final String OF_CACHE_EXT = """
            __u64 list; __u64 continued;
            static int BPF_STRUCT_OPS_SLEEPABLE(my_init, struct mem_cgroup *memcg) {
                list = bpf_cache_ext_ds_registry_new_list(memcg);
                return list ? 0 : -1;
            }
            static int unread(int idx, struct cache_ext_list_node *a) {
                if (folio_test_dirty(a->folio) || folio_test_writeback(a->folio) || folio_nr_pages(a->folio) <= 0)
                    return CACHE_EXT_CONTINUE_ITER;
                return folio_visits(a->folio) > 0 ? CACHE_EXT_CONTINUE_ITER : CACHE_EXT_EVICT_NODE;
            }
            CACHE_EXT_CALLBACK(unread)
            static long by_index(struct cache_ext_list_node *a) { return folio_index(a->folio); }
            CACHE_EXT_SCORE(by_index)
            static void BPF_STRUCT_OPS(my_evict, struct cache_ext_eviction_ctx *ctx, struct mem_cgroup *memcg) {
                struct cache_ext_iterate_opts opts = {
                    .continue_list = CACHE_EXT_ITERATE_SELF, .continue_mode = CACHE_EXT_ITERATE_TAIL,
                    .evict_list = CACHE_EXT_ITERATE_SELF, .evict_mode = CACHE_EXT_ITERATE_TAIL,
                };
                struct sampling_options sampling = {.sample_size = 5};
                bpf_cache_ext_list_iterate_extended(memcg, list, unread, &opts, ctx);
                continued += opts.nr_folios_continue;
                if (ctx->nr_folios_to_evict < ctx->request_nr_folios_to_evict)
                    bpf_cache_ext_list_sample(memcg, list, by_index, &sampling, ctx);
                if (ctx->nr_folios_to_evict < ctx->request_nr_folios_to_evict)
                    bpf_cache_ext_list_iterate(memcg, list, unread, ctx);
            }
            static void BPF_STRUCT_OPS(my_added, struct folio *folio) { bpf_cache_ext_list_add_tail(list, folio); }
            static void BPF_STRUCT_OPS(my_accessed, struct folio *folio) { bpf_cache_ext_list_move(list, folio, true); }
            static void BPF_STRUCT_OPS(my_evicted, struct folio *folio) { bpf_cache_ext_list_del(folio); }
            CACHE_EXT_OPS(my_init, my_evict, my_added, my_accessed, my_evicted)
            """;

    @TempDir
    Path folder;

    private HookBench bench = new HookBench(HookStore.NONE, HookSettings.DEFAULT, SMALL);

    @AfterEach
    void close() {
        bench.close();
    }

    private OpenFile file(String name, int pages) {
        OpenFile file = bench.open(bench.file(bench.root(), name));
        byte[] data = new byte[64 * PAGE];
        for (int page = 0; page < pages; page += 64) {
            new Random(page).nextBytes(data);
            bench.write(file, (long) page * PAGE, data);
        }
        bench.volume.syncAll();
        return file;
    }

    private void read(OpenFile file, long page) {
        bench.vfs.files().read(bench.caller, file, page * PAGE, MemorySegment.ofArray(new byte[64]));
    }

    private CacheStatistics statistics() {
        return bench.volume.cacheStatistics().orElseThrow();
    }

    private AttachResult tryAttach(String name, byte[] object) {
        return bench.hooks.attach(new AttachRequest(name, object, HookBench.SERVER, AttachOptions.DEFAULT));
    }

    private static byte[] example(String name) throws IOException {
        return Files.readAllBytes(EXAMPLES.resolve(name).resolve(name + ".bpf.o"));
    }

    private String refusal(AttachResult result) {
        assertThat(result).isInstanceOf(AttachResult.Refused.class);
        return ((AttachResult.Refused) result).reason();
    }

    private List<Object> counted(String name, String map) {
        Map<?, ?> value =
                (Map<?, ?>) bench.hooks.maps().dump(name, map, 1).getFirst().value();
        return List.copyOf((List<?>) value.values().iterator().next());
    }

    @Test
    void policy_attached_isToldAndAskedAndTheBuiltInStandsInForIt() {
        OpenFile file = file("a", 2 * CACHE_PAGES);
        bench.attach("counting", COUNTING);
        for (int page = 0; page < 2 * CACHE_PAGES; page++) {
            read(file, page);
        }
        for (int i = 0; i < 1000; i++) {
            read(file, 2 * CACHE_PAGES - 1);
        }
        for (int page = 0; page < 200; page++) {
            read(file, page * 37L); // so that reads that were noted are told
        }

        assertThat(counted("counting", ".bss").subList(1, 8))
                .as("init, added, accessed, removed, evict, admit, readahead")
                .allSatisfy(count -> assertThat((Long) count).isPositive())
                .startsWith(1L);
        assertThat(statistics().policyShortfalls()).as("it proposes nothing").isPositive();
        assertThat(statistics().policyFailures()).isZero();
        assertThat(bench.hooks.find("counting").orElseThrow().programs())
                .allMatch(program -> program.section().equals("cache/exit") || program.nanos() > 0);

        assertThat(bench.hooks.detach("counting")).isTrue();
        assertThat(bench.audit()).singleElement().asString().contains("budget=" + (long) CACHE_PAGES * PAGE);
        bench.vfs.files().close(file);
    }

    @Test
    void policy_another_isRefusedAndTheSameNameReplaces() {
        bench.attach("counting", COUNTING);

        assertThat(refusal(tryAttach("fifo", HookClang.compile(FIFO)))).contains("counting is the policy");
        assertThat(tryAttach("counting", HookClang.compile(FIFO)))
                .isInstanceOfSatisfying(
                        AttachResult.Attached.class,
                        it -> assertThat(it.replaced()).isTrue());

        assertThat(bench.audit()).as("the one before was told to leave").hasSize(1);
        assertThat(bench.hooks.detach("counting")).isTrue();
        bench.attach("other", FIFO);
        assertThat(bench.hooks.list()).hasSize(1);
    }

    @Test
    void policy_thatDoesNotTakeOver_isNotAttachedAndNotKept() throws IOException {
        close();
        bench = new HookBench(new FileHookStore(folder), HookSettings.DEFAULT, SMALL);
        String unwilling = "SEC(\"cache/init\") int init(struct ring3_cache *cache) { return -ENOMEM; }";

        assertThat(refusal(tryAttach("p", HookClang.compile(unwilling)))).isEqualTo("cache/init returned -12 (ENOMEM)");
        assertThat(bench.hooks.list()).isEmpty();

        bench.attach("p", FIFO);
        assertThat(refusal(tryAttach("p", HookClang.compile(unwilling)))).contains("ENOMEM");
        bench.restart();
        assertThat(bench.hooks.find("p").orElseThrow().programs())
                .as("the one before is kept")
                .hasSize(3);
        assertThat(bench.program("p", "init").runs()).isEqualTo(1);
    }

    @Test
    void policy_whereItCannotBe_isRefusedWithAReason() {
        var subvolume = bench.subvolume(bench.root(), "s");
        byte[] fifo = HookClang.compile(FIFO);
        assertThat(refusal(bench.hooks.attach(
                        new AttachRequest("p", fifo, new Scope.Subvolume(subvolume), AttachOptions.DEFAULT))))
                .contains("whole server");
        assertThat(refusal(bench.hooks.attach(
                        new AttachRequest("p", fifo, HookBench.SERVER, AttachOptions.DEFAULT.withObserveOnly(true)))))
                .contains("only observe");
        assertThat(bench.refused(FIFO + "SEC(\"cache/evict/two\") int second(struct ring3_cache *c) { return 0; }")
                        .reason())
                .contains("evict and second");
        assertThat(bench.refused(FIFO + "SEC(\"fs/open\") int opens(void *fs) { return 0; }")
                        .reason())
                .contains("not both");
        try (HookBench without =
                new HookBench(HookStore.NONE, HookSettings.DEFAULT, VolumeOptions.DEFAULT.withMemoryBytes(0))) {
            assertThat(without.refused(FIFO).reason()).contains("no page cache");
        }
        assertThat(bench.hooks.list()).isEmpty();
    }

    @Test
    void policy_overItsInstructions_isTakenOffWithAnEventAndReadsGoOn() throws InterruptedException {
        close();
        HookSettings few = HookSettings.DEFAULT.withInstructionsMax(100_000).withRunTimeMax(Duration.ofMinutes(10));
        bench = new HookBench(new FileHookStore(folder), few, SMALL);
        CountDownLatch told = new CountDownLatch(1);
        bench.hooks.addListener(_ -> told.countDown());
        OpenFile file = file("a", 64);
        bench.attach("endless", """
                static long round(__u32 index, void *unused) { return 0; }
                SEC("cache/readahead") int endless(struct ring3_cache *cache) {
                    bpf_loop(1 << 23, round, 0, 0);
                    return 0;
                }
                """);
        CountDownLatch failed = new CountDownLatch(1);
        bench.hooks.addListener(event -> {
            if (event instanceof HookEvent.Failed) {
                failed.countDown();
            }
        });
        OpenFile large = file("b", 2 * CACHE_PAGES);
        for (int page = 0; page < 2 * CACHE_PAGES; page++) {
            read(large, page);
        }
        read(file, 10);

        assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(told.getCount()).isZero();
        assertThat(bench.hooks.find("endless").orElseThrow().failure().orElseThrow())
                .contains("endless")
                .contains("BUDGET");
        assertThat(statistics().policyFailures()).isEqualTo(1);
        bench.restart();
        assertThat(bench.hooks.find("endless").orElseThrow().failure()).isPresent();
        bench.attach("fifo", FIFO);
        read(large, 5);
    }

    @Test
    void policy_afterARestart_isInChargeAgain() {
        close();
        bench = new HookBench(new FileHookStore(folder), HookSettings.DEFAULT, SMALL);
        bench.attach("fifo", FIFO);
        bench.restart();
        OpenFile file = file("a", 2 * CACHE_PAGES);
        for (int page = 0; page < 2 * CACHE_PAGES; page++) {
            read(file, page);
        }

        assertThat(bench.program("fifo", "evict").runs()).isPositive();
        assertThat(statistics().policyShortfalls()).isZero();
        assertThat(bench.hooks.find("fifo").orElseThrow().failure()).isEqualTo(Optional.empty());
    }

    @Test
    void policy_writtenForCacheExt_isInChargeByItsHeader() throws IOException {
        String header = Files.readString(EXAMPLES.resolve("include/cache_ext.h"));
        bench.attach("ported", header + OF_CACHE_EXT);
        OpenFile file = file("a", 3 * CACHE_PAGES);
        for (int page = 0; page < 3 * CACHE_PAGES; page++) {
            read(file, page);
            read(file, page / 2);
        }

        assertThat(bench.program("ported", "cache_ext_evict").runs()).isPositive();
        assertThat(statistics().policyShortfalls()).isZero();
        assertThat(bench.hooks.find("ported").orElseThrow().failure()).isEmpty();
        Map<?, ?> globals = (Map<?, ?>)
                bench.hooks.maps().dump("ported", ".bss", 1).getFirst().value();
        assertThat((Long) globals.get("continued")).isPositive();
        bench.vfs.files().close(file);
    }

    @Test
    void admit_refused_leavesNothingInTheCache() {
        OpenFile file = file("a", 512);
        bench.attach("bypass", "SEC(\"cache/admit\") int admit(struct ring3_cache *cache) { return 1; }");
        OpenFile other = file("b", 512);
        long held = statistics().heldFrames();
        for (int page = 0; page < 512; page += 3) {
            read(other, page);
        }

        assertThat(statistics().heldFrames()).isLessThanOrEqualTo(held);
        bench.vfs.files().close(file);
    }

    /** Hot pages and, between their reads, ones that are read once; how many of the hot had to be read again. */
    private long missesOfHotPages() {
        int hot = CACHE_PAGES / 4;
        OpenFile file = file("a", 4 * CACHE_PAGES);
        for (int round = 0; round < 3; round++) {
            for (int page = 0; page < hot; page++) {
                read(file, page);
            }
        }
        List<Integer> once = new ArrayList<>();
        for (int page = hot + 1; page < 4 * CACHE_PAGES; page += 2) {
            once.add(page);
        }
        Collections.shuffle(once, new Random(5));
        long misses = 0;
        for (int i = 0; i < once.size(); i++) {
            read(file, once.get(i));
            long before = statistics().misses();
            read(file, (i * 7L) % hot);
            misses += statistics().misses() - before;
        }
        bench.vfs.files().close(file);
        return misses;
    }

    @Test
    void s3Fifo_scanBesideHotPages_keepsThemAsTheBuiltInPolicyDoes() throws IOException {
        long builtIn = missesOfHotPages();
        close();
        bench = new HookBench(HookStore.NONE, HookSettings.DEFAULT, SMALL);
        bench.attach("fifo", FIFO);
        long fifo = missesOfHotPages();
        close();
        bench = new HookBench(HookStore.NONE, HookSettings.DEFAULT, SMALL);
        assertThat(tryAttach("s3-fifo", example("s3-fifo"))).isInstanceOf(AttachResult.Attached.class);
        long s3Fifo = missesOfHotPages();

        assertThat(fifo)
                .as("what a policy without a thought loses; %d for S3-FIFO, %d for the built-in one", s3Fifo, builtIn)
                .isGreaterThan(3 * builtIn)
                .isGreaterThan(3 * s3Fifo);
        assertThat(statistics().policyShortfalls()).isZero();
        assertThat(bench.program("s3-fifo", "evict").runs()).isPositive();
    }

    @Test
    void stridedReadahead_farApart_bringsInWhatIsReadNext() throws Exception {
        int stride = 300;
        OpenFile file = file("a", 3 * CACHE_PAGES);
        for (int page = 0; page < 3 * CACHE_PAGES; page += 7) {
            read(file, (page * 5003L) % (3 * CACHE_PAGES)); // nothing of what follows is in memory
        }
        assertThat(tryAttach("strided", example("strided-readahead"))).isInstanceOf(AttachResult.Attached.class);
        long before = statistics().misses();
        int reads = 0;
        for (int page = 11; page < 3 * CACHE_PAGES; page += stride) {
            long come = statistics().readaheadPages();
            long runs = bench.program("strided", "readahead").runs();
            read(file, page);
            reads++;
            if (reads > 2 && bench.program("strided", "readahead").runs() > runs) {
                awaitReadahead(come);
            }
        }
        assertThat(reads).isGreaterThan(30);
        assertThat(statistics().misses() - before).isLessThan(8);
        bench.vfs.files().close(file);
    }

    /** What a read has started comes by itself; if it is all there already, nothing does. */
    private void awaitReadahead(long before) throws InterruptedException {
        for (int i = 0; i < 200 && statistics().readaheadPages() < before + 4; i++) {
            Thread.sleep(1);
        }
    }
}
