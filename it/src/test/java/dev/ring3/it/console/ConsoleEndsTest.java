package dev.ring3.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the console begins and ends: who is not signed in, and a server that goes away. */
class ConsoleEndsTest {
    @TempDir
    private Path folder;

    private ConsoleSite site;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Chromium.isInstalled(), "no /usr/bin/chromium here");
        site = ConsoleSite.start(folder);
    }

    @AfterEach
    void stop() {
        if (site != null) {
            site.close();
        }
    }

    @Test
    void whoIsNotSignedIn_isToldHow() throws Exception {
        site.tab().open(site.address());
        site.tab().awaitText("Sign in");
        site.tab().picture(Path.of("target/screenshots/sign-in.png"));

        assertThat(site.tab().text()).contains("./ring3").doesNotContain("Overview");
    }

    @Test
    void serverThatGoesAway_isMissed() throws Exception {
        site.signIn();
        site.stopServer();
        site.tab().awaitText("The server does not answer");
        site.tab().picture(Path.of("target/screenshots/server-gone.png"));

        assertThat(site.tab().text()).contains("Overview");
    }
}
