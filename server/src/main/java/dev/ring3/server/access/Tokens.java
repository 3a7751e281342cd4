package dev.ring3.server.access;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tokens of remote users, by name, in a file of the data directory that has a hash of each. */
final class Tokens {
    /** A token's first letters say what it is, to who finds one. */
    static final String PREFIX = "r3_";

    static final int MAX = 256;

    private final OwnerFile file;
    private final Secrets secrets;
    private final InstantSource clock;

    // Guarded by this object's monitor.
    private final List<Token> tokens = new ArrayList<>();

    Tokens(Path path, Secrets secrets, InstantSource clock) {
        this.file = new OwnerFile(path);
        this.secrets = secrets;
        this.clock = clock;
        try {
            if (Files.exists(path)) {
                JsonObject.parse(Files.readString(path)).objects("tokens").stream()
                        .map(Token::kept)
                        .forEach(tokens::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the tokens in " + path + " cannot be read", e);
        }
    }

    /**
     * Makes one, as it is asked for; nobody is told it again.
     *
     * @throws FsException EINVAL, EEXIST, ENOSPC
     */
    synchronized String create(JsonObject wanted) {
        String secret = PREFIX + secrets.next();
        Token made = Token.wanted(wanted, clock.instant(), Secrets.hash(secret));
        if (tokens.stream().anyMatch(token -> token.name().equals(made.name()))) {
            throw new FsException(Errno.EEXIST, "create token", made.name());
        }
        if (tokens.size() >= MAX) {
            throw new FsException(Errno.ENOSPC, "create token", "there are %d already".formatted(MAX));
        }
        List<Token> after = new ArrayList<>(tokens);
        after.add(made);
        save(after);
        return secret;
    }

    /** Takes one back; ENOENT. */
    synchronized void revoke(String name) {
        List<Token> after =
                tokens.stream().filter(token -> !token.name().equals(name)).toList();
        if (after.size() == tokens.size()) {
            throw new FsException(Errno.ENOENT, "revoke token", name);
        }
        save(after);
    }

    synchronized List<Token> list() {
        return List.copyOf(tokens);
    }

    synchronized Optional<Token> find(String secret) {
        String hash = Secrets.hash(secret);
        return tokens.stream().filter(token -> token.hash().equals(hash)).findAny();
    }

    /** Only what is durable is true. */
    private void save(List<Token> after) {
        List<JsonObject> all = after.stream()
                .map(token -> token.json().put("hash", token.hash()))
                .toList();
        file.replace(new JsonObject().putObjects("tokens", all).toString());
        tokens.clear();
        tokens.addAll(after);
    }
}
