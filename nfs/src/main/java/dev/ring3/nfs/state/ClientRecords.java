package dev.ring3.nfs.state;

import dev.ring3.nfs.state.RecordsLayout.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What outlives a server: its identity, the clients that may claim state after a restart, and the write verifier. A small
 * file that is replaced as a whole, durably, before a client that is new in it is answered.
 */
final class ClientRecords {
    private static final String NAME = "clients";

    private final Path file;

    // Guarded by this object's monitor.
    private Content content;

    private final Set<ByteBuffer> before;

    /**
     * Begins an instance of the server.
     *
     * @throws UncheckedIOException if the directory cannot be read or written
     */
    ClientRecords(Path directory) {
        this.file = directory.resolve(NAME);
        SecureRandom random = new SecureRandom();
        Content last = read();
        if (last == null) {
            last = new Content(
                    random.nextInt(1, 1 << 30),
                    false,
                    random.nextLong(),
                    random.nextLong(),
                    random.nextLong(),
                    Set.of());
        }
        this.before = Set.copyOf(last.clients());
        // Unstable data is lost unless the last instance had made all of it durable.
        long verifier = last.clean() ? last.writeVerifier() : random.nextLong();
        this.content = new Content(
                last.instance() + 1,
                false,
                last.serverHigh(),
                last.serverLow(),
                verifier,
                new LinkedHashSet<>(last.clients()));
        write();
    }

    private @Nullable Content read() {
        try {
            return Files.exists(file) ? RecordsLayout.decode(Files.readAllBytes(file), file.toString()) : null;
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file, e);
        }
    }

    private synchronized void write() {
        Path next = file.resolveSibling(NAME + ".new");
        try (FileChannel out = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = RecordsLayout.encode(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncDirectory();
        } catch (IOException e) {
            throw new UncheckedIOException("write " + file, e);
        }
    }

    private void syncDirectory() throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /** How a client is kept: the hash of its name for itself, and of which protocol it speaks. */
    static ByteBuffer hashOf(boolean firstMinor, byte[] owner) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) (firstMinor ? 0 : 1));
            return ByteBuffer.wrap(digest.digest(owner));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A number that no instance before had. */
    synchronized int instance() {
        return content.instance();
    }

    /** Who the server is, over restarts. */
    synchronized byte[] server() {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(content.serverHigh())
                .putLong(content.serverLow())
                .array();
    }

    synchronized long writeVerifier() {
        return content.writeVerifier();
    }

    /** Unstable data may have been lost. */
    synchronized void changeWriteVerifier() {
        content = new Content(
                content.instance(),
                false,
                content.serverHigh(),
                content.serverLow(),
                new SecureRandom().nextLong(),
                content.clients());
        write();
    }

    /** Those who had state when the last instance ended. */
    Set<ByteBuffer> before() {
        return before;
    }

    /** The client may hold state from now on; durable when this returns. */
    synchronized void add(ByteBuffer client) {
        if (content.clients().add(client)) {
            write();
        }
    }

    /** The client holds nothing any more. */
    synchronized void remove(ByteBuffer client) {
        if (content.clients().remove(client)) {
            write();
        }
    }

    synchronized void removeAll(Set<ByteBuffer> clients) {
        if (content.clients().removeAll(clients)) {
            write();
        }
    }

    /** The server ended, and everything that it acknowledged is durable. */
    synchronized void setClean() {
        content = new Content(
                content.instance(),
                true,
                content.serverHigh(),
                content.serverLow(),
                content.writeVerifier(),
                content.clients());
        write();
    }
}
