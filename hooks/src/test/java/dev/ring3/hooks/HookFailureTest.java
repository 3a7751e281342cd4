package dev.ring3.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.vfs.HookPoint;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs that fail, and what is left of attached objects over restarts. */
class HookFailureTest {
    /** Verified, as every round of the loop is counted by the runtime; 67 million rounds. */
    private static final String ENDLESS = """
            static long round(__u32 index, void *unused) { return 0; }
            SEC("fs/unlink") int endless(struct ring3_fs *fs) {
                bpf_loop(1 << 23, round, 0, 0);
                bpf_loop(1 << 23, round, 0, 0);
                bpf_loop(1 << 23, round, 0, 0);
                bpf_loop(1 << 23, round, 0, 0);
                bpf_loop(1 << 23, round, 0, 0);
                bpf_loop(1 << 23, round, 0, 0);
                bpf_loop(1 << 23, round, 0, 0);
                bpf_loop(1 << 23, round, 0, 0);
                return 0;
            }
            """;

    private static final String DENY = "SEC(\"fs/unlink\") int deny(struct ring3_fs *fs) { return -EACCES; }";

    @TempDir
    Path folder;

    private static @Nullable Errno unlink(HookBench bench, String name) {
        return HookBench.errno(() -> bench.vfs.names().unlink(bench.caller, bench.root(), Name.of(name)));
    }

    private static AttachOptions failing(FailMode mode) {
        return AttachOptions.DEFAULT.withFailMode(mode);
    }

    @ParameterizedTest
    @EnumSource(FailMode.class)
    void program_overItsInstructions_failsAsItIsDeclared(FailMode mode) {
        HookSettings few = HookSettings.DEFAULT.withInstructionsMax(100_000).withRunTimeMax(Duration.ofMinutes(10));
        try (HookBench bench = new HookBench(new FileHookStore(folder.resolve(mode.name())), few)) {
            bench.file(bench.root(), "a");
            bench.file(bench.root(), "b");
            bench.attach("endless", ENDLESS, HookBench.SERVER, failing(mode));
            Errno expected = mode == FailMode.OPEN ? null : Errno.EPERM;

            assertThat(unlink(bench, "a")).isEqualTo(expected);

            AttachmentInfo info = bench.hooks.find("endless").orElseThrow();
            assertThat(info.failure().orElseThrow()).contains("endless").contains("BUDGET");
            assertThat(bench.events.getLast()).isInstanceOf(HookEvent.Failed.class);
            assertThat(bench.vfs.isHooked(HookPoint.UNLINK)).isEqualTo(mode == FailMode.CLOSED);
            assertThat(unlink(bench, "b")).isEqualTo(expected);

            bench.restart();
            assertThat(bench.hooks.find("endless").orElseThrow().failure()).isEqualTo(info.failure());
            assertThat(unlink(bench, "b")).isEqualTo(mode == FailMode.OPEN ? Errno.ENOENT : Errno.EPERM);

            assertThat(bench.hooks.detach("endless")).isTrue();
            assertThat(bench.vfs.isHooked(HookPoint.UNLINK)).isFalse();
        }
    }

    @Test
    void program_overItsTime_isStopped() {
        HookSettings patient =
                HookSettings.DEFAULT.withInstructionsMax(Long.MAX_VALUE / 2).withRunTimeMax(Duration.ofMillis(20));
        try (HookBench bench = new HookBench(HookStore.NONE, patient)) {
            bench.file(bench.root(), "a");
            bench.attach("endless", ENDLESS);

            assertThat(unlink(bench, "a")).isNull();

            assertThat(bench.hooks.find("endless").orElseThrow().failure().orElseThrow())
                    .contains("longer than it may");
        }
    }

    @Test
    void observer_thatFailsClosed_refusesNothing() {
        HookSettings few = HookSettings.DEFAULT.withInstructionsMax(100_000).withRunTimeMax(Duration.ofMinutes(10));
        try (HookBench bench = new HookBench(HookStore.NONE, few)) {
            bench.file(bench.root(), "a");
            bench.attach(
                    "endless",
                    ENDLESS,
                    HookBench.SERVER,
                    failing(FailMode.CLOSED).withObserveOnly(true));

            assertThat(unlink(bench, "a")).isNull();

            assertThat(bench.vfs.isHooked(HookPoint.UNLINK)).isFalse();
        }
    }

    @Test
    void restart_attachedObjects_areThereInTheirOrder() {
        try (HookBench bench = new HookBench(new FileHookStore(folder), HookSettings.DEFAULT)) {
            bench.file(bench.root(), "a");
            bench.attach("z", DENY, HookBench.SERVER, failing(FailMode.CLOSED));
            bench.attach("a", "SEC(\"fs/unlink\") int busy(struct ring3_fs *fs) { return -EBUSY; }");
            bench.attach("gone", DENY);
            bench.hooks.detach("gone");
            assertThat(unlink(bench, "a")).isEqualTo(Errno.EACCES);

            bench.restart();

            assertThat(bench.hooks.list()).extracting(AttachmentInfo::name).containsExactly("z", "a");
            assertThat(bench.hooks.find("z").map(AttachmentInfo::failMode)).contains(FailMode.CLOSED);
            assertThat(unlink(bench, "a")).isEqualTo(Errno.EACCES);
        }
    }

    @Test
    void restart_objectThatCannotBeLoadedAnyMore_isThereAsFailed() {
        FileHookStore store = new FileHookStore(folder);
        StoredHook closed = new StoredHook(
                "broken",
                new byte[] {1, 2, 3},
                HookBench.SERVER,
                0,
                false,
                FailMode.CLOSED,
                Instant.EPOCH,
                List.of("fs/unlink"),
                Optional.empty());
        store.put(closed);
        try (HookBench bench = new HookBench(store, HookSettings.DEFAULT)) {
            bench.file(bench.root(), "a");

            assertThat(bench.hooks.find("broken").orElseThrow().failure()).isPresent();
            assertThat(unlink(bench, "a")).isEqualTo(Errno.EPERM);
        }
    }

    @Test
    void store_damagedByOneByte_isNoticed() throws IOException {
        FileHookStore store = new FileHookStore(folder);
        try (HookBench bench = new HookBench(store, HookSettings.DEFAULT)) {
            bench.attach("deny", DENY);
        }
        Path file = folder.resolve("deny.hook");
        byte[] good = Files.readAllBytes(file);
        for (int at = 0; at < good.length; at += 97) {
            byte[] bad = good.clone();
            bad[at] ^= 0x40;
            Files.write(file, bad);
            assertThatThrownBy(store::load)
                    .isInstanceOfSatisfying(
                            FsException.class, e -> assertThat(e.errno()).isIn(Errno.EUCLEAN, Errno.EOPNOTSUPP));
        }
        Files.write(file, Arrays.copyOf(good, good.length - 1));
        assertThatThrownBy(store::load).isInstanceOf(FsException.class);
    }

    /**
     * While one denying object replaces another all the time, no operation gets through. The control, with a detachment
     * between, is seen to let some through.
     */
    @Test
    void replace_underLoad_letsNothingThrough() throws InterruptedException {
        assertThat(passedWhile(false)).isZero();
        assertThat(passedWhile(true)).isPositive();
    }

    private static int passedWhile(boolean detaches) throws InterruptedException {
        try (HookBench bench = new HookBench()) {
            byte[] object = HookClang.compile("SEC(\"fs/lookup\") int deny(struct ring3_fs *fs) { return -EACCES; }");
            AttachRequest request = new AttachRequest("deny", object, HookBench.SERVER, AttachOptions.DEFAULT);
            bench.hooks.attach(request);
            AtomicBoolean ends = new AtomicBoolean();
            AtomicInteger passed = new AtomicInteger();
            Thread asking = Thread.ofPlatform().start(() -> {
                while (!ends.get()) {
                    Errno errno =
                            HookBench.errno(() -> bench.vfs.names().find(bench.caller, bench.root(), Name.of("a"), 0));
                    if (errno == null) {
                        passed.incrementAndGet();
                    }
                }
            });
            for (int i = 0; i < 200; i++) {
                if (detaches) {
                    bench.hooks.detach("deny");
                }
                bench.hooks.attach(request);
            }
            ends.set(true);
            asking.join();
            return passed.get();
        }
    }
}
