package dev.ring3.it.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** {@code ./ring3 bench bpf}, all of it, too shortly to say anything but that it works. */
class BenchBpfTest {
    private static final Pattern MEASURED =
            Pattern.compile("\"engine\": \"(\\S+)\",\\s+\"outcome\": \"measured\"", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private RealLauncher launcher;

    @BeforeEach
    void prepare() throws Exception {
        launcher = new RealLauncher(folder);
        launcher.prepare();
    }

    private void requireClang() throws Exception {
        boolean found = launcher.run("for c in clang clang-19; do $c -print-targets && exit; done; exit 1")
                        .status()
                == 0;
        assumeTrue(found, "no clang is installed, with which benchmarks are compiled");
    }

    @Test
    void quickRun_everyEngine_returnsTheSameAndIsReported() throws Exception {
        requireClang();
        String plugin = RealLauncher.root().resolve("ring3-bpf-plugin").toString();
        RealLauncher.Result run =
                launcher.run("./ring3 bench bpf --quick --programs siphash,calls --maps hash --json report.json"
                        + " --svg picture.svg --peer 'plugin=" + plugin + " --engine jit' 2>progress.txt");
        assertThat(run.status()).as(run.text()).isZero();
        assertThat(run.text())
                .contains("siphash", "calls", "Goals", "not measured", "hash", "first-result", "s in all.");
        assertThat(folder.resolve("progress.txt")).content().contains("siphash in Ring3 JIT, verified, fork 1 of 1");

        String json = Files.readString(folder.resolve("report.json"));
        assertThat(json).startsWith("{\n  \"schema\": \"ring3.bench.bpf/1\"").doesNotContain("wrong result");
        assertThat(MEASURED.matcher(json).results().map(match -> match.group(1)))
                .contains("interpreter", "jit", "jit-checked", "plugin");

        Document picture = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("picture.svg").toFile());
        assertThat(picture.getDocumentElement().getTextContent()).contains("siphash", "calls", "Ring3 JIT, verified");
    }

    @Test
    void wrongPeer_isTold_andTheStatusIsNegative() throws Exception {
        requireClang();
        Path peer = Files.writeString(folder.resolve("wrong.sh"), "#!/bin/sh\necho 2a; echo ns_per_run 1\n");
        Files.setPosixFilePermissions(peer, PosixFilePermissions.fromString("rwx------"));
        RealLauncher.Result run = launcher.run(
                "./ring3 bench bpf --quick --parts programs --programs siphash --engines jit --peer 'wrong=" + peer
                        + "'");
        assertThat(run.status()).as(run.text()).isEqualTo(1);
        assertThat(run.text()).contains("siphash in wrong: wrong result 0x2a instead of 0x5795b6e1a0e5e0d6");
    }

    @Test
    void withoutCompiler_programsAreMissing_mapsAreMeasured() throws Exception {
        RealLauncher.Result none = launcher.run("./ring3 bench bpf --quick --parts programs --clang absent");
        assertThat(none.status()).isEqualTo(3);
        assertThat(none.text()).contains("install clang");

        RealLauncher.Result maps = launcher.run(
                "./ring3 bench bpf --quick --parts programs,maps --maps lru-hash --engines jit --clang absent --json -");
        assertThat(maps.status()).as(maps.text()).isZero();
        assertThat(maps.text()).contains("\"map\": \"lru-hash\"", "programs: no clang");
    }
}
