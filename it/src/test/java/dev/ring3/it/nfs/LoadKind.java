package dev.ring3.it.nfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a client under load does, again and again. */
enum LoadKind {
    /** What a Linux client asks when a program calls stat. */
    GETATTR("getattr"),
    /** The operations that a client waits for most, in turn: attributes, access, a name, 4 KiB of a file. */
    SMALL("small operations"),
    /** A file of 32 MiB from its begin to its end, 1 MiB in a call. */
    READ("1 MiB reads"),
    /** The same written anew, unstable, and one COMMIT at its end, as a client does that closes a file. */
    WRITE("1 MiB writes, COMMIT each 32"),
    /** A new file: opened, closed. */
    CREATE("create"),
    /** The same where names are durable before the answer. */
    CREATE_DURABLE("create, durable");

    static final int CHUNK_BYTES = 1 << 20;

    /** A small file where nothing is compared. */
    static final int CHUNKS = Integer.getInteger("ring3.nfs.load", 0) > 0 ? 32 : 2;

    /** Stand in a call where other numbers will be, 8 bytes that are nowhere else. */
    private static final String HOLE = "@hole<->";

    private static final String STAMP = "@stamp<>";

    private static final int SMALL_BYTES = 4096;

    private static final int[] ATTRIBUTES = {
        Attr.TYPE,
        Attr.CHANGE,
        Attr.SIZE,
        Attr.FSID,
        Attr.FILEID,
        Attr.MODE,
        Attr.NUMLINKS,
        Attr.OWNER,
        Attr.OWNER_GROUP,
        Attr.RAWDEV,
        Attr.SPACE_USED,
        Attr.TIME_ACCESS,
        Attr.TIME_METADATA,
        Attr.TIME_MODIFY,
        Attr.MOUNTED_ON_FILEID
    };

    final String title;

    LoadKind(String title) {
        this.title = title;
    }

    /** One turn of the work. */
    interface Work {
        /**
         * Does it.
         *
         * @param number how often it was done before
         * @return how many operations of the kind it was
         */
        int turn(int number) throws IOException;
    }

    /** What a worker has at the server: a session, an empty directory, and in it a file of 32 MiB that is open. */
    record Stage(Session session, LoadConnection connection, Opaque directory, Opaque file, StateId stateId) {
        static final String FILE = "file";
    }

    Work on(Stage stage) {
        return switch (this) {
            case GETATTR -> getattr(stage);
            case SMALL -> small(stage);
            case READ -> read(stage);
            case WRITE -> write(stage);
            case CREATE -> create(stage, 'c');
            case CREATE_DURABLE -> create(stage, 'd');
        };
    }

    /** How many bytes of a file an operation moves. */
    int bytes() {
        return this == READ || this == WRITE ? CHUNK_BYTES : 0;
    }

    private static long number(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)).getLong();
    }

    /** Data whose pages differ, with a place for the number of the chunk at its begin. */
    private static byte[] chunk() {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int at = 0; at < CHUNK_BYTES; at += SMALL_BYTES) {
            Arrays.fill(chunk, at, at + SMALL_BYTES, page(at));
        }
        ByteBuffer.wrap(chunk).putLong(number(STAMP));
        return chunk;
    }

    private static byte page(int at) {
        return (byte) (31 * at / SMALL_BYTES);
    }

    private static Work getattr(Stage stage) {
        LoadCall call = LoadCall.of(stage.session, Ops.putFh(stage.file), Ops.getAttr(ATTRIBUTES));
        return number -> {
            stage.connection.call(call);
            return 1;
        };
    }

    private static Work small(Stage stage) {
        LoadCall[] calls = {
            LoadCall.of(stage.session, Ops.putFh(stage.file), Ops.getAttr(ATTRIBUTES)),
            LoadCall.of(stage.session, Ops.putFh(stage.file), Ops.access(0x3f), Ops.getAttr(ATTRIBUTES)),
            LoadCall.of(
                    stage.session,
                    Ops.putFh(stage.directory),
                    Ops.lookup(Stage.FILE),
                    Ops.getFh(),
                    Ops.getAttr(ATTRIBUTES)),
            LoadCall.of(stage.session, Ops.putFh(stage.file), Ops.read(stage.stateId, 0, SMALL_BYTES))
        };
        return number -> {
            stage.connection.call(calls[number % calls.length]);
            return 1;
        };
    }

    private static Work read(Stage stage) {
        LoadCall call =
                LoadCall.of(stage.session, Ops.putFh(stage.file), Ops.read(stage.stateId, number(HOLE), CHUNK_BYTES));
        int offsetAt = call.find(number(HOLE));
        return number -> {
            int chunk = number % CHUNKS;
            ByteBuffer reply = stage.connection.call(call.put(offsetAt, (long) chunk * CHUNK_BYTES));
            requireChunk(chunk, reply, reply.limit() - CHUNK_BYTES);
            return 1;
        };
    }

    /** One byte of each page: what a comparison of all would cost is not the server's. */
    private static void requireChunk(int chunk, ByteBuffer reply, int from) {
        boolean same = reply.getLong(from) == chunk;
        for (int at = SMALL_BYTES; at < CHUNK_BYTES; at += SMALL_BYTES) {
            same &= reply.get(from + at) == page(at);
        }
        if (!same) {
            throw new AssertionError("chunk %d is not what was written".formatted(chunk));
        }
    }

    private static Work write(Stage stage) {
        LoadCall write = LoadCall.of(
                stage.session,
                Ops.putFh(stage.file),
                Ops.write(stage.stateId, number(HOLE), Ops.Stable.UNSTABLE, chunk()));
        LoadCall commit = LoadCall.of(stage.session, Ops.putFh(stage.file), Ops.commit(0, 0));
        int offsetAt = write.find(number(HOLE));
        int stampAt = write.find(number(STAMP));
        return number -> {
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                write.put(offsetAt, (long) chunk * CHUNK_BYTES).put(stampAt, chunk);
                stage.connection.call(write);
            }
            stage.connection.call(commit);
            return CHUNKS;
        };
    }

    private static Work create(Stage stage, char first) {
        Op open = Open.by(stage.session.owner("load"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .guarded(AttrValues.ofMode(0644))
                .name(HOLE)
                .op();
        LoadCall call = LoadCall.of(
                stage.session,
                Ops.putFh(stage.directory),
                open,
                Ops.getFh(),
                Ops.getAttr(ATTRIBUTES),
                Ops.close(StateId.CURRENT));
        int nameAt = call.find(number(HOLE));
        return number -> {
            stage.connection.call(call.putName(nameAt, first, number));
            return 1;
        };
    }
}
