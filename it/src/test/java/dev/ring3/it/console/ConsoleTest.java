package dev.ring3.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the console shows and does, as a browser has it, with a server behind it. */
class ConsoleTest {
    private static final Path PICTURES = Path.of("target/screenshots");
    private static final String PWNED = "document.documentElement.dataset.pwned=1";

    /** Names that would do something if they were taken for anything but text. */
    private static final List<String> HOSTILE = List.of(
            "<img src=x onerror=" + PWNED + ">",
            "<script>" + PWNED + "<\\script>",
            "\" onmouseover=\"" + PWNED + "\" x=\"",
            "javascript:" + PWNED,
            "${" + PWNED + "}",
            "%3Cimg src=x%3E%2e%2e%2f",
            "a&path=b#c?d=e+f",
            "..\\..\\etc",
            "line\nbreak\ttab",
            "\u202egpj.exe",
            "weiß 日本 🦀");

    @TempDir
    private static Path folder;

    private static ConsoleSite site;
    private static Tab tab;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Chromium.isInstalled(), "no /usr/bin/chromium here");
        site = ConsoleSite.start(folder);
        tab = site.tab();
        site.makeDirectory("docs");
        site.write("/docs/plan.txt", "first\n");
        site.signIn();
    }

    @AfterAll
    static void stop() {
        if (site != null) {
            site.close();
        }
    }

    /** Whatever a test did, the browser found nothing wrong with it. */
    @AfterEach
    void nothingWentWrong() {
        List<String> errors = tab.errors();
        tab.forgetErrors();
        tab.evaluate("document.querySelector('dialog')?.close()");
        assertThat(errors).isEmpty();
    }

    @Test
    void pages_inEveryWidthAndTheme_loadAndAreAccessible() throws IOException {
        site.write("/docs/looked-at.txt", "looked at\n");
        List<String> findings = new ArrayList<>();
        for (String page : pages()) {
            for (String look : List.of("light", "dark", "phone")) {
                tab.show(look.equals("phone") ? 390 : 1360, look.equals("dark"));
                site.show(page);
                accessibility()
                        .lines()
                        .map(line -> "%s, %s: %s".formatted(page, look, line))
                        .forEach(findings::add);
                assertThat(tab.text()).doesNotContain("NaN", "undefined", "[object");
                tab.picture(PICTURES.resolve("%s-%s.png".formatted(page.replaceAll("[^a-z0-9]+", "-"), look)));
            }
        }
        tab.show(1360, false);

        assertThat(findings).isEmpty();
    }

    /** Those that the navigation has, and what is behind their tabs. */
    private static List<String> pages() {
        site.show("overview");
        List<String> pages = new ArrayList<>(tab.evaluate(
                        "[...document.querySelectorAll('.nav a')].map((a) => a.getAttribute('href').slice(2)).join('\\n')")
                .lines()
                .toList());
        assertThat(pages).contains("overview", "volume", "clients", "jobs");
        pages.addAll(List.of("volume/1/files", "volume/1/diff", "volume/1/usage", "volume/1/settings"));
        return pages;
    }

    private static String accessibility() throws IOException {
        return accessibility(tab);
    }

    /** What is wrong with a page for those who cannot see it well, a line each. */
    static String accessibility(Tab tab) throws IOException {
        try (InputStream in = ConsoleTest.class.getResourceAsStream("accessibility.js")) {
            return tab.evaluate(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void accessibilityCheck_findsSeededFaults() throws IOException {
        site.show("jobs");
        tab.evaluate("""
                (() => { const add = (tag, set, parent = 'main') => { const e = document.createElement(tag); set(e);
                    e.dataset.seeded = 1; document.querySelector(parent).append(e); return e; };
                  add('button', (e) => { e.style.width = e.style.height = '20px'; });
                  add('input', () => {});
                  add('p', (e) => { e.textContent = 'pale'; e.style.color = '#aaa'; e.style.background = '#fff'; });
                  add('p', (e) => { e.id = 'main'; e.textContent = 'twice'; });
                  add('h5', () => {}); add('h1', (e) => { e.textContent = 'another'; });
                  add('p', (e) => { e.textContent = '7'; e.className = 'value'; });
                  add('div', (e) => { e.style.width = '4000px'; e.textContent = 'wide'; e.tabIndex = 3; }); })()""");

        String findings = accessibility();
        tab.evaluate("document.querySelectorAll('[data-seeded]').forEach((e) => e.remove())");

        assertThat(findings)
                .contains("has no name: <button", "has no name: <input", "contrast of 2.", "the id is twice there")
                .contains("2 first headings", "a number that does not say what it is", "pixels wide")
                .contains("changes the order of the keyboard");
    }

    @Test
    void errorsOfThePage_areNoticed() {
        tab.evaluate("console.log('seeded')");
        tab.evaluate("setTimeout(() => { throw new Error('seeded as well'); }, 0)");
        tab.evaluate("new Promise((done) => setTimeout(done, 50))");

        assertThat(tab.errors()).anyMatch(e -> e.contains("seeded")).anyMatch(e -> e.contains("seeded as well"));
        tab.forgetErrors();
    }

    @Test
    void policy_letsNoTextBecomeMarkup() {
        String attempt = """
                (() => { const e = document.createElement('p');
                  try { %s; return 'allowed'; } catch (error) { return error.name; } })()""";

        assertThat(tab.evaluate(attempt.formatted("e.innerHTML = '<b>x</b>'"))).isEqualTo("TypeError");
        assertThat(tab.evaluate(attempt.formatted("e.setAttribute('onclick', 'document.title = 1')")))
                .isEqualTo("TypeError");
        assertThat(tab.evaluate("fetch('http://127.0.0.2:1/').then(() => 'allowed', () => 'refused')"))
                .isEqualTo("refused");
        assertThat(tab.errors()).anyMatch(error -> error.contains("connect-src"));
        tab.forgetErrors();
    }

    @Test
    void hostileNames_areShownAsText() throws IOException {
        site.makeDirectory("hostile");
        var directory = site.find("/hostile").node();
        for (String name : HOSTILE) {
            site.write(directory, name.getBytes(StandardCharsets.UTF_8), "content of " + HOSTILE.indexOf(name));
        }
        site.write(directory, new byte[] {(byte) 0xff, '<', 'b', '>', (byte) 0xfe}, "content of bytes");
        site.show("volume/1/files?path=hostile");
        tab.await("document.querySelectorAll('tbody tr').length === " + (HOSTILE.size() + 1));
        tab.picture(PICTURES.resolve("hostile-names.png"));

        String text = tab.text();
        assertThat(text)
                .contains(
                        HOSTILE.getFirst(),
                        HOSTILE.get(1),
                        "\ufffd<b>\ufffd",
                        "line\u240abreak\u2409tab",
                        "\ufffdgpj.exe");
        assertThat(tab.evaluate("document.querySelectorAll('main img, main script, main b').length"))
                .isEqualTo("0");
        assertThat(tab.evaluate("[...document.querySelectorAll('main a')].every((a) => a.protocol === 'http:')"))
                .isEqualTo("true");
        assertThat(tab.evaluate("document.documentElement.dataset.pwned")).isEqualTo("undefined");
        // Each can be downloaded all the same, by the link beside it.
        String contents = tab.evaluate("""
                Promise.all([...document.querySelectorAll('a[download]')].map((a) => fetch(a.href).then((r) => r.text())))
                  .then((all) => all.sort().join('\\n'))""");
        List<String> expected = new ArrayList<>(List.of("content of bytes"));
        HOSTILE.forEach(name -> expected.add("content of " + HOSTILE.indexOf(name)));
        assertThat(contents.lines()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(accessibility()).isEmpty();
    }

    @Test
    void subvolume_snapshotChangeDiffRollback_goTogether() throws IOException {
        site.show("volume");
        tab.click("Create a subvolume");
        tab.fill("path", "/crew");
        tab.click("Create");
        tab.awaitText("Subvolume created");
        assertThat(site.exists("/crew")).isTrue();
        site.write("/crew/kept", "old\n");
        site.write("/crew/lost", "lost\n");

        tab.click("crew 0 B");
        tab.await("document.querySelector('.chosen').textContent.includes('/crew')");
        tab.click("Take a snapshot");
        tab.fill("name", "before");
        tab.click("Take the snapshot");
        tab.awaitText("Snapshot taken");
        assertThat(site.read("/crew/.snapshots/before/kept")).isEqualTo("old\n");

        site.write("/crew/kept", "new content\n");
        site.write("/crew/added", "added\n");
        tab.click("Compare before with now");
        tab.awaitText("/added");
        tab.awaitText("1 added");
        tab.picture(PICTURES.resolve("differences.png"));

        tab.click("Snapshots");
        tab.click("before");
        tab.await("document.querySelector('.picked h3')?.textContent === 'before'");
        tab.click("Roll back to it");
        tab.awaitText("made since disappear from it");
        assertThat(tab.text()).contains("1 files and directories made since disappear");
        assertThat(accessibility()).isEmpty();
        tab.picture(PICTURES.resolve("rollback.png"));
        tab.fill("keepAs", "after");
        tab.click("Roll back");
        tab.awaitText("Rolled back to before");

        assertThat(site.read("/crew/kept")).isEqualTo("old\n");
        assertThat(site.exists("/crew/added")).isFalse();
        assertThat(site.read("/crew/.snapshots/after/kept")).isEqualTo("new content\n");
        tab.awaitText("after");
        tab.picture(PICTURES.resolve("timeline.png"));

        tab.click("after");
        tab.await("document.querySelector('.picked h3').textContent === 'after'");
        tab.click("Delete");
        tab.awaitText("Delete this snapshot?");
        tab.evaluate("document.querySelector('dialog button[type=submit]').click()");
        tab.awaitText("Deleted");
        assertThat(site.exists("/crew/.snapshots/after")).isFalse();
    }

    @Test
    void slider_showsFilesAsTheyWere() throws IOException {
        site.makeDirectory("slid");
        site.write("/slid/a", "1");
        site.show("volume/1");
        tab.click("Take a snapshot");
        tab.fill("name", "early");
        tab.click("Take the snapshot");
        tab.awaitText("Snapshot taken");
        site.write("/slid/b", "2");
        site.show("volume/1/files?path=slid");
        tab.await("document.querySelectorAll('tbody tr').length === 2");
        tab.await("!!document.querySelector('#when')");

        tab.set("#when", "0");
        tab.await("document.querySelectorAll('tbody tr').length === 1");
        assertThat(tab.evaluate("document.querySelector('#when').getAttribute('aria-valuetext')"))
                .startsWith("early, ");
        tab.picture(PICTURES.resolve("slider.png"));
        assertThat(accessibility()).isEmpty();
    }

    @Test
    void upload_isSeenByOthers() throws IOException {
        Path file = Files.writeString(folder.resolve("up load.txt"), "uploaded\n");
        site.makeDirectory("inbox");
        site.show("volume/1/files?path=inbox");
        tab.awaitText("Empty");
        tab.choose("input[type=file]", file);
        tab.awaitText("up load.txt");

        assertThat(site.read("/inbox/up load.txt")).isEqualTo("uploaded\n");
    }

    @Test
    void job_isStartedAndFollowed() {
        site.show("jobs");
        tab.click("Check");
        tab.awaitText("Holds all metadata against its invariants");
        tab.click("Start");
        tab.await("[...document.querySelectorAll('.badge')].some((b) => b.textContent === 'done')");
        tab.awaitText("POST /api/v1/jobs");
    }

    @Test
    void schedule_isAdded_takesASnapshotAtOnce_andIsRemoved() throws IOException {
        String planned = tab.evaluate("""
                fetch('/api/v1/subvolumes', { method: 'POST', headers: { 'X-Ring3': '1', 'Content-Type': 'application/json' },
                  body: JSON.stringify({ path: '/planned' }) }).then((r) => r.json()).then((s) => s.id)""");
        site.write("/planned/kept", "kept\n");
        site.show("jobs");
        tab.click("Add a schedule");
        tab.set("select[name=subvolume]", planned);
        tab.fill("keepHourly", "3");
        tab.click("Add");
        tab.awaitText("Schedule added");
        tab.await("document.querySelector('[aria-label=Schedules] tbody')?.textContent.includes('/planned')");
        tab.await(
                "fetch('/api/v1/subvolumes').then((r) => r.json()).then((a) => a.subvolumes.map((s) => s.name).join())"
                        + ".then((names) => names.includes('auto-'))");
        String name = tab.evaluate("fetch('/api/v1/subvolumes').then((r) => r.json())"
                + ".then((a) => a.subvolumes.map((s) => s.name).find((n) => n.startsWith('auto-')))");
        String snapshot = "/planned/.snapshots/%s/kept".formatted(name);
        assertThat(site.read(snapshot)).isEqualTo("kept\n");
        assertThat(tab.text()).doesNotContain("undefined");
        tab.picture(PICTURES.resolve("schedules.png"));

        tab.click("Remove the schedule of /planned");
        tab.click("Remove");
        tab.awaitText("No schedule");
        assertThat(site.exists(snapshot)).isTrue();
    }

    @Test
    void refusal_ofTheServer_isShownWhereItWasAsked() {
        site.show("volume");
        tab.click("Create a subvolume");
        tab.fill("path", "/not/there");
        tab.click("Create");
        tab.await("!!document.querySelector('dialog [role=alert]')");
        assertThat(tab.evaluate("document.querySelector('dialog [role=alert]').textContent"))
                .contains("ENOENT");
        tab.press("Escape");
        tab.await("!document.querySelector('dialog')");
        // The browser writes down each request that was refused.
        assertThat(tab.errors()).hasSize(1).allMatch(error -> error.contains("404"));
        tab.forgetErrors();
    }

    @Test
    void keyboard_reachesEverything() {
        site.show("overview");
        tab.evaluate("document.activeElement.blur()");
        List<String> reached = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            tab.press("Tab");
            reached.add(tab.evaluate("document.activeElement.textContent.trim()"));
        }
        assertThat(reached).contains("To the content", "Overview", "Volume", "Clients", "Jobs");
        tab.evaluate("[...document.querySelectorAll('.nav a')].find((a) => a.textContent.includes('Volume')).focus()");
        tab.press("Enter");
        tab.awaitText("Take a snapshot");
        tab.evaluate(
                "[...document.querySelectorAll('button')].find((b) => b.textContent === 'Take a snapshot').focus()");
        tab.press("Enter");
        tab.await("document.activeElement?.name === 'name'");
        for (int i = 0; i < 6; i++) {
            tab.press("Tab");
            assertThat(tab.evaluate(
                            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"))
                    .isEqualTo("true");
        }
        tab.press("Escape");
        tab.await("!document.querySelector('dialog')");
    }

    @Test
    void cache_showsWhichPartsOfFilesAreInMemory_andWhichAreUsedMost() throws IOException {
        site.write("/docs/cached", "x".repeat(300_000));
        // One use in eight is looked at: that none of so many is, does not happen.
        for (int i = 0; i < 400; i++) {
            site.write("/docs/hot", "x");
        }
        site.show("cache");
        tab.await("document.querySelector('[aria-label=\"Hot files\"] tbody')?.textContent.includes('/docs/hot')");
        tab.awaitText("S3-FIFO");
        tab.awaitText("Files in memory");
        tab.awaitText("/docs/cached");
        tab.await("!!document.querySelector('.strip rect[data-state]')");
        for (String look : List.of("light", "dark", "phone")) {
            tab.show(look.equals("phone") ? 390 : 1360, look.equals("dark"));
            tab.picture(PICTURES.resolve("cache-files-%s.png".formatted(look)));
            assertThat(accessibility()).isEmpty();
        }
        tab.show(1360, false);
        assertThat(tab.evaluate("document.querySelector('.strip').getAttribute('aria-label')"))
                .contains("in memory");
    }

    @Test
    void operations_areCountedAndShown() throws IOException {
        site.write("/docs/counted", "x".repeat(100_000));
        site.show("overview");
        tab.awaitText("Operations by type");
        tab.await("[...document.querySelectorAll('tbody td')].some((td) => td.textContent.trim() === 'write')");
        String metrics = tab.evaluate("fetch('/metrics').then((r) => r.text())");
        assertThat(metrics).containsPattern("ring3_vfs_operations_total\\{operation=\"write\"\\} [1-9]");
        tab.evaluate("document.querySelector('.tile .term').focus()");
        tab.await("!document.getElementById('tooltip').hidden");
        assertThat(tab.evaluate("document.getElementById('tooltip').textContent"))
                .contains("bytes per second");
    }
}
