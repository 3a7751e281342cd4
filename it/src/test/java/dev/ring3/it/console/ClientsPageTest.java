package dev.ring3.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.it.nfs.NfsGuest;
import dev.ring3.server.NfsAccess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client of NFS as the console shows and ends it, and what the client has of that. */
class ClientsPageTest {
    @TempDir
    private Path folder;

    private ConsoleSite site;
    private Tab tab;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Chromium.isInstalled(), "no /usr/bin/chromium here");
        NfsAccess access = new NfsAccess(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of(), true);
        site = ConsoleSite.start(folder, options -> options.withNfs(access));
        tab = site.tab();
        site.signIn();
        site.openToAll();
    }

    @AfterEach
    void stop() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    void client_isShownWithWhatItHolds_andEvicted() throws Exception {
        try (NfsGuest guest = NfsGuest.open(site.nfsPort(), "guest.txt")) {
            site.show("clients");
            tab.awaitText("127.0.0.1");
            tab.awaitText("/guest.txt");
            for (String look : List.of("light", "dark", "phone")) {
                tab.show(look.equals("phone") ? 390 : 1360, look.equals("dark"));
                tab.picture(Path.of("target/screenshots/clients-nfs-%s.png".formatted(look)));
                assertThat(ConsoleTest.accessibility(tab)).isEmpty();
            }
            tab.show(1360, false);
            assertThat(guest.isKnown()).isTrue();

            String label = tab.evaluate(
                    "[...document.querySelectorAll('button')].map((b) => b.ariaLabel ?? '').find((l) => l.startsWith('Evict '))");
            tab.click(label);
            tab.awaitText("1 open file is closed");
            assertThat(ConsoleTest.accessibility(tab)).isEmpty();
            tab.picture(Path.of("target/screenshots/clients-evict.png"));
            tab.click("Evict");
            tab.awaitText("is evicted");

            assertThat(guest.isKnown()).isFalse();
            tab.awaitNoText("/guest.txt");
            assertThat(site.exists("/guest.txt")).isTrue();
        }
        assertThat(tab.errors()).isEmpty();
    }
}
