package dev.ring3.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.it.nfs.NfsGuest;
import dev.ring3.server.NfsAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is exported, changed by clicks, and what clients of NFS and mounts have of that. */
class ExportsPageTest {
    private static final String ROWS =
            "document.querySelector('[aria-label=\"NFS exports\"] tbody')?.textContent ?? ''";

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
        site.show("exports");
    }

    @AfterEach
    void stop() {
        if (site != null) {
            site.close();
        }
    }

    private void openByNfs(String file) throws IOException {
        NfsGuest.open(site.nfsPort(), file).close();
    }

    private void looksWell(String name) throws IOException {
        for (String look : List.of("light", "dark", "phone")) {
            tab.show(look.equals("phone") ? 375 : 1360, look.equals("dark"));
            tab.picture(Path.of("target/screenshots/%s-%s.png".formatted(name, look)));
            assertThat(ConsoleTest.accessibility(tab)).isEmpty();
        }
        tab.show(1360, false);
    }

    @Test
    void export_isChangedRemovedAddedAndReset_asClientsSee() throws IOException {
        openByNfs("before.txt");
        tab.click("Change the export of /");
        tab.evaluate("document.querySelector('dialog [name=readOnly]').click()");
        tab.set("select[name=squash]", "all");
        assertThat(ConsoleTest.accessibility(tab)).isEmpty();
        tab.click("Change");
        tab.awaitText("/ is changed");
        tab.await("(%s).includes('read-only') && (%1$s).includes('all')".formatted(ROWS));
        looksWell("exports");
        assertThatThrownBy(() -> openByNfs("refused.txt")).hasMessageContaining("ROFS");

        String made = tab.evaluate("""
                fetch('/api/v1/subvolumes', { method: 'POST', headers: { 'X-Ring3': '1', 'Content-Type': 'application/json' },
                  body: JSON.stringify({ path: '/projects' }) }).then((r) => r.status)""");
        assertThat(made).isEqualTo("201");
        tab.click("Export a subvolume");
        tab.awaitText("Export parts instead of the whole?");
        tab.click("Remove /");
        tab.await("!!document.querySelector('dialog select[name=path] option[value=\"/projects\"]')");
        tab.set("dialog select[name=path]", "/projects");
        tab.fill("clients", "127.0.0.0/8, 10.1.2.3");
        tab.click("Export");
        tab.awaitText("/projects is exported");
        tab.await("(%s).includes('127.0.0.0/8, 10.1.2.3')".formatted(ROWS));

        tab.click("Go back to the exports that the server was started with");
        tab.click("Go back");
        tab.await("(%s).includes('read and write') && !(%1$s).includes('/projects')".formatted(ROWS));
        openByNfs("after.txt");
        assertThat(site.exists("/before.txt")).isTrue();
        assertThat(site.exists("/refused.txt")).isFalse();
        assertThat(site.exists("/after.txt")).isTrue();
        assertThat(tab.errors()).isEmpty();
    }

    @Test
    void network_thatIsNone_isRefusedInTheForm() {
        tab.click("Change the export of /");
        tab.fill("clients", "not a network");
        tab.click("Change");
        tab.await("!!document.querySelector('dialog [role=alert]')");

        assertThat(tab.text()).contains("EINVAL");
        assertThat(tab.errors()).hasSize(1).allMatch(error -> error.contains("400"));
    }

    @Test
    void mount_isMadeUsedAndTakenAway() throws IOException {
        assumeTrue(ConsoleSite.canMount(), "no FUSE for this user here");
        Path second = Files.createDirectory(folder.resolve("second"));
        tab.click("Mount in a directory");
        tab.fill("directory", second.toString());
        tab.evaluate("document.querySelector('dialog [name=readOnly]').click()");
        tab.click("Mount");
        tab.awaitText("Mounted");
        site.write("/seen.txt", "seen\n");

        assertThat(second.resolve("seen.txt")).hasContent("seen\n");
        assertThatThrownBy(() -> Files.writeString(second.resolve("refused"), "x"))
                .isInstanceOf(IOException.class);

        tab.click("Unmount " + second);
        tab.click("Unmount");
        tab.awaitText("Unmounted");
        assertThat(second).isEmptyDirectory();
        assertThat(tab.errors()).isEmpty();
    }
}
