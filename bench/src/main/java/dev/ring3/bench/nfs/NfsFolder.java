package dev.ring3.bench.nfs;

/**
 * A directory, and what is done to names in it, in the calls that the kernel's client makes when it has nothing in its cache:
 * one for each operation, and another to close what was opened.
 */
public final class NfsFolder {
    static final int MODE = 33;

    private static final int TYPE = 1;
    private static final int CHANGE = 3;
    private static final int SIZE = 4;
    private static final int FSID = 8;
    private static final int READ_ERROR = 11;
    private static final int FILEID = 20;
    private static final int NUMLINKS = 35;
    private static final int OWNER = 36;
    private static final int OWNER_GROUP = 37;
    private static final int RAWDEV = 41;
    private static final int SPACE_USED = 45;
    private static final int TIME_ACCESS = 47;
    private static final int TIME_METADATA = 52;
    private static final int TIME_MODIFY = 53;
    private static final int MOUNTED_ON_FILEID = 55;

    /** What {@code stat(2)} tells. */
    private static final long STAT = bits(
            TYPE,
            CHANGE,
            SIZE,
            FSID,
            FILEID,
            MODE,
            NUMLINKS,
            OWNER,
            OWNER_GROUP,
            RAWDEV,
            SPACE_USED,
            TIME_ACCESS,
            TIME_METADATA,
            TIME_MODIFY,
            MOUNTED_ON_FILEID);

    /** What {@code getdents(2)} tells. */
    private static final long ENTRY = bits(READ_ERROR, FILEID, MOUNTED_ON_FILEID);

    private static final int DIRECTORY = 2; // NF4DIR
    private static final int FILE_MODE = 0644;
    private static final int FOLDER_MODE = 0755;
    private static final int LIST_BYTES = 1 << 16;
    private static final int CHANGE_INFO_BYTES = 20;

    private final NfsClient client;
    private final byte[] handle;

    private NfsFolder(NfsClient client, byte[] handle) {
        this.client = client;
        this.handle = handle;
    }

    private static long bits(int... numbers) {
        long bits = 0;
        for (int number : numbers) {
            bits |= 1L << number;
        }
        return bits;
    }

    /** The root of what is exported. */
    public static NfsFolder root(NfsClient client) {
        return new NfsFolder(client, client.root());
    }

    private NfsCall call() {
        return client.call().putFh(handle);
    }

    private NfsReply send(NfsCall call) {
        return client.send(call).of(Op.PUTFH);
    }

    /** Makes a directory in it. */
    public NfsFolder folder(String name) {
        NfsReply reply = send(call().op(Op.CREATE)
                .u32(DIRECTORY)
                .opaque(NfsCall.name(name))
                .mode(FOLDER_MODE)
                .op(Op.GETFH));
        reply.of(Op.CREATE).skip(CHANGE_INFO_BYTES).skipBitmap();
        return new NfsFolder(client, reply.of(Op.GETFH).opaque());
    }

    /** What of a name that is opened. */
    public enum Missing {
        /** A file that is not there is made. */
        IS_MADE,
        /** A file that is there is an error. */
        IS_REQUIRED
    }

    /** Opens a file. */
    public NfsData open(byte[] name, Missing missing) {
        return NfsData.read(client, send(NfsData.open(call(), client, name, missing, FILE_MODE)));
    }

    public void stat(byte[] name) {
        NfsReply reply = send(
                call().op(Op.LOOKUP).opaque(name).op(Op.GETFH).op(Op.GETATTR).bitmap(STAT));
        reply.of(Op.LOOKUP).of(Op.GETFH).skipOpaque().of(Op.GETATTR);
    }

    public void rename(byte[] from, byte[] to) {
        NfsReply reply = send(call().op(Op.SAVEFH).op(Op.RENAME).opaque(from).opaque(to));
        reply.of(Op.SAVEFH).of(Op.RENAME);
    }

    public void remove(byte[] name) {
        send(call().op(Op.REMOVE).opaque(name)).of(Op.REMOVE);
    }

    /** How many names are in it, all of them read. */
    public int list() {
        int count = 0;
        long cookie = 0;
        long verifier = 0;
        boolean more = true;
        while (more) {
            NfsReply reply = send(call().op(Op.READDIR)
                            .u64(cookie)
                            .u64(verifier)
                            .u32(LIST_BYTES)
                            .u32(LIST_BYTES)
                            .bitmap(ENTRY))
                    .of(Op.READDIR);
            verifier = reply.u64();
            while (reply.u32() != 0) {
                cookie = reply.u64();
                reply.skipOpaque().skipAttributes();
                count++;
            }
            more = reply.u32() == 0;
        }
        return count;
    }
}
