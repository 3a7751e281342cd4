package dev.ring3.server.litmus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.server.api.Api;
import dev.ring3.server.http.Audit;
import dev.ring3.server.http.HttpLimits;
import dev.ring3.server.http.Identity;
import dev.ring3.server.http.Method;
import dev.ring3.server.http.Response;
import dev.ring3.server.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LitmusResourceTest {
    private final Volume volume = Volume.inMemory(1 << 24, VolumeOptions.DEFAULT);
    private Api api;

    @BeforeEach
    void start() {
        api = Api.ofServer(
                volume,
                new Vfs(volume),
                (_, _) -> Identity.IN_PROCESS,
                Audit.NONE,
                HttpLimits.DEFAULT,
                InstantSource.system());
        api.add(new LitmusResource());
    }

    @AfterEach
    void end() {
        api.close();
        volume.close();
    }

    private JsonObject ask(int status, Method method, String target, byte[] body) {
        Response response = api.dispatcher().call(method, target, body);
        String text = new String(response.wholeBody(), StandardCharsets.UTF_8);
        assertThat(response.status()).as(text).isEqualTo(status);
        return JsonObject.parse(text);
    }

    private JsonObject check(int status, String test) {
        byte[] body = new JsonObject().put("text", test).toString().getBytes(StandardCharsets.UTF_8);
        return ask(status, Method.POST, "/api/v1/litmus/check", body);
    }

    /** What the literature says of each under a model as weak as Linux's, in which acquiring does not make writes reach all at once. */
    @Test
    void classics_endAsTheLiteratureSays() {
        Map<String, String> observations = new HashMap<>();
        for (JsonObject test :
                ask(200, Method.GET, "/api/v1/litmus/tests", new byte[0]).objects("tests")) {
            observations.put(test.text("name"), check(200, test.text("text")).text("observation"));
        }

        assertThat(observations)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("MP", "Sometimes"),
                        Map.entry("MP+release+acquire", "Never"),
                        Map.entry("MP+release+addr", "Never"),
                        Map.entry("SB", "Sometimes"),
                        Map.entry("SB+atomics", "Never"),
                        Map.entry("LB", "Sometimes"),
                        Map.entry("LB+data", "Never"),
                        Map.entry("WRC", "Never"),
                        Map.entry("IRIW", "Sometimes"),
                        Map.entry("IRIW+acquires", "Sometimes"),
                        Map.entry("2+2W", "Sometimes"),
                        Map.entry("CoRR", "Never")));
    }

    @Test
    void forbidden_isExplained_andItsExecutionDrawn() {
        JsonObject answer = check(200, Classics.ALL.get(1).text());

        assertThat(answer.text("verdict")).isEqualTo("no");
        assertThat(answer.object("explanation").texts("lines")).hasSizeGreaterThan(2);
        List<JsonObject> accesses =
                answer.object("explanation").object("picture").objects("accesses");
        assertThat(accesses).hasSizeGreaterThanOrEqualTo(6);
        assertThat(answer.object("explanation").object("picture").objects("relations"))
                .extracting(relation -> relation.text("name"))
                .contains("po", "rf", "fr")
                .doesNotHaveDuplicates();
        assertThat(answer.objects("samples")).hasSize(3).noneMatch(sample -> sample.flag("holds"));
        assertThat(answer.objects("samples"))
                .extracting(sample -> sample.text("state"))
                .containsExactlyInAnyOrderElementsOf(answer.texts("states"));
    }

    @Test
    void nonsense_isRefusedWithItsPlace() {
        assertThat(check(422, "BPF broken\n{}\n P0 ;\n nonsense ;\nexists (0:r1=1)\n")
                        .object("error")
                        .text("message"))
                .contains("4");
        assertThat(check(400, "x".repeat(70_000)).object("error").text("code")).isEqualTo("EINVAL");
    }
}
