package dev.ring3.server.api;

import dev.ring3.server.http.Access;
import dev.ring3.server.http.Request;
import dev.ring3.server.http.Resource;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Routes;

/** The metadata of the volume as a file: {@code docs/metadata-backup.md}. */
final class BackupResource implements Resource {
    private final VolumePaths paths;

    BackupResource(VolumePaths paths) {
        this.paths = paths;
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/backup", Access.ADMIN, this::backup)
                .says("All metadata of the volume, of one moment, for 'ring3 fs restore'.")
                .answersAs("application/octet-stream");
    }

    private Response backup(Request request) {
        return Response.chunks(
                "application/octet-stream", new SendChunks(out -> paths.volume().backup(out, _ -> {})));
    }
}
