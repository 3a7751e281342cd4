package dev.ring3.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.Export.Squash;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What exports NFS gets of what people write. */
class NfsAccessTest {
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress EVERYWHERE = new InetSocketAddress(0);
    private static final NfsExportRule USUAL = NfsExportRule.ofVolume("root", false, List.of());

    private static NfsExportRule rule(String text) {
        return NfsExportRule.parse(text, USUAL);
    }

    private static NfsAccess access(InetSocketAddress address, String... rules) {
        return new NfsAccess(
                address, List.of(rules).stream().map(NfsAccessTest::rule).toList(), Optional.empty());
    }

    @Test
    void words_sayWhatHoldsForAnExport() {
        assertThat(rule("/p ro async insecure squash=all client=10.0.0.0/8  client=fd00::/8"))
                .isEqualTo(new NfsExportRule("/p", true, true, true, Squash.ALL, List.of("10.0.0.0/8", "fd00::/8")));
        NfsExportRule usual = NfsExportRule.ofVolume("none", true, List.of("10.1.2.3"));
        assertThat(NfsExportRule.parse("/p/q", usual))
                .isEqualTo(new NfsExportRule("/p/q", false, false, true, Squash.NONE, List.of("10.1.2.3")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "p", "ro /p", "/p wo", "/p squash=some", "/p squash=ROOT", "/p client=10.0.0.0/99"})
    void nonsense_isRefused(String text) {
        assertThatThrownBy(() -> rule(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void exports_haveToFitEachOtherAndTheAddress() {
        assertThatThrownBy(() -> access(LOOPBACK, "/", "/p")).hasMessageContaining("not both");
        assertThatThrownBy(() -> access(LOOPBACK, "/p", "/p ro")).hasMessageContaining("twice");
        assertThatThrownBy(() -> access(LOOPBACK, "/p", "/q", "/p/a")).hasMessageContaining("found in it");
        assertThatThrownBy(() -> access(EVERYWHERE, "/p client=10.0.0.0/8", "/q"))
                .hasMessageContaining("which of them may come");
        assertThat(access(EVERYWHERE, "/p client=10.0.0.0/8").exports()).hasSize(1);
    }

    @Test
    void options_haveTheRootsOfSubvolumes_andLeaveOutWhatIsNotThere() {
        NodeId root = NodeId.rootOf(new SubvolumeId(5));
        List<String> problems = new ArrayList<>();

        List<Export> served = NfsAccess.served(
                access(LOOPBACK, "/p ro squash=none", "/gone").exports(),
                path -> path.equals("/p") ? Optional.of(root) : Optional.empty(),
                problems::add);

        assertThat(access(LOOPBACK, "/p").options(Path.of("/state"), served).exports())
                .containsExactly(Export.LOOPBACK
                        .withPath("/p", root)
                        .withReadOnly(true)
                        .withSquash(Squash.NONE, Export.NOBODY, Export.NOBODY));
        assertThat(problems).singleElement().asString().contains("/gone");
    }
}
