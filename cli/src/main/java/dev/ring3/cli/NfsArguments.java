package dev.ring3.cli;

import dev.ring3.server.NfsAccess;
import dev.ring3.server.NfsExportRule;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code serve} that say what NFS serves, to whom, and how. */
final class NfsArguments {
    @Option(
            names = "--nfs",
            paramLabel = "ADDR:PORT",
            defaultValue = "127.0.0.1:20490",
            converter = ListenAddress.class,
            description = "Where NFS is, or off. An address that other machines reach wants --nfs-client."
                    + " Default: ${DEFAULT-VALUE}.")
    private ListenAddress.Choice nfs = ListenAddress.Choice.OFF;

    @Option(
            names = "--nfs-client",
            paramLabel = "NETWORK",
            split = ",",
            description = "Who may come by NFS: 192.168.1.7, 10.0.0.0/8; as often as there are some."
                    + " Default: this machine.")
    private List<String> clients = new ArrayList<>();

    @Option(
            names = "--nfs-insecure",
            fallbackValue = "true",
            description = "Believe clients who they are at any port, also where others than root may use it.")
    private boolean insecure;

    @Option(
            names = "--nfs-squash",
            paramLabel = "WHO",
            defaultValue = "root",
            description = "Whose user ids count as nobody's: root, all, none. With root, a client's root makes no files"
                    + " where only root may. Default: ${DEFAULT-VALUE}.")
    private String squash = "root";

    @Option(
            names = "--nfs-export",
            paramLabel = "EXPORT",
            split = ";",
            description =
                    "Serve this subvolume at its path, in place of the whole volume at /; as often as there are some:"
                            + " '/projects ro squash=all client=10.0.0.0/8'. Words: ro, rw, async, insecure, squash=WHO,"
                            + " client=NETWORK; what is not said is as for all.")
    private List<String> exports = new ArrayList<>();

    @Option(
            names = "--nfs-tls",
            paramLabel = "KEYSTORE",
            description = "Speak TLS with clients that ask for it, by the key and certificate in this PKCS #12 file.")
    private @Nullable String keyStore;

    @Option(
            names = "--nfs-tls-password-file",
            paramLabel = "FILE",
            description = "The first line is the password of the key store. Default: it has none.")
    private @Nullable String passwordFile;

    @Option(
            names = "--nfs-tls-required",
            fallbackValue = "true",
            description = "Refuse calls from other machines that come without TLS.")
    private boolean required;

    @Option(
            names = "--nfs-lease",
            paramLabel = "TIME",
            defaultValue = "90s",
            converter = TimeSpan.class,
            description =
                    "How long a client may be silent before others may have what it holds, and clients are waited for"
                            + " after a start: 10s to 1h. Default: ${DEFAULT-VALUE}.")
    private TimeSpan.Seconds lease = new TimeSpan.Seconds(90);

    /** As the server takes it; empty for no NFS. */
    Optional<NfsAccess> access() {
        InetSocketAddress address = nfs.address();
        if (address == null) {
            return Optional.empty();
        }
        NfsExportRule usual = NfsExportRule.ofVolume(squash, insecure, clients);
        List<NfsExportRule> rules = exports.isEmpty()
                ? List.of(usual)
                : exports.stream().map(text -> NfsExportRule.parse(text, usual)).toList();
        NfsAccess access = new NfsAccess(address, rules, Optional.empty());
        return Optional.of(withTls(access.withLease(Duration.ofSeconds(lease.seconds()))));
    }

    private NfsAccess withTls(NfsAccess access) {
        if (keyStore == null) {
            if (required || passwordFile != null) {
                throw CommandException.usage("TLS wants a key: --nfs-tls names the file that has it");
            }
            return access;
        }
        char[] password = passwordFile == null ? new char[0] : password(passwordFile);
        try (InputStream in = Files.newInputStream(CommandFiles.path(keyStore))) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password);
            return access.withTls(keys, password, required);
        } catch (IOException e) {
            throw CommandFiles.failure("read", keyStore, e);
        } catch (GeneralSecurityException e) {
            throw CommandException.usage("%s is no key store for TLS: %s".formatted(keyStore, e.getMessage()));
        }
    }

    private static char[] password(String file) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.findFirst().orElse("").toCharArray();
        } catch (IOException e) {
            throw CommandFiles.failure("read", file, e);
        }
    }
}
