package dev.ring3.cli;

import dev.ring3.server.client.ApiClient;
import dev.ring3.server.client.ApiException;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** The option that names a running server by its data directory, for commands that nothing but a server answers. */
final class ServerAccess {
    private static final String HOW_TO_START = "; 'ring3 serve' starts one";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "ring3-data",
            description = "The data directory of the server that is asked. Default: ./${DEFAULT-VALUE}.")
    private String data = "";

    /** Does something with the server; that there is none is a negative answer. */
    <T> T ask(Function<ApiClient, T> action) {
        return ask(HOW_TO_START, action);
    }

    /** The same, with what is advised where there is no server. */
    <T> T ask(String advice, Function<ApiClient, T> action) {
        try (ApiClient api = ApiClient.ofServer(Path.of(data))
                .orElseThrow(() -> CommandException.negative("no server has %s open%s".formatted(data, advice)))) {
            return action.apply(api);
        } catch (ApiException e) {
            throw VolumeAccess.failure(e);
        }
    }
}
