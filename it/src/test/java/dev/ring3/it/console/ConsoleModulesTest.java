package dev.ring3.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of the console that compute, in the browser that runs them. */
class ConsoleModulesTest {
    @TempDir
    private static Path folder;

    private static ConsoleSite site;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Chromium.isInstalled(), "no /usr/bin/chromium here");
        site = ConsoleSite.start(folder);
        site.tab().open(site.address());
    }

    @AfterAll
    static void stop() {
        if (site != null) {
            site.close();
        }
    }

    private static String call(String module, String expression) {
        return site.tab().evaluate("import('/lib/%s.js').then((m) => %s)".formatted(module, expression));
    }

    @Test
    void numbers_haveThreeDigitsAndAUnit() {
        assertThat(call("format", "[0, 999, 1023, 1536, 123456789, 2 ** 60].map(m.bytes).join()"))
                .isEqualTo("0 B,999 B,1 KiB,1.5 KiB,118 MiB,1 EiB");
        assertThat(call("format", "[1, 999, 1500, 2500000, 3e9].map(m.nanos).join()"))
                .isEqualTo("1 ns,999 ns,1.5 µs,2.5 ms,3 s");
        assertThat(call("format", "[3, 9999, 12345, 7e6].map(m.count).join(';')"))
                .isEqualTo("3;9,999;12.3 k;7 M");
        assertThat(call("format", "[5, 65, 3700, 90000].map(m.duration).join()"))
                .isEqualTo("5 s,1 min 5 s,1 h 1 min,1 d 1 h");
        assertThat(call("format", "[m.ago(0, 1000), m.ago(0, 90000), m.ago(3600000, 0)].join()"))
                .isEqualTo("just now,2 min ago,in 1 h");
    }

    @Test
    void modes_areAsLsShowsThem() {
        assertThat(call(
                        "format",
                        "[m.mode('directory', 0o1777), m.mode('regular', 0o4755), m.mode('symlink', 0o2644)].join()"))
                .isEqualTo("drwxrwxrwt,-rwsr-xr-x,lrw-r-Sr--");
    }

    @Test
    void paths_areJoinedAsBytes() {
        assertThat(call("paths", "m.full({ path: '/a b' }, m.join('%FF', 'c&d'))"))
                .isEqualTo("/a%20b/%FF/c%26d");
        assertThat(call("paths", "m.full({ path: '/' }, '')")).isEqualTo("/");
        assertThat(call("paths", "m.readable('%FFx%0A%3C')")).isEqualTo("\ufffdx\u240a<");
    }

    @Test
    void quantiles_areThoseOfTheServer() {
        assertThat(call("metrics", "m.quantile([[1, 0, 0], [98, 0, 1]], [10, 20], 0.5)"))
                .isEqualTo("10");
        assertThat(call("metrics", "m.quantile([[1, 0, 0], [98, 0, 1]], [10, 20], 1)"))
                .isEqualTo("20");
        assertThat(call("metrics", "m.quantile([[0, 0, 0]], [10, 20], 0.5)")).isEqualTo("undefined");
    }

    /** 1 has snapshots 2 and 3, was rolled back to 2 with 4 kept; 5 is a writable copy of 2; 9 is of another family. */
    private static final String FAMILY = """
            [[1, 0, 0], [2, 1, 1], [3, 1, 2], [4, 1, 3], [5, 2, 4], [9, 0, 5]].map(([id, of, at]) => ({ id, name: String(id), created: at,
              snapshotOf: of || undefined, readOnly: ![1, 5, 9].includes(id) }))""";

    private static final String NODES = """
            [[100, 0, 2], [99, 100, 3], [98, 99, 4], [97, 100, 1], [96, 100, 5], [50, 0, 9]].map(([id, parent, shown]) =>
              ({ id, parent: parent || undefined, shownBy: [{ id: shown }] }))""";

    @Test
    void graph_showsDescent() {
        assertThat(call("graph", "m.family(%s, 1).map((s) => s.id).join()".formatted(FAMILY)))
                .isEqualTo("1,2,3,4,5");
        assertThat(call(
                        "graph",
                        "m.layout(%s, %s, 1).edges.map((e) => `${e.from.subvolume.id}>${e.to.subvolume.id}`).sort().join()"
                                .formatted(FAMILY, NODES)))
                .isEqualTo("2>1,2>3,2>5,3>4");
        assertThat(call(
                        "graph",
                        "m.layout(%s, %s, 1).points.map((p) => `${p.subvolume.id}:${p.column}/${p.lane}`).sort().join()"
                                .formatted(FAMILY, NODES)))
                .isEqualTo("1:3/0,2:0/0,3:1/2,4:2/2,5:3/1");
    }

    /** A snapshot of what was rolled back shows the same state as the one that was gone back to, and is nobody's origin. */
    @Test
    void graph_afterARollback_leadsNowhereBackInTime() {
        String later = "[...%s, { id: 6, name: '6', created: 6, snapshotOf: 1, readOnly: true }]".formatted(FAMILY);
        String nodes =
                "%s.map((n) => n.id === 100 ? { ...n, shownBy: [{ id: 2 }, { id: 6 }] } : n)".formatted(NODES.strip());
        assertThat(call(
                        "graph",
                        "m.layout(%s, %s, 1).edges.every((e) => e.from.column <= e.to.column)".formatted(later, nodes)))
                .isEqualTo("true");
        assertThat(call(
                        "graph",
                        "m.layout(%s, %s, 1).edges.map((e) => `${e.from.subvolume.id}>${e.to.subvolume.id}`).sort().join()"
                                .formatted(later, nodes)))
                .isEqualTo("2>3,2>5,2>6,3>4,6>1");
    }
}
