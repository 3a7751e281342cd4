package dev.ring3.it.nfs;

import static dev.ring3.it.nfs.Ops.getFh;
import static dev.ring3.it.nfs.Ops.putFh;
import static dev.ring3.it.nfs.Ops.putRootFh;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** One client under load: a session, a connection, a directory of its own. Of one thread at a time. */
final class LoadClient implements AutoCloseable {
    private static final int LATENCIES_MAX = 4_000_000;

    private final Client41 client;
    private final LoadConnection connection;
    private final LoadKind.Stage stage;
    private final Map<LoadKind, LoadKind.Work> works = new EnumMap<>(LoadKind.class);
    private final Map<LoadKind, Integer> turns = new EnumMap<>(LoadKind.class);

    /** How long each turn took, and how many operations they were: of one {@link #work}. */
    @SuppressWarnings("ArrayRecordComponent") // handed through, never compared
    record Done(long[] nanos, long operations, long allNanos) {}

    private LoadClient(Client41 client, LoadConnection connection, LoadKind.Stage stage) {
        this.client = client;
        this.connection = connection;
        this.stage = stage;
    }

    /** Makes the directory and the file, whose content the work of {@link LoadKind#WRITE} is. */
    static LoadClient open(int port, String directory) throws IOException {
        Client41 client = Client41.open(port, 1);
        Session session = client.newSession();
        Opaque made = session.call(putRootFh(), Ops.mkdir(directory), getFh()).handle();
        Op open = Open.by(session.owner("load"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .unchecked(AttrValues.ofMode(0644))
                .name(LoadKind.Stage.FILE)
                .op();
        Reply opened = session.call(putFh(made), open, getFh());
        LoadConnection connection = new LoadConnection(port);
        LoadKind.Stage stage = new LoadKind.Stage(
                session, connection, made, opened.handle(), opened.opened().stateId());
        LoadClient all = new LoadClient(client, connection, stage);
        all.turn(LoadKind.WRITE);
        return all;
    }

    private int turn(LoadKind kind) throws IOException {
        int number = turns.merge(kind, 1, Integer::sum) - 1;
        return works.computeIfAbsent(kind, missing -> missing.on(stage)).turn(number);
    }

    /** Works for a time, and to the end of the turn that is under way then. */
    Done work(LoadKind kind, long nanosMax) throws IOException {
        long[] nanos = new long[1024];
        int count = 0;
        long operations = 0;
        long begin = System.nanoTime();
        long before = begin;
        while (before - begin < nanosMax && count < LATENCIES_MAX) {
            operations += turn(kind);
            long after = System.nanoTime();
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = after - before;
            before = after;
        }
        return new Done(Arrays.copyOf(nanos, count), operations, before - begin);
    }

    @Override
    public void close() throws IOException {
        stage.session().call(putFh(stage.file()), Ops.close(stage.stateId()));
        connection.close();
        client.close();
    }
}
