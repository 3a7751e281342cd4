package dev.ring3.bpf.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramType.Trait;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.StructType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HookTypesTest {
    private static final int CONTEXT_BYTES_MAX = 4096;

    static List<ProgramType> all() {
        return HookTypes.all();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fs/lookup",
                "fs/open",
                "fs/read",
                "fs/write",
                "fs/create",
                "fs/rename",
                "fs/unlink",
                "fs/setattr",
                "fs/snapshot",
                "proc/exit",
                "fs/open/second"
            })
    void forSection_ofTheFilesystem_isItsType(String section) {
        assertThat(HookTypes.forSection(section)).containsSame(HookTypes.FS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cache/init",
                "cache/added",
                "cache/accessed",
                "cache/removed",
                "cache/evict",
                "cache/admit",
                "cache/readahead",
                "cache/exit"
            })
    void forSection_ofTheCache_isItsType(String section) {
        assertThat(HookTypes.forSection(section)).containsSame(HookTypes.CACHE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fs", "fs/", "fs/opened", "cache", "cache/other", "proc/start", "xdp"})
    void forSection_ofNeither_saysNothing(String section) {
        assertThat(HookTypes.forSection(section)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void type_promises_suitProgramsThatNobodyTrusts(ProgramType type) {
        HostFunctions functions = type.functions();

        assertThat(type.has(Trait.POINTERS_MAY_LEAK)).isFalse();
        assertThat(functions.numbers()).allSatisfy(number -> {
            FunctionContract contract = Objects.requireNonNull(functions.contract(number));
            assertThat(contract.has(Effect.GPL_ONLY)).isFalse();
        });
        assertThat(HookTypes.byName(type.name())).containsSame(type);
    }

    @Test
    void results_ofTheFilesystem_areZeroOrAnErrno() {
        assertThat(HookTypes.FS.resultMin()).isEqualTo(-4095);
        assertThat(HookTypes.FS.resultMax()).isZero();
        assertThat(HookTypes.FS.functions().number("ring3_data_read")).isPresent();
        assertThat(HookTypes.CACHE.functions().number("ring3_data_read")).isEmpty();
    }

    @Test
    void contexts_everyField_isDescribedAndOnlyProposalsAreWritable() {
        check(FsContext.TYPE, FsContext.comments(), List.of());
        check(CacheContext.TYPE, CacheContext.comments(), List.of("proposed", "folios"));
    }

    private static void check(StructType type, Map<String, String> comments, List<String> writable) {
        assertThat(type.sizeBytes()).isLessThanOrEqualTo(CONTEXT_BYTES_MAX).isEqualTo(type.sizeBytes() / 8 * 8);
        assertThat(type.fields()).extracting(Field::name).containsExactlyInAnyOrderElementsOf(comments.keySet());
        assertThat(type.fields().stream().filter(Field::writable).map(Field::name))
                .containsExactlyElementsOf(writable);
    }

    /** Objects that were compiled against an older header go on working: nothing moves. */
    @Test
    void layout_ofContexts_isTheOneThatWasPromised() {
        assertThat(FsContext.TYPE.fields().stream().map(field -> field.name() + "@" + field.offsetBytes()))
                .startsWith("op@0", "flags@4", "subvolume@8", "ino@16", "parent@24")
                .contains("uid@120", "gid@124", "client_address@104", "name@176", "target_name@432")
                .hasSize(30);
        assertThat(CacheContext.TYPE.fields().stream().map(field -> field.name() + "@" + field.offsetBytes()))
                .startsWith("op@0", "pool@4", "subvolume@8", "ino@16")
                .contains("proposed@112", "folios@120", "removal@248", "window_max@260")
                .hasSize(25);
    }

    @Test
    void numbers_ofOperations_areDistinct() {
        assertThat(Arrays.stream(FsOperation.values()).map(FsOperation::number)).doesNotHaveDuplicates();
        assertThat(Arrays.stream(CacheOperation.values()).map(CacheOperation::number))
                .doesNotHaveDuplicates();
        assertThat(Arrays.stream(Origin.values()).map(Origin::number)).doesNotHaveDuplicates();
        assertThat(FsOperation.sections())
                .containsExactly(
                        "fs/lookup",
                        "fs/open",
                        "fs/read",
                        "fs/write",
                        "fs/create",
                        "fs/rename",
                        "fs/unlink",
                        "fs/setattr",
                        "fs/snapshot",
                        "proc/exit");
    }

    @Test
    void header_everyField_hasItsComment() {
        String header = HookTypes.header();

        assertThat(header)
                .contains(
                        "struct ring3_fs {", "    /* the inode, 0 if there is none yet */\n    __u64 ino; /* at 16 */")
                .contains("#define RING3_OP_UNLINK 96 /* fs/unlink: removes name from parent */")
                .contains("extern long ring3_data_read(__u64 offset, void *into, __u32 length) __ksym;");
    }
}
