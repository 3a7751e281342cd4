package dev.ring3.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.hook.FsContext;
import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.bpf.hook.SubvolumeFacts;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.StructType;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.RenameMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects that were compiled with the header of another server run on this one. */
class OlderHeadersTest {
    private static final String PROGRAM = """
            struct seen { __u64 subvolume; __u64 parent; __u32 op; __u32 uid; char from[8]; char to[8]; };
            SEC("fs/rename") int seen(struct ring3_fs *fs) {
                struct seen s = {fs->subvolume, fs->target_parent, fs->op, fs->uid};
                *(__u64 *)s.from = *(__u64 *)fs->name;
                *(__u64 *)s.to = *(__u64 *)fs->target_name;
                ring3_emit(&s);
                return 0;
            }
            """;

    private final HookBench bench = new HookBench();
    private final NodeId directory = bench.directory(bench.root(), "directory");
    private final String right = "subvolume=1 parent=%d op=80 uid=0 from=\"a\" to=\"b\""
            .formatted(directory.ino().value());

    @AfterEach
    void close() {
        bench.close();
    }

    private List<String> seenBy(String header) {
        byte[] object = HookClang.compile(PROGRAM, header);
        assertThat(bench.hooks.attach(new AttachRequest("seen", object, HookBench.SERVER, AttachOptions.DEFAULT)))
                .isInstanceOf(AttachResult.Attached.class);
        bench.file(bench.root(), "a");
        bench.vfs.names().rename(bench.caller, bench.root(), Name.of("a"), directory, Name.of("b"), RenameMode.REPLACE);
        return bench.audit();
    }

    private static String released(int number) {
        String name = "/headers/ring3-%d.h".formatted(number);
        try (InputStream in = Objects.requireNonNull(OlderHeadersTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One for each header that was ever released; they are never changed. */
    @ParameterizedTest
    @ValueSource(ints = 1)
    void object_ofAReleasedHeader_runs(int number) {
        assertThat(seenBy(released(number))).containsExactly(right);
    }

    /** Where fields lie elsewhere, every access is moved. */
    @Test
    void object_ofAHeaderWithOtherOffsets_isAdapted() {
        String other = HookTypes.header()
                .replace("    __u64 target_parent; /* at 32 */\n", "")
                .replace(
                        "    __u64 parent; /* at 24 */\n",
                        "    __u64 target_parent;\n    __u64 parent;\n    __u64 more;\n");
        assertThat(other).isNotEqualTo(HookTypes.header());

        assertThat(seenBy(other)).containsExactly(right);
    }

    /** Seen to fail: the same program without what its accesses are adapted by reads other fields. */
    @Test
    void object_ofAHeaderWithOtherOffsets_withoutRelocationsReadsSomethingElse() {
        String rigid = HookTypes.header()
                .replace("defined(__bpf__)", "defined(__no_such_machine__)")
                .replace("    __u64 parent; /* at 24 */\n", "")
                .replace("    __u64 target_parent; /* at 32 */\n", "    __u64 target_parent;\n    __u64 parent;\n");

        assertThat(seenBy(rigid)).isNotEqualTo(List.of(right));
    }

    @Test
    void header_everyFieldOfTheContext_isFilledBySomething() {
        assertThat(FsContext.TYPE.fields()).allMatch(ContextWriter::knows);
    }

    @Test
    void header_released_hasNoFieldThatMoved() {
        String header = released(1);
        for (StructType type : List.of(FsContext.TYPE, SubvolumeFacts.TYPE)) {
            for (Field field : type.fields()) {
                assertThat(header).contains("/* at %d */".formatted(field.offsetBytes()));
            }
        }
    }
}
