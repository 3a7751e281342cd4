package dev.ring3.cli;

import static dev.ring3.cli.CommandLineRun.ring3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BpfTypesTest {
    @TempDir
    private Path directory;

    @Test
    void types_areListed() {
        CommandLineRun.Result result = ring3("bpf", "types");
        assertThat(result.status()).isZero();
        assertThat(result.out())
                .startsWith("TYPE ")
                .containsPattern("(?m)^memory +memory, its length +any number +\\d+")
                .containsPattern("(?m)^fs +struct ring3_fs +\\[-4095, 0] +\\d+ +fs/lookup, ")
                .containsPattern("(?m)^xdp +struct xdp_md +any number +\\d+ +xdp, ");
    }

    @Test
    void everyType_hasAUsualSection() {
        assertThat(TypeNames.types())
                .filteredOn(type -> !type.equals(ProgramTypes.MEMORY))
                .allSatisfy(type ->
                        assertThat(UsualSections.of(type)).as(type.name()).isNotEmpty());
    }

    @Test
    void type_isDescribed() {
        assertThat(ring3("bpf", "types", "tc").out())
                .contains("sections     tc, ")
                .containsPattern(" 8 +mark +4 bytes +read, write +number")
                .containsPattern(" 76 +data +4 bytes +read +the first byte of the packet")
                .containsPattern(" 1\\* bpf_map_lookup_elem");
        assertThat(ring3("bpf", "types", "sched-cls").out()).contains("__sk_buff");
    }

    @Test
    void header_isC() {
        assertThat(ring3("bpf", "types", "xdp", "--header").out())
                .contains("#ifndef")
                .contains("struct xdp_md {");
        assertThat(ring3("bpf", "types", "cache", "--header").out()).contains("struct ring3_cache {");
        assertThat(ring3("bpf", "types", "--header").status()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void btf_isThatOfTheContext() throws IOException {
        Path file = directory.resolve("fs.btf");
        assertThat(ring3("bpf", "types", "fs", "--btf", file.toString()).status())
                .isZero();
        Btf btf = Btf.parse(Files.readAllBytes(file));
        assertThat(btf.find(BtfKind.STRUCT, "ring3_fs")).isPresent();
        CommandLineRun.Result memory = ring3("bpf", "types", "memory", "--btf", file.toString());
        assertThat(memory.status()).isEqualTo(ExitCode.USAGE);
        assertThat(memory.err()).contains("no structure");
    }

    @Test
    void json_namesItsSchema() {
        assertThat(ring3("bpf", "types", "fs", "--json").out())
                .contains("\"schema\": \"ring3.bpf.types/1\"")
                .contains("\"result_min\": -4095")
                .contains("\"name\": \"bpf_map_lookup_elem\"");
    }

    @Test
    void unknownType_isNamed() {
        CommandLineRun.Result result = ring3("bpf", "types", "none");
        assertThat(result.status()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("'none'");
    }
}
