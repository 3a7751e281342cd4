package dev.ring3.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.linux.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples as they are shipped, each seen to do what its README says. */
class ExamplesTest {
    private static final Path EXAMPLES =
            Path.of("..", "examples").toAbsolutePath().normalize();

    private final HookBench bench = new HookBench();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        bench.close();
    }

    static Stream<String> examples() {
        return Stream.of(
                "audit", "deny-names", "write-budget", "ransomware-brake", "heatmap", "s3-fifo", "strided-readahead");
    }

    private static Path object(String example) {
        return EXAMPLES.resolve(example).resolve(example + ".bpf.o");
    }

    private void attach(String example) {
        try {
            AttachResult result = bench.hooks.attach(new AttachRequest(
                    example, Files.readAllBytes(object(example)), HookBench.SERVER, AttachOptions.DEFAULT));
            assertThat(result).isInstanceOf(AttachResult.Attached.class);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private @Nullable Errno rename(String from, String to) {
        return HookBench.errno(() -> bench.vfs
                .names()
                .rename(bench.caller, bench.root(), Name.of(from), bench.root(), Name.of(to), RenameMode.REPLACE));
    }

    private static @Nullable Errno create(HookBench bench, String name) {
        return HookBench.errno(() -> bench.file(bench.root(), name));
    }

    @Test
    void header_inExamples_isTheServers() throws IOException {
        assertThat(Files.readString(EXAMPLES.resolve("include/ring3.h"))).isEqualTo(HookTypes.header());
    }

    /** Only the compiler that made an object can be expected to make the same again. */
    @ParameterizedTest
    @MethodSource("examples")
    void object_compiledAgain_isTheSame(String example) throws Exception {
        assumeTrue(HookClang.isInstalled(), "clang-19 is not installed: examples are not compiled again");
        assumeTrue(Files.exists(Path.of("/usr/bin/llvm-strip-19")), "llvm-strip-19 is not installed");
        Path copy = folder.resolve("examples");
        try (Stream<Path> files = Files.walk(EXAMPLES)) {
            for (Path file :
                    files.filter(path -> !path.toString().endsWith(".o")).toList()) {
                Path to = copy.resolve(EXAMPLES.relativize(file).toString());
                Files.createDirectories(Files.isDirectory(file) ? to : to.getParent());
                if (!Files.isDirectory(file)) {
                    Files.copy(file, to);
                }
            }
        }
        Process process = new ProcessBuilder(copy.resolve("build").toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();

        assertThat(copy.resolve(example).resolve(example + ".bpf.o")).hasSameBinaryContentAs(object(example));
    }

    @Test
    void audit_ofChanges_tellsWhoDidWhatAndWhetherItWasRefused() throws InterruptedException {
        AuditLog.Reader reader = bench.hooks.audit().readNew();
        attach("audit");
        bench.attach("deny", "SEC(\"fs/unlink\") int deny(struct ring3_fs *fs) { return -EACCES; }");

        bench.file(bench.root(), "a");
        assertThat(HookBench.errno(() -> bench.vfs.names().unlink(bench.caller, bench.root(), Name.of("a"))))
                .isEqualTo(Errno.EACCES);

        List<AuditRecord> records = new ArrayList<>();
        while (records.size() < 2) {
            List<AuditRecord> more = reader.read(10, Duration.ofSeconds(30));
            assertThat(more).isNotEmpty();
            records.addAll(more);
        }
        assertThat(records).extracting(AuditRecord::type).containsOnly("event");
        assertThat(records.get(0).fields()).containsEntry("op", 64L).containsEntry("name", "a");
        assertThat(records.get(1).fields()).containsEntry("op", 96L).containsEntry("verdict", 13L);
    }

    @Test
    void denyNames_anEnding_isRefusedAtCreationAndRename() {
        attach("deny-names");
        assertThat(create(bench, "a.exe")).isNull();

        bench.hooks.maps().set("deny-names", "endings", "1", "text=.exe,length=4");

        assertThat(create(bench, "b.exe")).isEqualTo(Errno.EACCES);
        assertThat(create(bench, "b.exe.txt")).isNull();
        assertThat(create(bench, "exe")).isNull();
        assertThat(create(bench, "x".repeat(251) + ".exe")).isEqualTo(Errno.EACCES);
        assertThat(rename("exe", ".exe")).isEqualTo(Errno.EACCES);
        assertThat(rename("a.exe", "a.txt")).isNull();
    }

    @Test
    void writeBudget_ofEachClient_isItsOwn() {
        NodeId node = bench.file(bench.root(), "a");
        attach("write-budget");
        bench.hooks.maps().set("write-budget", ".data", "0", "budget.bytes=10000");
        Caller near = caller(0, "10.0.0.1");
        Caller far = caller(0, "10.0.0.2");

        assertThat(write(near, node, 8000)).isNull();
        assertThat(write(near, node, 8000)).isEqualTo(Errno.EDQUOT);
        assertThat(write(near, node, 2000)).isNull();
        assertThat(write(near, node, 1)).isEqualTo(Errno.EDQUOT);
        assertThat(write(far, node, 8000)).isNull();

        assertThat(bench.hooks.maps().dump("write-budget", "spent", 10)).hasSize(2);
    }

    private static Caller caller(int uid, String address) {
        return new Caller(
                Credentials.of(uid, 0), new Client(Client.Origin.NFS, 1), 0, 0, 0, address, Caller.Patience.WAIT);
    }

    private @Nullable Errno write(Caller caller, NodeId node, int bytes) {
        OpenFile file = bench.vfs.files().open(caller, node, OpenHow.of(Use.BOTH));
        try {
            return HookBench.errno(
                    () -> bench.vfs.files().write(caller, file, 0, MemorySegment.ofArray(new byte[bytes])));
        } finally {
            bench.vfs.files().close(file);
        }
    }

    @Test
    void ransomwareBrake_whoEncrypts_isStopped_whoWritesTextIsNot() {
        attach("ransomware-brake");
        byte[] text = "all work and no play makes a dull file\n".repeat(100).getBytes(StandardCharsets.UTF_8);
        byte[] random = new byte[4096];
        new Random(7).nextBytes(random);
        for (int i = 0; i < 40; i++) {
            OpenFile file = bench.open(bench.file(bench.root(), "f" + i));
            bench.write(file, 0, text);
            bench.write(file, 0, text);
            bench.vfs.files().close(file);
        }
        OpenFile fresh = bench.open(bench.file(bench.root(), "archive"));
        for (int i = 0; i < 40; i++) {
            bench.write(fresh, i * 4096L, random); // new data, however random, is nobody's loss
        }
        bench.vfs.files().close(fresh);

        int encrypted = 0;
        for (int i = 0; i < 40; i++) {
            OpenFile file = bench.open(bench.vfs
                    .names()
                    .lookup(bench.caller, bench.root(), Name.of("f" + i), 0)
                    .node());
            encrypted += HookBench.errno(() -> bench.write(file, 0, random)) == null ? 1 : 0;
            bench.vfs.files().close(file);
        }

        assertThat(encrypted).isEqualTo(20);
        assertThat(rename("f1", "f1.locked")).isEqualTo(Errno.EPERM);
        assertThat(bench.audit()).anySatisfy(line -> assertThat(line).contains("random_writes=21"));
        bench.hooks.maps().set("ransomware-brake", "suspects", "0", "stopped=0,random_writes=0");
        assertThat(rename("f1", "f1.mine")).isNull();
    }

    @Test
    void heatmap_ofReadsAndWrites_countsByMegabyte() {
        OpenFile file = bench.open(bench.file(bench.root(), "a"));
        attach("heatmap");

        bench.write(file, 5 << 20, new byte[100]);
        for (int i = 0; i < 3; i++) {
            bench.vfs.files().read(bench.caller, file, (5 << 20) + 10, MemorySegment.ofArray(new byte[50]));
        }
        bench.vfs.files().close(file);

        HookMaps.MapEntry entry = bench.hooks.maps().dump("heatmap", "heat", 10).getFirst();
        assertThat(BtfValues.text(entry.key())).contains("megabyte=5");
        assertThat(entry.value()).isEqualTo(Map.of("reads", 3L, "writes", 1L, "bytes", 250L));
    }
}
