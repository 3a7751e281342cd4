package dev.ring3.server.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.hooks.HookSettings;
import dev.ring3.hooks.HookStore;
import dev.ring3.hooks.Hooks;
import dev.ring3.linux.Errno;
import dev.ring3.server.api.Api;
import dev.ring3.server.export.Mounts;
import dev.ring3.server.http.Audit;
import dev.ring3.server.http.HttpLimits;
import dev.ring3.server.http.Identity;
import dev.ring3.server.http.Method;
import dev.ring3.server.http.Response;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The endpoints of hooks, with a shipped example. */
class HooksResourceTest {
    private static final Path EXAMPLE = Path.of("..", "examples", "deny-names", "deny-names.bpf.o");
    private static final String ONE = "/api/v1/hooks/deny";

    private final Volume volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
    private final Vfs vfs = new Vfs(volume);
    private final Hooks hooks = Hooks.open(volume, HookStore.NONE, HookSettings.DEFAULT);
    private final Api api = Api.ofServer(
            volume, vfs, (_, _) -> Identity.IN_PROCESS, Audit.NONE, HttpLimits.DEFAULT, InstantSource.system());

    HooksResourceTest() {
        hooks.addListener(new ClientCaches(
                vfs, new Mounts(vfs, volume.subvolumes(), Path.of("/data"), api.events()), api.events()));
        api.add(new HooksResource(hooks, volume));
        vfs.setHooks(hooks);
    }

    @AfterEach
    void close() {
        api.close();
        hooks.close();
        volume.close();
    }

    private JsonObject ask(int status, String method, String target, byte[] body) {
        Response response = api.dispatcher().call(Method.valueOf(method), target, body);
        String text = new String(response.wholeBody(), StandardCharsets.UTF_8);
        assertThat(response.status()).as(method + " " + target + "\n" + text).isEqualTo(status);
        return text.isEmpty() ? new JsonObject() : JsonObject.parse(text);
    }

    private JsonObject ask(int status, String method, String target) {
        return ask(status, method, target, new byte[0]);
    }

    private void create(String name) {
        vfs.names()
                .create(
                        Caller.local(Credentials.ROOT),
                        vfs.root(),
                        Name.of(name),
                        NewNode.of(FileType.REGULAR, 0644, 0, 0, 0));
    }

    @Test
    void hooks_areAttachedLookedIntoAndDetached() throws IOException {
        JsonObject attached = ask(201, "POST", "/api/v1/hooks?name=deny&path=/&order=7", Files.readAllBytes(EXAMPLE));
        assertThat(attached.text("scope")).isEqualTo("subvolume");
        assertThat(attached.text("failMode")).isEqualTo("closed");
        assertThat(attached.number("order")).isEqualTo(7);
        assertThat(ask(200, "GET", ONE + "/maps").objects("maps").getFirst().text("name"))
                .isEqualTo("endings");

        byte[] change = new JsonObject()
                .put("key", "0")
                .put("value", "text=.exe,length=4")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        ask(204, "PUT", ONE + "/maps/endings", change);
        assertThat(ask(200, "GET", ONE + "/maps/endings?key=0")
                        .objects("entries")
                        .getFirst()
                        .object("value")
                        .text("text"))
                .isEqualTo(".exe");
        Errno errno = null;
        try {
            create("a.exe");
        } catch (FsException e) {
            errno = e.errno();
        }
        assertThat(errno).isEqualTo(Errno.EACCES);
        JsonObject program = ask(200, "GET", "/api/v1/hooks")
                .objects("hooks")
                .getFirst()
                .objects("programs")
                .getFirst();
        assertThat(program.number("refusals")).isEqualTo(1);

        JsonObject listing =
                ask(200, "GET", ONE + "/listing").objects("programs").getFirst();
        assertThat(listing.text("section")).isEqualTo("fs/create");
        assertThat(listing.objects("insns"))
                .anyMatch(insn -> insn.text("text").contains("call") && insn.has("refersTo"))
                .anyMatch(insn -> insn.optionalText("refersTo")
                        .filter("map endings"::equals)
                        .isPresent())
                .anyMatch(insn -> insn.has("source") && insn.number("sourceLine") > 1)
                .anyMatch(insn -> insn.texts("known").stream().anyMatch(line -> line.contains("r1")));
        assertThat(listing.objects("insns").getLast().text("text")).isEqualTo("exit");
        assertThat(listing.number("looks"))
                .isGreaterThan(listing.objects("insns").size());

        ask(204, "DELETE", ONE);
        ask(404, "DELETE", ONE);
        ask(404, "GET", ONE + "/listing");
        ask(404, "GET", ONE);
        create("a.exe");
    }

    @Test
    void attach_whatCannotBe_isRefusedWithItsReason() throws IOException {
        assertThat(ask(422, "POST", "/api/v1/hooks?name=x", new byte[] {1, 2})
                        .object("error")
                        .text("reason"))
                .isNotEmpty();
        byte[] object = Files.readAllBytes(EXAMPLE);
        ask(400, "POST", "/api/v1/hooks?name=..", object);
        ask(400, "POST", "/api/v1/hooks", object);
        ask(400, "POST", "/api/v1/hooks?name=x&path=/nowhere", object);
        ask(400, "POST", "/api/v1/hooks?name=x&failMode=soft", object);
        assertThat(ask(200, "GET", "/api/v1/hooks").objects("hooks")).isEmpty();
    }
}
