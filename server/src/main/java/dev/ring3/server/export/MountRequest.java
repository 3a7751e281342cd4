package dev.ring3.server.export;

import java.nio.file.Path;

/**
 * What is to be mounted.
 *
 * @param directory where
 * @param readOnly whether nothing can be written there
 * @param allowOther whether other users are let in also if it is not root who mounts
 */
public record MountRequest(Path directory, boolean readOnly, boolean allowOther) {
    public MountRequest {
        directory = directory.toAbsolutePath().normalize();
    }
}
