package dev.ring3.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Litmus tests as the console picks, checks and draws them. */
class LitmusPageTest {
    private static final Path PICTURES = Path.of("target/screenshots");

    @TempDir
    private static Path folder;

    private static ConsoleSite site;
    private static Tab tab;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Chromium.isInstalled(), "no /usr/bin/chromium here");
        site = ConsoleSite.start(folder);
        tab = site.tab();
        site.signIn();
    }

    @AfterAll
    static void stop() {
        if (site != null) {
            site.close();
        }
    }

    private static String arrows(String relation) {
        return tab.evaluate(
                "document.querySelectorAll('.relation[data-relation=\"%s\"] path').length".formatted(relation));
    }

    @Test
    void test_isPickedCheckedAndSeen() throws Exception {
        site.show("litmus");
        tab.awaitText("What is forbidden");
        for (String look : List.of("light", "dark", "phone")) {
            tab.show(look.equals("phone") ? 390 : 1360, look.equals("dark"));
            tab.picture(PICTURES.resolve("litmus-forbidden-%s.png".formatted(look)));
            assertThat(ConsoleTest.accessibility(tab)).isEmpty();
        }
        tab.show(1360, false);
        assertThat(arrows("rf")).isEqualTo("2");
        tab.click("rf");
        assertThat(arrows("rf")).isEqualTo("0");
        tab.click("rf");
        assertThat(arrows("rf")).isEqualTo("2");

        tab.set("[name=pick]", "SB");
        tab.awaitText("sometimes");
        assertThat(tab.evaluate("document.querySelectorAll('.chip[aria-pressed]').length > 4"))
                .isEqualTo("true");
        tab.picture(PICTURES.resolve("litmus-allowed.png"));
        assertThat(ConsoleTest.accessibility(tab)).isEmpty();

        tab.set("[name=text]", "BPF mine\n{}\n P0 | P1 ;\n nonsense | ;\nexists (x=1)\n");
        tab.click("Check");
        tab.await("!!document.querySelector('[role=alert]')");
        assertThat(tab.evaluate("document.querySelector('[role=alert]').textContent"))
                .contains("4");
        assertThat(tab.errors()).allMatch(error -> error.contains("422")); // the browser notes the refusal itself
        tab.forgetErrors();
    }
}
