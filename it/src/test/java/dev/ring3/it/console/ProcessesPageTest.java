package dev.ring3.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that uses a mount, as the console shows it: what it has open, where it works, and how it ends. */
class ProcessesPageTest {
    @TempDir
    private Path folder;

    private ConsoleSite site;
    private Tab tab;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Chromium.isInstalled(), "no /usr/bin/chromium here");
        assumeTrue(ConsoleSite.canMount(), "no mount here: FUSE wants root and /dev/fuse");
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
    void holderOfAFile_isShownWithIt_andHowItEnded() throws Exception {
        Path mount = folder.resolve("mnt");
        Files.writeString(mount.resolve("held.txt"), "content\n");
        // It inherits a descriptor that another process opened, and works in the mount.
        Process holder = new ProcessBuilder("bash", "-c", "exec 3<held.txt; rm held.txt; exec sleep 600")
                .directory(mount.toFile())
                .start();
        try {
            site.show("processes");
            tab.awaitText(mount.resolve("held.txt").toString());
            tab.await(row(holder, "sleep")); // it is in the list, and so it is watched
            tab.await(row(holder, "has lost this name"));
            tab.await(row(holder, "works in"));
            for (String look : List.of("light", "dark", "phone")) {
                tab.show(look.equals("phone") ? 390 : 1360, look.equals("dark"));
                tab.picture(Path.of("target/screenshots/processes-held-%s.png".formatted(look)));
                assertThat(ConsoleTest.accessibility(tab)).isEmpty();
            }
            tab.show(1360, false);
        } finally {
            holder.destroyForcibly().waitFor();
        }
        tab.await(row(holder, "signal 9"));
        tab.awaitNoText(mount.resolve("held.txt").toString());
        assertThat(tab.errors()).isEmpty();
    }

    /** True if a row of a table has the number of a process and a text. */
    private static String row(Process process, String text) {
        return "[...document.querySelectorAll('tbody tr')].some((r) => r.textContent.includes('%d') && r.textContent.includes('%s'))"
                .formatted(process.pid(), text);
    }
}
