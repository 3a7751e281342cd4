package dev.ring3.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.vfs.HookPoint;
import dev.ring3.linux.Errno;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HooksTest {
    /** Refuses what its name says. */
    private static final String DENY_UNLINK = """
            SEC("fs/unlink") int deny(struct ring3_fs *fs) { return -EACCES; }
            """;

    private static final String ALLOW_UNLINK = """
            SEC("fs/unlink") int allow(struct ring3_fs *fs) { return 0; }
            """;

    private final HookBench bench = new HookBench();

    @AfterEach
    void close() {
        bench.close();
    }

    private @Nullable Errno unlink(NodeId directory, String name) {
        return HookBench.errno(() -> bench.vfs.names().unlink(bench.caller, directory, Name.of(name)));
    }

    @Test
    void check_programRefuses_operationHasNoEffectAndTheErrnoGiven() {
        bench.file(bench.root(), "a");
        assertThat(bench.vfs.isHooked(HookPoint.UNLINK)).isFalse();

        bench.attach("deny", DENY_UNLINK);

        assertThat(bench.vfs.isHooked(HookPoint.UNLINK)).isTrue();
        assertThat(bench.vfs.isHooked(HookPoint.OPEN)).isFalse();
        assertThat(unlink(bench.root(), "a")).isEqualTo(Errno.EACCES);
        assertThat(bench.vfs.names().find(bench.caller, bench.root(), Name.of("a"), 0))
                .isNotNull();
        assertThat(bench.program("deny", "deny").refusals()).isEqualTo(1);
        assertThat(bench.program("deny", "deny").runs()).isEqualTo(1);
    }

    @Test
    void detach_afterwards_operationGoesOn() {
        bench.file(bench.root(), "a");
        bench.attach("deny", DENY_UNLINK);

        assertThat(bench.hooks.detach("deny")).isTrue();

        assertThat(bench.hooks.detach("deny")).isFalse();
        assertThat(bench.hooks.list()).isEmpty();
        assertThat(unlink(bench.root(), "a")).isNull();
        assertThat(bench.events)
                .containsExactly(
                        new HookEvent.Attached("deny", Set.of(HookPoint.UNLINK)),
                        new HookEvent.Detached("deny", Set.of(HookPoint.UNLINK)));
    }

    @Test
    void attach_underAnAttachedName_replaces() {
        bench.file(bench.root(), "a");
        bench.attach("one", DENY_UNLINK);

        AttachmentInfo info = bench.attach("one", ALLOW_UNLINK);

        assertThat(info.programs()).extracting(ProgramInfo::name).containsExactly("allow");
        assertThat(bench.hooks.list()).hasSize(1);
        assertThat(unlink(bench.root(), "a")).isNull();
        assertThat(bench.events.getLast()).isInstanceOf(HookEvent.Replaced.class);
    }

    @Test
    void chain_firstRefusalWins_laterOnesAreNotAsked() {
        bench.file(bench.root(), "a");
        bench.attach("late", DENY_UNLINK, HookBench.SERVER, AttachOptions.DEFAULT.withOrder(5));
        bench.attach(
                "early",
                "SEC(\"fs/unlink\") int deny(struct ring3_fs *fs) { return -EBUSY; }",
                HookBench.SERVER,
                AttachOptions.DEFAULT.withOrder(-5));

        assertThat(unlink(bench.root(), "a")).isEqualTo(Errno.EBUSY);

        assertThat(bench.program("late", "deny").runs()).isZero();
    }

    @Test
    void observer_ofARefusedOperation_runsLastAndSeesTheVerdict() {
        bench.file(bench.root(), "a");
        bench.attach("watch", """
                RING3_OPTIONS("observe-only");
                struct seen { __u32 op; __u32 verdict; };
                SEC("fs/unlink") int watch(struct ring3_fs *fs) {
                    struct seen seen = {fs->op, fs->verdict};
                    ring3_emit(&seen);
                    return -EROFS;
                }
                """);
        assertThat(unlink(bench.root(), "b")).isEqualTo(Errno.ENOENT);
        bench.attach("deny", DENY_UNLINK);

        assertThat(unlink(bench.root(), "a")).isEqualTo(Errno.EACCES);

        assertThat(bench.audit()).containsExactly("op=96 verdict=0", "op=96 verdict=13");
        assertThat(bench.program("watch", "watch").refusals()).isZero();
    }

    @Test
    void scope_ofASubvolume_coversNestedOnesAndSnapshotsAlone() {
        SubvolumeId covered = bench.subvolume(bench.root(), "covered");
        SubvolumeId nested = bench.subvolume(NodeId.rootOf(covered), "nested");
        SubvolumeId sibling = bench.subvolume(bench.root(), "sibling");
        bench.file(NodeId.rootOf(covered), "a");
        bench.file(NodeId.rootOf(nested), "a");
        bench.file(NodeId.rootOf(sibling), "a");
        SubvolumeId snapshot = bench.subvolumes.snapshot(bench.caller, covered, Name.of("s"), false);
        bench.file(bench.root(), "a");

        bench.attach("deny", DENY_UNLINK, new Scope.Subvolume(covered), AttachOptions.DEFAULT);

        assertThat(unlink(NodeId.rootOf(covered), "a")).isEqualTo(Errno.EACCES);
        assertThat(unlink(NodeId.rootOf(nested), "a")).isEqualTo(Errno.EACCES);
        assertThat(unlink(NodeId.rootOf(snapshot), "a")).isEqualTo(Errno.EACCES);
        assertThat(unlink(NodeId.rootOf(sibling), "a")).isNull();
        assertThat(unlink(bench.root(), "a")).isNull();
    }

    @Test
    void attach_toASubvolumeThatIsNotThere_isRefused() {
        byte[] object = HookClang.compile(DENY_UNLINK);

        assertThat(HookBench.errno(() -> bench.hooks.attach(new AttachRequest(
                        "deny", object, new Scope.Subvolume(new SubvolumeId(99)), AttachOptions.DEFAULT))))
                .isEqualTo(Errno.ENOENT);
    }

    @Test
    void result_thatIsNoErrno_becomesEpermAndIsCounted() {
        bench.file(bench.root(), "a");
        bench.attach("odd", "SEC(\"fs/unlink\") int odd(struct ring3_fs *fs) { return -4000; }");

        assertThat(unlink(bench.root(), "a")).isEqualTo(Errno.EPERM);

        assertThat(bench.program("odd", "odd").invalidResults()).isEqualTo(1);
    }

    @Test
    void attach_unsafePrograms_areRefusedWithTheLogAndNothingChanges() {
        Map<String, String> wrong = Map.of(
                "fs->uid = 0; return 0;", "may only be read",
                "return *(int *)((char *)fs + 4096);", "",
                "return fs->op;", "",
                "__u32 *p = (__u32 *)fs->ino; return *p;", "");
        wrong.forEach((body, message) -> {
            AttachResult.Refused refused =
                    bench.refused("SEC(\"fs/open\") int wrong(struct ring3_fs *fs) { %s }".formatted(body));
            assertThat(refused.reason()).contains("wrong").contains(message);
            assertThat(refused.log()).contains("insn ").contains("r");
        });
        assertThat(bench.hooks.list()).isEmpty();
        assertThat(bench.vfs.isHooked(HookPoint.OPEN)).isFalse();
        assertThat(bench.events).isEmpty();
    }

    @Test
    void attach_whatIsNoObjectForHooks_isRefused() {
        assertThat(bench.hooks.attach(
                        new AttachRequest("x", new byte[] {1, 2, 3}, HookBench.SERVER, AttachOptions.DEFAULT)))
                .isInstanceOf(AttachResult.Refused.class);
        assertThat(bench.refused("SEC(\"fs/opened\") int f(struct ring3_fs *fs) { return 0; }")
                        .reason())
                .contains("fs/opened");
        assertThat(bench.refused(
                                "RING3_OPTIONS(\"fail-soft\"); SEC(\"fs/open\") int f(struct ring3_fs *fs) { return 0; }")
                        .reason())
                .contains("fail-soft");
    }

    @Test
    void processExit_program_seesHowItEnded() {
        bench.attach("exits", """
                struct ended { __u64 pidfs_id; __u32 op; __u32 pid; __u64 status; };
                SEC("proc/exit") int ended(struct ring3_fs *fs) {
                    struct ended e = {fs->pidfs_id, fs->op, fs->pid, fs->exit_status};
                    ring3_emit(&e);
                    return 0;
                }
                """);

        bench.hooks.processExited(new ProcessExit(42, 4711, 0, 1000, 1000, 256));

        assertThat(bench.audit()).containsExactly("pidfs_id=4711 op=144 pid=42 status=256");
    }
}
