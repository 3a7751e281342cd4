package dev.ring3.server.replication;

import dev.ring3.fs.transfer.TransferPosition;
import dev.ring3.fs.volume.SendRequest;
import dev.ring3.fs.volume.SubvolumeInfo;
import dev.ring3.server.client.ApiException;
import dev.ring3.server.job.Job;
import dev.ring3.server.job.Work;
import dev.ring3.server.json.JsonObject;
import dev.ring3.server.replication.TargetServer.Copy;
import dev.ring3.server.schedule.Retention;
import dev.ring3.server.schedule.TimedName;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a replication: ends what an earlier one began, then takes a snapshot and sends it, then deletes what is not
 * kept. For one thread.
 */
final class ReplicationRun {
    /** How long the other side is waited for to notice that a connection has ended. */
    private static final Duration BUSY = Duration.ofSeconds(90);

    private static final Duration LOOK = Duration.ofMillis(200);

    private final SourceSnapshots source;
    private final TargetServer target;
    private final Consumer<Replication> keep;
    private final Job job;
    private final List<String> deleted = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private Replication replication;
    private long sentBytes;
    private volatile @Nullable PacedStream stream; // written by the run, read by who watches it

    /**
     * Of a replication as it is.
     *
     * @param keep makes durable what has become of it
     */
    ReplicationRun(
            Replication replication, SourceSnapshots source, TargetServer target, Consumer<Replication> keep, Job job) {
        this.replication = replication;
        this.source = source;
        this.target = target;
        this.keep = keep;
        this.job = job;
    }

    /** How much of a stream has gone; -1 while none does. */
    long streamedBytes() {
        PacedStream now = stream;
        return now == null ? -1 : now.bytes();
    }

    /**
     * Runs.
     *
     * @param reset whether it goes on with a target that is not what was left there
     */
    JsonObject run(boolean reset) {
        try {
            return replicate(reset);
        } catch (ApiException e) {
            throw failed(e);
        } catch (IOException | UncheckedIOException e) {
            Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
            throw failed(cause);
        }
    }

    /** That it was told to stop, or else what the other side says, under its name. */
    private Work.FailedException failed(Throwable cause) {
        job.progress(sentBytes, -1, "bytes");
        return failed("%s: %s".formatted(replication.destination().address(), cause.getMessage()));
    }

    private Work.FailedException failed(String message) {
        return new Work.FailedException(message, new JsonObject().put("bytes", sentBytes));
    }

    private JsonObject replicate(boolean reset) throws IOException {
        target.open();
        releasePrevious();
        if (!reset) {
            requireWhatWasSent();
        }
        boolean resumed = finishBegun();
        adopt();
        Optional<SubvolumeInfo> base = base();
        if (base.isEmpty() && replication.sent() != null && !reset) {
            throw failed(nothingInCommon());
        }
        deleteHere(base.map(SourceSnapshots::content).orElse(null));
        SubvolumeInfo taken = source.take(replication);
        send(taken, base, TransferPosition.START);
        expire();
        JsonObject result = new JsonObject()
                .put("snapshot", taken.name().toString())
                .put("bytes", sentBytes)
                .put("resumed", resumed);
        base.ifPresent(since -> result.put("since", since.name().toString()));
        return result.putTexts("deleted", deleted).putTexts("left", left);
    }

    private String advice() {
        return "'ring3 replication run %d --reset' goes on from what both sides still have, or sends everything"
                .formatted(replication.id());
    }

    private String nothingInCommon() {
        return "no snapshot of %s is here any more that %s has: nothing can be built on; %s"
                .formatted(source.path(replication.source()), replication.destination(), advice());
    }

    /** Refuses a target on which what was sent last is gone, or is no longer what was sent. */
    private void requireWhatWasSent() {
        Sent sent = replication.sent();
        List<Copy> copies = target.copies();
        if (sent == null || find(copies, sent.content()).isPresent()) {
            return;
        }
        boolean named = copies.stream().anyMatch(copy -> copy.name().equals(sent.name()));
        throw failed("%s has diverged: %s, which was sent last, %s; %s"
                .formatted(
                        replication.destination(),
                        sent.name(),
                        named ? "can be written to there and is another now" : "is not there any more",
                        advice()));
    }

    private static Optional<Copy> find(List<Copy> copies, UUID content) {
        return copies.stream()
                .filter(copy -> copy.isWhole() && copy.content().equals(content))
                .findFirst();
    }

    private List<SubvolumeInfo> here() {
        return source.of(replication.source());
    }

    private static Optional<SubvolumeInfo> findHere(List<SubvolumeInfo> here, UUID content) {
        return here.stream()
                .filter(info -> SourceSnapshots.content(info).equals(content))
                .findFirst();
    }

    private Optional<Instant> moment(String name) {
        return TimedName.moment(replication.prefix(), name);
    }

    /** The newest snapshot that both sides have. */
    private Optional<SubvolumeInfo> base() {
        List<Copy> copies = target.copies();
        return here().stream()
                .filter(info -> find(copies, SourceSnapshots.content(info)).isPresent())
                .max(Comparator.comparing(SubvolumeInfo::id)); // the clock may have been set back
    }

    /** Goes on with what was cut; what can be no more gone on with is given up. */
    private boolean finishBegun() throws IOException {
        boolean resumed = false;
        for (Copy copy : target.copies()) {
            TransferPosition position = copy.receiving().orElse(null);
            if (position == null || moment(copy.name()).isEmpty()) {
                continue;
            }
            resumed |= finish(copy, position);
        }
        return resumed;
    }

    private boolean finish(Copy copy, TransferPosition position) throws IOException {
        List<SubvolumeInfo> here = here();
        Optional<SubvolumeInfo> snapshot = findHere(here, copy.content());
        Optional<SubvolumeInfo> since = copy.parent().flatMap(parent -> findHere(here, parent));
        boolean possible =
                snapshot.isPresent() && since.isPresent() == copy.parent().isPresent();
        long beganNanos = System.nanoTime();
        while (true) {
            try {
                if (possible) {
                    send(snapshot.get(), since, position);
                } else {
                    target.delete(copy);
                    deleted.add(copy.name());
                }
                return possible;
            } catch (ApiException e) { // the end of the connection before may not have been noticed there yet
                if (!e.code().equals("EBUSY") || System.nanoTime() - beganNanos > BUSY.toNanos()) {
                    throw e;
                }
                job.progress(sentBytes, -1, "bytes"); // or stop
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private void send(SubvolumeInfo snapshot, Optional<SubvolumeInfo> since, TransferPosition from) throws IOException {
        SendRequest request = new SendRequest(snapshot.id(), since.map(SubvolumeInfo::id), from);
        source.requireSendable(request);
        long expected = since.isPresent() || !from.equals(TransferPosition.START) ? -1 : snapshot.referencedBytes();
        try {
            var _ = target.receive(snapshot.name().toString(), out -> {
                PacedStream paced =
                        new PacedStream(out, job, expected, replication.pace().bytesPerSecond());
                stream = paced;
                source.send(request, paced);
            });
        } finally {
            sentBytes += Math.max(0, streamedBytes());
            stream = null;
        }
        arrived(snapshot);
    }

    /** What came across whole before a run could note it. */
    private void adopt() {
        Optional<SubvolumeInfo> newest =
                base().filter(info -> moment(info.name().toString()).isPresent());
        if (newest.isPresent()) {
            UUID content = SourceSnapshots.content(newest.get());
            Sent sent = replication.sent();
            if (sent == null || !sent.content().equals(content)) {
                arrived(newest.get());
            }
        }
    }

    /** The other side has it: it is held on both, and then that before it no more. */
    private void arrived(SubvolumeInfo snapshot) {
        UUID content = SourceSnapshots.content(snapshot);
        Copy copy = find(target.copies(), content)
                .orElseThrow(() -> failed("%s was received on %s, and is not there"
                        .formatted(snapshot.name(), replication.destination())));
        target.hold(copy);
        if (source.info(snapshot.id()).holds() == 0) {
            source.hold(snapshot.id());
        }
        String name = snapshot.name().toString();
        Sent now = new Sent(content, name, moment(name).orElseGet(snapshot::created));
        note(replication.with(now, replication.sent()));
        releasePrevious();
    }

    private void note(Replication after) {
        keep.accept(after);
        replication = after;
    }

    private void releasePrevious() {
        Sent previous = replication.previous();
        if (previous != null) {
            find(target.copies(), previous.content()).ifPresent(target::release);
            findHere(here(), previous.content()).ifPresent(source::release);
            note(replication.with(replication.sent(), null));
        }
    }

    /** Deletes the snapshots that were taken here to be sent, but for what was sent last, and one. */
    private void deleteHere(@Nullable UUID but) {
        UUID last = Optional.ofNullable(replication.sent()).map(Sent::content).orElse(null);
        for (SubvolumeInfo info : here()) {
            UUID content = SourceSnapshots.content(info);
            boolean needed = content.equals(but) || content.equals(last);
            if (!needed && moment(info.name().toString()).isPresent()) {
                source.delete(info).ifPresent(left::add);
            }
        }
    }

    /** Deletes on the other side what is not kept there, and here what was only taken to be sent. */
    private void expire() {
        deleteHere(null);
        List<Copy> ours = target.copies().stream()
                .filter(copy ->
                        copy.receiving().isEmpty() && moment(copy.name()).isPresent())
                .sorted(Comparator.comparingLong(Copy::id))
                .toList();
        Retention retention = replication.pace().retention();
        for (Copy copy : retention.expired(ours, each -> moment(each.name()).orElseThrow())) {
            try {
                target.delete(copy);
                deleted.add(copy.name());
            } catch (ApiException e) { // held, or built on by somebody
                left.add("%s: %s".formatted(copy.name(), e.getMessage()));
            }
        }
    }
}
