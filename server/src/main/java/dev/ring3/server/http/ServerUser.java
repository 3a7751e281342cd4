package dev.ring3.server.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;

/**
 * The user that a server runs as, and root: whom it trusts on the Unix socket. Compared by number, as the kernel has it,
 * not by name.
 */
record ServerUser(UserPrincipal self, UserPrincipal root) {
    static ServerUser current() {
        try {
            Path process = Path.of("/proc/self/stat");
            return new ServerUser(
                    Files.getOwner(process),
                    process.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("0"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isTrusted(UserPrincipal other) {
        return other.equals(self) || other.equals(root);
    }
}
