package dev.ring3.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.server.Server;
import dev.ring3.server.ServerOptions;
import dev.ring3.server.client.ApiClient;
import dev.ring3.server.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A subvolume that is copied to a second server, by the form that the console has for it. */
class ReplicationPageTest {
    private static final String ROWS = "document.querySelector('[aria-label=Replication] tbody')?.textContent ?? ''";

    @TempDir
    private Path folder;

    private Server target;
    private ApiClient other;
    private ConsoleSite site;
    private Tab tab;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Chromium.isInstalled(), "no /usr/bin/chromium here");
        Path data = folder.resolve("target");
        target = Server.start(
                ServerOptions.of(data).withHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of()));
        other = ApiClient.ofServer(data).orElseThrow();
        site = ConsoleSite.start(folder);
        tab = site.tab();
        site.signIn();
    }

    @AfterEach
    void stop() {
        if (site != null) {
            site.close();
        }
        if (target != null) {
            other.close();
            target.close();
        }
    }

    private String kept(String file) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        String newest = other.get("/api/v1/subvolumes").objects("subvolumes").stream()
                .map(each -> each.text("path"))
                .filter(path -> path.startsWith("/copies/"))
                .max(String::compareTo)
                .orElseThrow();
        other.download("/api/v1/fs/content?path=" + ApiClient.encode(newest + file), content);
        return content.toString(StandardCharsets.UTF_8);
    }

    private void add(String token) {
        tab.click("Add a replication");
        tab.fill("url", other.get("/api/v1/status").text("http"));
        tab.fill("into", "/copies");
        tab.fill("token", token);
        tab.set("dialog select[name=everySeconds]", "0");
    }

    @Test
    void subvolume_isCopiedBySteps_toASecondServer() throws Exception {
        String token = other.call(
                        "POST",
                        "/api/v1/tokens",
                        new JsonObject().put("name", "copies").put("access", "admin"))
                .text("token");
        site.write("/plan.txt", "first\n");
        site.show("jobs");
        tab.awaitText("Nothing is copied to another server");
        add(token);
        assertThat(ConsoleTest.accessibility(tab)).isEmpty();
        tab.picture(Path.of("target/screenshots/replication-form.png"));
        tab.click("Add");
        tab.awaitText("Replication added");
        tab.await("(%s).includes('/copies') && (%1$s).includes('when asked')".formatted(ROWS));

        for (String content : List.of("second\n", "third\n")) {
            site.write("/plan.txt", content);
            tab.await("!!document.querySelector('[aria-label=\"Send / now\"]')");
            long jobs = done();
            tab.click("Send / now");
            tab.click("Send now");
            tab.awaitText("Sending");
            tab.await("[...document.querySelectorAll('.badge')].filter((b) => b.textContent === 'done').length > "
                    + jobs);
            assertThat(kept("/plan.txt")).isEqualTo(content);
        }
        tab.await("(%s).includes('ago') || (%1$s).includes('just now')".formatted(ROWS));
        tab.picture(Path.of("target/screenshots/replication.png"));
        assertThat(ConsoleTest.accessibility(tab)).isEmpty();
        assertThat(tab.text()).doesNotContain(token, "undefined", "NaN");

        tab.click("Remove the replication of /");
        tab.click("Remove");
        tab.awaitText("Nothing is copied to another server");
        assertThat(kept("/plan.txt")).isEqualTo("third\n");
        assertThat(tab.errors()).isEmpty();
    }

    private long done() {
        return Long.parseLong(tab.evaluate(
                "[...document.querySelectorAll('.badge')].filter((b) => b.textContent === 'done').length"));
    }

    @Test
    void tokenThatTheOtherDoesNotKnow_failsTheJob_andIsTold() {
        site.show("jobs");
        add("r3_wrong");
        tab.click("Add");
        tab.awaitText("Replication added");
        tab.click("Send / now");
        tab.click("Send now");
        tab.await("[...document.querySelectorAll('.badge')].some((b) => b.textContent === 'failed')");

        tab.awaitText("this token is not known");
        assertThat(tab.errors()).isEmpty();
    }
}
