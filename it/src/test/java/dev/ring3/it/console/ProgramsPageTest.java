package dev.ring3.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.hook.HookTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs as the console attaches, shows and detaches them, and what becomes of operations. */
class ProgramsPageTest {
    private static final Path CLANG = Path.of("/usr/bin/clang-19");
    private static final Path PICTURES = Path.of("target/screenshots");

    /** Refuses to remove anything, counts by user, and writes down the name. */
    private static final String KEEPER = """
            struct seen { __u32 uid; char name[64]; };
            struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, __u32); __type(value, __u64); } tries SEC(".maps");
            SEC("fs/unlink") int keep(struct ring3_fs *fs) {
                struct seen seen = {.uid = fs->uid};
                __u32 uid = fs->uid;
                __u64 one = 1, *count = bpf_map_lookup_elem(&tries, &uid);
                if (count) __sync_fetch_and_add(count, 1); else bpf_map_update_elem(&tries, &uid, &one, 0);
                ring3_name(RING3_NAME, seen.name, sizeof seen.name);
                ring3_emit(&seen);
                return -EROFS;
            }
            """;

    private static final String UNSAFE =
            "SEC(\"fs/unlink\") int wild(struct ring3_fs *fs) { return *(volatile int *)((char *)fs + 100000); }\n";

    @TempDir
    private Path folder;

    private ConsoleSite site;
    private Tab tab;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Chromium.isInstalled(), "no /usr/bin/chromium here");
        assumeTrue(Files.isExecutable(CLANG), "no " + CLANG + " here");
        site = ConsoleSite.start(folder);
        tab = site.tab();
        site.signIn();
    }

    @AfterEach
    void stop() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    void program_isAttachedWatchedAndDetached() throws Exception {
        site.write("/<b>precious<i>", "content");
        site.show("programs");
        tab.awaitText("No program is attached");
        attach("keeper", KEEPER);
        tab.awaitText("keeper is attached");

        assertThatThrownBy(() -> site.remove("/<b>precious<i>")).hasMessageContaining("Read-only");
        assertThat(site.exists("/<b>precious<i>")).isTrue();
        site.show("programs/keeper");
        tab.awaitText("fs/unlink");
        tab.await("[...document.querySelectorAll('td')].some((td) => td.textContent.includes('(100 %)'))");
        tab.awaitText("tries");
        tab.await("[...document.querySelectorAll('td code')].some((e) => e.textContent.trim() === '1')");
        assertThatThrownBy(() -> site.remove("/<b>precious<i>")).hasMessageContaining("Read-only");
        tab.await("document.querySelector('.records')?.textContent.includes('<b>precious<i>')");
        assertThat(tab.evaluate("document.querySelectorAll('main b').length")).isEqualTo("0");
        tab.awaitText("Press an instruction");
        assertThat(tab.evaluate("document.querySelector('.code .source').textContent"))
                .contains("keep(");
        tab.evaluate("document.querySelectorAll('.insn')[1].click()");
        tab.awaitText("when the verifier came here first");
        for (String look : new String[] {"light", "dark", "phone"}) {
            tab.show(look.equals("phone") ? 390 : 1360, look.equals("dark"));
            tab.picture(PICTURES.resolve("programs-keeper-%s.png".formatted(look)));
            assertThat(ConsoleTest.accessibility(tab)).isEmpty();
        }
        tab.show(1360, false);

        tab.click("Detach keeper");
        tab.awaitText("What they refused is allowed again");
        tab.evaluate("document.querySelector('dialog button[type=submit]').click()");
        tab.awaitText("keeper is detached");
        site.remove("/<b>precious<i>");
        assertThat(site.exists("/<b>precious<i>")).isFalse();
        assertThat(tab.errors()).isEmpty();
    }

    @Test
    void unsafeProgram_isRefusedWithWhatTheVerifierKnew() throws Exception {
        site.show("programs");
        attach("wild", UNSAFE);
        tab.await("!!document.querySelector('dialog [role=alert]')");
        assertThat(tab.evaluate("document.querySelector('dialog [role=alert]').textContent"))
                .contains("wild");
        assertThat(tab.evaluate("document.querySelector('dialog .log').textContent"))
                .contains("100000");
        assertThat(ConsoleTest.accessibility(tab)).isEmpty();
        tab.picture(PICTURES.resolve("programs-refused.png"));
        tab.press("Escape");
        tab.awaitText("No program is attached");
    }

    private void attach(String name, String source) throws IOException, InterruptedException {
        tab.click("Attach a program");
        tab.choose("[name=object]", compile(name, source));
        tab.fill("name", name);
        tab.click("Verify and attach");
    }

    private Path compile(String name, String source) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("ring3.h"), HookTypes.header());
        Files.writeString(folder.resolve("program.c"), "#include \"ring3.h\"\n" + source);
        Path object = folder.resolve(name + ".bpf.o");
        Process clang = new ProcessBuilder(
                        CLANG.toString(), "-O2", "-g", "-target", "bpf", "-c", "program.c", "-o", object.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(clang.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(clang.waitFor()).as(output).isZero();
        return object;
    }
}
