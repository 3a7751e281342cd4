package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools of libnfs, an NFSv4.0 client that we did not write. */
class LibnfsTest extends NfsSuite {
    @TempDir
    private Path folder;

    @BeforeAll
    static void requireTools() {
        for (String tool : List.of("nfs-ls", "nfs-cp", "nfs-cat")) {
            assumeTrue(Files.isExecutable(Path.of("/usr/bin", tool)), "no libnfs-utils here");
        }
    }

    private String url(String name) {
        return "nfs://127.0.0.1/%s?version=4&nfsport=%d".formatted(name, target.port());
    }

    private byte[] run(String... command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("%s ends", List.of(command))
                .isTrue();
        byte[] bytes = Files.readAllBytes(output);
        assertThat(process.exitValue())
                .as(() -> List.of(command) + ": " + new String(bytes, StandardCharsets.UTF_8))
                .isZero();
        return bytes;
    }

    /** Small: the nfs-cp of libnfs 4.0 fails by itself to write 4 KiB and more over NFSv4, also to nfs-ganesha. */
    @Test
    void file_copiedThere_isTheSame() throws Exception {
        byte[] content = utf8("small content");
        Path local = Files.write(folder.resolve("local"), content);
        run("nfs-cp", local.toString(), url(directoryName + "/copied"));
        assertThat(run("nfs-cat", url(directoryName + "/copied"))).isEqualTo(content);
    }

    @Test
    void largeFile_copiedBack_isTheSame() throws Exception {
        Opened file = newFile("large");
        byte[] content = new byte[900_001];
        new Random(1).nextBytes(content);
        file.call(Ops.write(file.stateId(), 0, Ops.Stable.UNSTABLE, content)).ok();
        file.close();
        Path back = folder.resolve("back");
        run("nfs-cp", url(directoryName + "/large"), back.toString());
        assertThat(back).hasBinaryContent(content);
        assertThat(run("nfs-cat", url(directoryName + "/large"))).isEqualTo(content);
    }

    @Test
    void listing_hasNamesAndSizes() throws Exception {
        fileOf("listed", "12345");
        here(Ops.mkdir("folder")).ok();
        String listing = new String(run("nfs-ls", url(directoryName)), StandardCharsets.UTF_8);
        assertThat(listing).containsPattern("-rw-r--r--.* 5 .*listed").containsPattern("drwxr-xr-x.*folder");
    }
}
