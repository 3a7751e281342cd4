package dev.ring3.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code bpf verify} says of object files, with their source lines, as clang makes them. */
class BpfVerifyObjectTest {
    private static final List<String> COMPILERS =
            List.of("clang-19", "clang", "clang-18", "clang-17", "clang-16", "clang-15", "clang-14");

    /** Programs of several types, right and wrong, with nothing included but what Ring3 prints itself. */
    private static final String SOURCE = """
            #include "xdp.h"

            struct {
                int (*type)[1];
                int (*max_entries)[16];
                __u32 *key;
                __u64 *value;
            } counts SEC(".maps");

            static __attribute__((noinline)) __u64 *find(struct xdp_md *ctx)
            {
                __u32 key = ctx->ingress_ifindex;
                return bpf_map_lookup_elem(&counts, &key);
            }

            SEC("xdp")
            int checked(struct xdp_md *ctx)
            {
                __u64 *value = find(ctx);
                if (value)
                    *value += 1;
                return 2;
            }

            SEC("xdp")
            int unchecked(struct xdp_md *ctx)
            {
                if (ctx->rx_queue_index > 3)
                    return 1;
                __u64 *value = find(ctx);
                *value += 1;
                return 2;
            }

            SEC("elsewhere")
            long nothing(void)
            {
                return 0;
            }
            """;

    /** Its second field is not where this says, and its third is nowhere. */
    private static final String RELOCATED = """
            #define SEC(name) __attribute__((section(name), used))
            struct ring3_fs {
                unsigned uid;
                unsigned no_such_field;
            } __attribute__((preserve_access_index));

            SEC("fs/open")
            int root_only(struct ring3_fs *ctx)
            {
                return ctx->uid == 0 ? 0 : -13;
            }

            SEC("fs/open/2")
            int from_the_future(struct ring3_fs *ctx)
            {
                return ctx->no_such_field;
            }
            """;

    @TempDir
    private Path directory;

    private String compile(String source, String target) throws IOException, InterruptedException {
        Files.writeString(
                directory.resolve("xdp.h"),
                CommandLineRun.ring3("bpf", "types", "xdp", "--header").out());
        Path file = Files.writeString(directory.resolve("programs.c"), source);
        Path object = directory.resolve("programs.o");
        for (String compiler : COMPILERS) {
            try {
                Process process = new ProcessBuilder(
                                compiler,
                                "-O2",
                                "-g",
                                "-target",
                                target,
                                "-c",
                                file.toString(),
                                "-o",
                                object.toString())
                        .redirectErrorStream(true)
                        .start();
                String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor()).as(said).isZero();
                return object.toString();
            } catch (IOException absent) {
                // the next one
            }
        }
        return abort("clang is not installed");
    }

    private static CommandLineRun.Result verify(String... words) {
        String[] all = new String[2 + words.length];
        all[0] = "bpf";
        all[1] = "verify";
        System.arraycopy(words, 0, all, 2, words.length);
        return CommandLineRun.ring3(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpfel", "bpfeb"})
    void object_isVerifiedProgramByProgram(String target) throws Exception {
        CommandLineRun.Result result = verify(compile(SOURCE, target));
        assertThat(result.status()).as(result.err()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.out())
                .contains("checked (section xdp, type xdp): accepted\n")
                .contains("unchecked (section xdp, type xdp): refused\n")
                .contains(
                        "nothing (section elsewhere, type memory): accepted\n    (the section's name stands for no type")
                .endsWith("1 of 3 programs are refused.\n");
    }

    @Test
    void refusal_showsTheSource() throws Exception {
        CommandLineRun.Result result = verify(compile(SOURCE, "bpf"), "--program", "unchecked");
        assertThat(result.out())
                .containsPattern("""
                        programs\\.c:31:12: in unchecked: r0 may be null
                           31 \\|     \\*value \\+= 1;
                              \\|            \\^
                        insn \\d+: r1 = \\*\\(u64 \\*\\)\\(r0 \\+ 0\\)
                            r0: null or pointer to value of map counts
                        """)
                .containsPattern("not taken +line 28: if \\(ctx->rx_queue_index > 3\\)\n")
                .containsPattern("// find +enters +line 30: ")
                .containsPattern("exit +returns +line 13: ");
    }

    @Test
    void explainAndDot_areAboutOneProgram() throws Exception {
        String object = compile(SOURCE, "bpf");
        for (String option : List.of("--explain=0", "--dot")) {
            CommandLineRun.Result result = verify(object, option);
            assertThat(result.status()).isEqualTo(ExitCode.USAGE);
            assertThat(result.err()).contains("--program names one of checked, unchecked, nothing");
        }
        assertThat(verify(object, "--dot", "--program", "checked").out())
                .contains("label=\"checked\"")
                .contains("label=\"find\"")
                .contains("style=dashed, label=\"call\"");
    }

    @Test
    void json_tellsEachProgram() throws Exception {
        assertThat(verify(compile(SOURCE, "bpf"), "--json").out())
                .contains("\"name\": \"checked\"")
                .contains("\"function\": \"unchecked\"")
                .contains("\"line\": 31")
                .contains("\"text\": \"    *value += 1;\"")
                .contains("\"note\": ");
    }

    @Test
    void relocations_areThoseOfTheTarget() throws Exception {
        CommandLineRun.Result result = verify(compile(RELOCATED, "bpf"));
        assertThat(result.out())
                .contains("root_only (section fs/open, type fs): accepted")
                .contains("from_the_future (section fs/open/2, type fs): refused")
                .contains("(unavailable)");
    }

    @Test
    void relocations_withoutTypesOfATarget_areRefusedByName() throws Exception {
        Path types = directory.resolve("fs.btf");
        String object = compile(RELOCATED, "bpf");
        assertThat(CommandLineRun.ring3("bpf", "types", "tc", "--btf", types.toString())
                        .status())
                .isZero();
        CommandLineRun.Result result = verify(object, "--program", "root_only", "--btf", types.toString());
        assertThat(result.status()).isEqualTo(ExitCode.NEGATIVE);
        assertThat(result.out()).contains("ring3_fs");
        CommandLineRun.Result wrong = verify(object, "--btf", object);
        assertThat(wrong.status()).isEqualTo(ExitCode.USAGE);
        assertThat(wrong.err()).contains("no BTF");
    }

    @Test
    void unknownProgram_isNamedWithThoseThatThereAre() throws Exception {
        CommandLineRun.Result result = verify(compile(SOURCE, "bpf"), "--program", "none");
        assertThat(result.status()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("'none'").contains("checked, unchecked, nothing");
    }
}
