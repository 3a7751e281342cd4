package dev.ring3.server;

import dev.ring3.server.api.StatusSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** What a server knows of itself. */
final class ServerStatus implements StatusSource {
    private final Path data;
    private final Instant started;
    private final Listeners listeners;
    private final DamageWatch damage;
    private final RoomWatch room;
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private volatile boolean ready; // written by who starts and stops the server

    ServerStatus(Path data, Instant started, Listeners listeners, DamageWatch damage, RoomWatch room) {
        this.data = data;
        this.started = started;
        this.listeners = listeners;
        this.damage = damage;
        this.room = room;
    }

    void problem(String line) {
        problems.add(line);
    }

    void ready() {
        ready = true;
    }

    void stopping() {
        ready = false;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public Instant started() {
        return started;
    }

    @Override
    public Path data() {
        return data;
    }

    @Override
    public Optional<String> httpUrl() {
        return listeners.httpUrl();
    }

    @Override
    public List<String> problems() {
        return Stream.of(problems.stream(), damage.problems().stream(), room.problem().stream())
                .flatMap(lines -> lines)
                .toList();
    }
}
