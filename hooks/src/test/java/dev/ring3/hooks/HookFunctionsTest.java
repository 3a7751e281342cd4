package dev.ring3.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.XattrMode;
import dev.ring3.fs.XattrName;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.linux.Errno;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What programs can ask the server, and what people see of them. */
class HookFunctionsTest {
    private final HookBench bench = new HookBench();

    @AfterEach
    void close() {
        bench.close();
    }

    private NodeId find(String name) {
        return bench.vfs
                .names()
                .lookup(bench.caller, bench.root(), Name.of(name), 0)
                .node();
    }

    @Test
    void dataRead_ofAWrite_givesWhatIsWrittenAndNoMore() {
        OpenFile file = bench.open(bench.file(bench.root(), "a"));
        bench.attach("data", """
                struct data { __u64 offset; __u64 length; long got; long past; char start[8]; };
                SEC("fs/write") int data(struct ring3_fs *fs) {
                    struct data d = {fs->offset, fs->length};
                    d.past = ring3_data_read(100, d.start, sizeof d.start);
                    d.got = ring3_data_read(6, d.start, sizeof d.start);
                    ring3_emit(&d);
                    return d.start[0] == 'w' ? -EPERM : 0;
                }
                """);

        assertThat(HookBench.errno(() -> bench.write(file, 4096, "hello world".getBytes(StandardCharsets.UTF_8))))
                .isNotNull();
        bench.write(file, 0, "hello World".getBytes(StandardCharsets.UTF_8));

        assertThat(bench.audit())
                .containsExactly(
                        "offset=4096 length=11 got=5 past=0 start=\"world\"",
                        "offset=0 length=11 got=5 past=0 start=\"World\"");
        bench.vfs.files().close(file);
    }

    @Test
    void name_ofARename_isBothNames() {
        bench.file(bench.root(), "old");
        bench.attach("names", """
                struct names { long a; long b; long c; char from[8]; char to[8]; char field[8]; };
                SEC("fs/rename") int names(struct ring3_fs *fs) {
                    struct names n = {};
                    n.a = ring3_name(RING3_NAME, n.from, sizeof n.from);
                    n.b = ring3_name(RING3_TARGET_NAME, n.to, sizeof n.to);
                    n.c = ring3_name(7, n.field, sizeof n.field);
                    *(__u64 *)n.field = *(__u64 *)fs->target_name;
                    ring3_emit(&n);
                    return 0;
                }
                """);

        bench.vfs
                .names()
                .rename(
                        bench.caller,
                        bench.root(),
                        Name.of("old"),
                        bench.root(),
                        Name.of("a long new name"),
                        RenameMode.REPLACE);

        assertThat(bench.audit()).containsExactly("a=3 b=8 c=-22 from=\"old\" to=\"a long n\" field=\"a long n\"");
    }

    @Test
    void path_ofAnInode_isFromTheRootOfTheVolume() {
        SubvolumeId subvolume = bench.subvolume(bench.directory(bench.root(), "d"), "s");
        NodeId node = bench.file(NodeId.rootOf(subvolume), "f");
        bench.attach("paths", """
                struct path { long length; long tight; long root; char text[16]; };
                SEC("fs/open") int paths(struct ring3_fs *fs) {
                    struct path p = {};
                    p.tight = ring3_path(fs->subvolume, fs->ino, p.text, 5);
                    p.root = ring3_path(1, 1, p.text, sizeof p.text);
                    p.length = ring3_path(fs->subvolume, fs->ino, p.text, sizeof p.text);
                    ring3_emit(&p);
                    return ring3_path(fs->subvolume, 1ULL << 60, p.text, sizeof p.text) == -ENOENT ? 0 : -EIO;
                }
                """);

        bench.vfs.files().close(bench.open(node));

        assertThat(bench.audit()).containsExactly("length=6 tight=-36 root=1 text=\"/d/s/f\"");
    }

    @Test
    void xattr_ofTheInode_isRead() {
        NodeId node = bench.file(bench.root(), "a");
        bench.vfs
                .attributes()
                .setXattr(bench.caller, node, XattrName.parse("user.class"), new byte[] {'t', 'o', 'p'}, XattrMode.ANY);
        bench.attach("labels", """
                struct label { long length; long none; long tight; char text[8]; };
                SEC("fs/open") int labels(struct ring3_fs *fs) {
                    struct label l = {};
                    char class[] = "user.class";
                    l.none = ring3_xattr(class, sizeof class - 2, l.text, sizeof l.text);
                    l.tight = ring3_xattr(class, sizeof class - 1, l.text, 2);
                    l.length = ring3_xattr(class, sizeof class - 1, l.text, sizeof l.text);
                    ring3_emit(&l);
                    return 0;
                }
                """);

        bench.vfs.files().close(bench.open(node));

        assertThat(bench.audit()).containsExactly("length=3 none=-61 tight=-34 text=\"top\"");
    }

    @Test
    void subvolumeGet_ofASnapshot_saysWhatItIs() {
        bench.volume.subvolumes().setQuota(SubvolumeId.FIRST, 1 << 20, -1);
        SubvolumeId snapshot = bench.subvolumes.snapshot(bench.caller, SubvolumeId.FIRST, Name.of("s"), true);
        bench.attach("facts", """
                struct fact { __u64 id; __u64 origin; __u64 parent; __u64 quota; __u32 flags; __u32 snapshots; };
                static void tell(__u64 id) {
                    struct ring3_subvolume s;
                    long got = ring3_subvolume_get(id, &s, sizeof s);
                    struct fact f = {s.id, s.origin, s.parent, s.quota, s.flags, s.snapshots};
                    if (got == sizeof s)
                        ring3_emit(&f);
                }
                SEC("fs/snapshot") int facts(struct ring3_fs *fs) {
                    tell(fs->subvolume);
                    tell(fs->target_subvolume);
                    tell(12345);
                    return 0;
                }
                """);

        bench.subvolumes.rollback(bench.caller, SubvolumeId.FIRST, snapshot, Optional.empty());

        assertThat(bench.audit())
                .containsExactly(
                        "id=1 origin=0 parent=0 quota=1048576 flags=0 snapshots=1",
                        "id=%d origin=1 parent=1 quota=18446744073709551615 flags=3 snapshots=0"
                                .formatted(snapshot.value()));
    }

    @Test
    void maps_ofAnObject_areShownAndSetByTheirTypes() {
        bench.attach("counts", """
                struct key { __u32 uid; __u32 op; };
                struct value { __u64 count; char last[8]; };
                struct {
                    __uint(type, BPF_MAP_TYPE_HASH);
                    __type(key, struct key);
                    __type(value, struct value);
                    __uint(max_entries, 8);
                } counts SEC(".maps");
                struct {
                    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
                    __type(key, __u32);
                    __type(value, __u64);
                    __uint(max_entries, 1);
                } each SEC(".maps");
                volatile __u32 limit = 3;
                SEC("fs/lookup") int count(struct ring3_fs *fs) {
                    struct key key = {fs->uid, fs->op};
                    struct value fresh = {};
                    bpf_map_update_elem(&counts, &key, &fresh, BPF_NOEXIST);
                    struct value *value = bpf_map_lookup_elem(&counts, &key);
                    if (!value)
                        return 0;
                    __sync_fetch_and_add(&value->count, 1);
                    ring3_name(RING3_NAME, value->last, sizeof value->last);
                    return value->count > limit ? -EBUSY : 0;
                }
                """);
        for (String name : List.of("a", "b", "c")) {
            bench.vfs.names().find(bench.caller, bench.root(), Name.of(name), 0);
        }
        HookMaps maps = bench.hooks.maps();

        assertThat(maps.list(Optional.of("counts")))
                .extracting(HookMaps.MapInfo::name)
                .contains("counts", "each", ".data");
        HookMaps.MapEntry entry = maps.dump("counts", "counts", 100).getFirst();
        assertThat(BtfValues.text(entry.key())).isEqualTo("{uid=0 op=1}");
        assertThat(BtfValues.text(entry.value())).isEqualTo("{count=3 last=\"c\"}");
        assertThat(maps.dump("counts", "each", 100).getFirst().value())
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(Runtime.getRuntime().availableProcessors())
                .containsOnly(0L);
        assertThat(HookBench.errno(() -> find("x"))).isEqualTo(Errno.EBUSY);

        maps.set("counts", "counts", "uid=0,op=1", "count=1");
        maps.set("counts", ".data", "0", "limit=2");
        assertThat(BtfValues.text(maps.get("counts", "counts", "uid=0,op=1").value()))
                .isEqualTo("{count=1 last=\"x\"}");
        assertThat(HookBench.errno(() -> find("x"))).isEqualTo(Errno.ENOENT);
        assertThat(HookBench.errno(() -> find("x"))).isEqualTo(Errno.EBUSY);
        assertThat(maps.delete("counts", "counts", "uid=0,op=1")).isTrue();
        assertThat(HookBench.errno(() -> maps.get("counts", "counts", "uid=0,op=1")))
                .isEqualTo(Errno.ENOENT);
        assertThat(HookBench.errno(() -> maps.get("counts", "counts", "uid=0,at=1")))
                .isEqualTo(Errno.EINVAL);
    }

    @Test
    void ringBuffer_ofAnObject_comesIntoTheAuditLogByItsName() throws InterruptedException {
        AuditLog.Reader reader = bench.hooks.audit().readNew();
        bench.attach("ring", """
                struct event { __u64 ino; };
                const struct event *unused __attribute__((unused));
                struct {
                    __uint(type, BPF_MAP_TYPE_RINGBUF);
                    __uint(max_entries, 4096);
                } event SEC(".maps");
                SEC("fs/create") int ring(struct ring3_fs *fs) {
                    struct event e = {fs->parent};
                    bpf_ringbuf_output(&event, &e, sizeof e, 0);
                    return 0;
                }
                """);

        bench.file(bench.root(), "a");

        List<AuditRecord> records = reader.read(10, Duration.ofSeconds(30));
        assertThat(records).hasSize(1);
        assertThat(records.getFirst().toString()).isEqualTo("ino=1");
        assertThat(records.getFirst().type()).isEqualTo("event");
        assertThat(records.getFirst().object()).isEqualTo("ring");
    }

    @Test
    void auditLog_severalReaders_eachSeesAllThatItIsNotTooSlowFor() throws InterruptedException {
        AuditLog log = new AuditLog(10_000);
        AuditLog.Reader one = log.readNew();
        AuditLog.Reader slow = log.readNew();
        log.addText(null, "first");
        assertThat(one.read(10, Duration.ZERO)).hasSize(1);
        for (int i = 0; i < 1_000; i++) {
            log.addText(null, "line " + i);
        }

        List<AuditRecord> seen = slow.read(10_000, Duration.ZERO);

        assertThat(slow.lost()).isEqualTo(1_001 - seen.size()).isPositive();
        assertThat(seen.getLast().toString()).isEqualTo("line 999");
        assertThat(seen).isSortedAccordingTo(Comparator.comparingLong(AuditRecord::sequence));
        assertThat(one.read(10_000, Duration.ZERO)).isEqualTo(seen);
        assertThat(log.readAfter(seen.getFirst().sequence()).read(10_000, Duration.ZERO))
                .isEqualTo(seen.subList(1, seen.size()));
        assertThat(one.read(1, Duration.ofMillis(1))).isEmpty();
    }
}
