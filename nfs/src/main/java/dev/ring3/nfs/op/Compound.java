package dev.ring3.nfs.op;

import dev.ring3.fs.FileType;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Opcode;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.rpc.Credential;
import dev.ring3.nfs.rpc.RpcCall;
import dev.ring3.nfs.state.AnswerKeeper;
import dev.ring3.nfs.state.NfsClient;
import dev.ring3.nfs.state.NfsState;
import dev.ring3.nfs.state.Session;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A COMPOUND that runs: what one operation leaves to the next. Of one thread. */
final class Compound {
    /** How much of a call is looked at to tell it from another. */
    private static final int PRINT_BYTES = 4096;

    final Service service;

    /** What is exported, as it was when this one began. */
    final Exports exports;

    final int minor;
    final RpcCall call;
    final XdrReader in;
    final XdrWriter out;

    /** Of NFSv4.0: all that follows the COMPOUND's header. */
    final @Nullable ByteBuffer operations;

    /** How many operations there are, and which one runs. */
    final int count;

    int index;

    /** Whether the first operation was SEQUENCE, and what it brought. */
    @Nullable
    Session session;

    /** What keeps the answer; a call that was answered before has none. */
    @Nullable
    AnswerKeeper keeper;

    boolean keepReply;

    /** The answer that was given before to the same call. */
    byte @Nullable [] replay;

    /** Whether the call came before and its answer was not kept: only SEQUENCE is answered. */
    boolean forgotten;

    private @Nullable Place current;
    private @Nullable Place saved;
    private Stateid currentStateid = Stateid.ANONYMOUS;
    private Stateid savedStateid = Stateid.ANONYMOUS;

    private @Nullable Opcode running;
    private int statusAt;

    private @Nullable NodeId changed;
    private DurableAnswers.@Nullable Failure syncFailure;

    private @Nullable ExportRoot callerExport;
    private @Nullable Caller caller;

    Compound(Service service, int minor, int count, RpcCall call, XdrWriter out) {
        this.service = service;
        this.exports = service.exports().present();
        this.minor = minor;
        this.count = count;
        this.call = call;
        this.in = call.arguments();
        this.operations = minor == 0 ? in.rest() : null;
        this.out = out;
    }

    /** What tells this call from another with the same number, of whose arguments these are the last. */
    long print(ByteBuffer arguments) {
        CRC32C crc = new CRC32C();
        crc.update(arguments.slice(0, Math.min(PRINT_BYTES, arguments.remaining())));
        long who = 31L * call.credential().uid() + call.credential().flavor();
        return crc.getValue() << 32 ^ arguments.remaining() ^ (long) count << 24 ^ who << 40;
    }

    Vfs vfs() {
        return service.vfs();
    }

    NfsState state() {
        return service.state();
    }

    /** The client of the session; null in NFSv4.0. */
    @Nullable
    NfsClient sessionClient() {
        Session present = session;
        return present == null ? null : present.client();
    }

    /** The client of the session, or of an id that the arguments say in NFSv4.0. */
    NfsClient clientOf(long id) {
        NfsClient client = sessionClient();
        if (client == null) {
            client = state().clients().require(id);
            client.renew();
        }
        return client;
    }

    boolean isFirstMinor() {
        return minor == 0;
    }

    /** The current filehandle; NOFILEHANDLE. */
    Place current() {
        Place place = current;
        if (place == null) {
            throw new NfsException(NfsStatus.NOFILEHANDLE);
        }
        return place;
    }

    /** The current filehandle, in a volume; what writes to a pseudo directory finds it read-only. */
    Place currentToChange() {
        Place place = current();
        requireWritable(place);
        return place;
    }

    /** Whether nothing may be changed there, whoever asks. */
    static boolean isReadOnly(Place place) {
        ExportRoot export = place.export();
        return export == null || export.export().readOnly();
    }

    static void requireWritable(Place place) {
        if (isReadOnly(place)) {
            throw new NfsException(NfsStatus.ROFS);
        }
    }

    /** The current filehandle, or null. */
    @Nullable
    Place currentOrNull() {
        return current;
    }

    Place saved() {
        Place place = saved;
        if (place == null) {
            throw new NfsException(isFirstMinor() ? NfsStatus.RESTOREFH : NfsStatus.NOFILEHANDLE);
        }
        return place;
    }

    /** The saved filehandle of operations that need both. */
    Place savedToUse() {
        Place place = saved;
        if (place == null) {
            throw new NfsException(NfsStatus.NOFILEHANDLE);
        }
        return place;
    }

    /** A new current filehandle; the current stateid goes (RFC 8881, section 16.2.3.1.2). */
    void setCurrent(@Nullable Place place) {
        current = place;
        currentStateid = Stateid.ANONYMOUS;
    }

    void save() {
        saved = current();
        savedStateid = currentStateid;
    }

    void restore() {
        current = saved();
        currentStateid = savedStateid;
    }

    void setStateid(Stateid stateid) {
        currentStateid = stateid;
    }

    /** Reads a stateid; the special one that stands for the current is replaced by it. */
    Stateid readStateid() {
        Stateid stateid = Stateid.read(in);
        return isFirstMinor() || !stateid.equals(Stateid.CURRENT) ? stateid : currentStateid;
    }

    /** What is known of the current filehandle. */
    Stat stat(int mask) {
        return exports.stat(current(), mask);
    }

    /** Who calls, as the export sees it. */
    Caller caller(Place place) {
        ExportRoot export = place.export();
        Caller known = caller;
        if (known == null || callerExport != export) {
            known = new Caller(
                    credentials(export),
                    fsClient(),
                    0,
                    0,
                    0,
                    call.peer().address().getAddress().getHostAddress(),
                    Caller.Patience.COME_AGAIN);
            caller = known;
            callerExport = export;
        }
        return known;
    }

    Caller caller() {
        return caller(current());
    }

    private Client fsClient() {
        NfsClient client = sessionClient();
        return client == null ? state().nobody() : client.fsClient();
    }

    /** The caller as another client of the same user: NFSv4.0, where arguments say which client it is. */
    Caller callerAs(NfsClient client) {
        Caller plain = caller();
        return new Caller(plain.credentials(), client.fsClient(), 0, 0, 0, plain.address(), Caller.Patience.COME_AGAIN);
    }

    private Credentials credentials(@Nullable ExportRoot root) {
        Credential credential = call.credential();
        Export export = root == null ? Export.LOOPBACK : root.export();
        boolean squashed = credential.flavor() == Credential.AUTH_NONE
                || export.squash() == Export.Squash.ALL
                || (export.squash() == Export.Squash.ROOT && credential.uid() == 0);
        if (squashed) {
            return Credentials.of(export.anonymousUid(), export.anonymousGid());
        }
        boolean rootGroup = export.squash() == Export.Squash.NONE;
        int gid = mapped(credential.gid(), export, rootGroup);
        if (export.manageGroups()) {
            return Credentials.ofLazy(
                    credential.uid(), gid, () -> service.identities().groupsOf(credential.uid()));
        }
        int[] groups = credential.groups().stream()
                .mapToInt(group -> mapped(group, export, rootGroup))
                .toArray();
        return Credentials.of(credential.uid(), gid, groups);
    }

    private static int mapped(int gid, Export export, boolean rootGroup) {
        return gid == 0 && !rootGroup ? export.anonymousGid() : gid;
    }

    /** An operation begins, whose status is at that position of the answer. */
    void begin(Opcode opcode, int at) {
        running = opcode;
        statusAt = at;
    }

    /** Names and attributes changed, and are durable before the answer leaves, where the export wants that. */
    void commit(Place place) {
        ExportRoot export = place.export();
        if (export != null && !export.export().async() && syncFailure == null) {
            changed = place.node();
            int extraBytes = running == Opcode.SETATTR ? Integer.BYTES : 0;
            syncFailure = new DurableAnswers.Failure(statusAt, index, extraBytes);
        }
    }

    /** What has to be durable before the answer leaves: an inode of a tree that changed; null for nothing. */
    @Nullable
    NodeId changed() {
        return changed;
    }

    /** What the answer says if it cannot be made so. */
    DurableAnswers.@Nullable Failure syncFailure() {
        return syncFailure;
    }

    /** WRONG_TYPE for anything but a regular file. */
    void requireRegular(Place place) {
        if (exports.stat(place, StatMask.TYPE).type() != FileType.REGULAR) {
            throw new NfsException(NfsStatus.WRONG_TYPE);
        }
    }

    /** What a directory or a file is not that an operation wants. */
    NfsException wrongType(Stat stat) {
        return new NfsException(
                switch (stat.type()) {
                    case DIRECTORY -> NfsStatus.ISDIR;
                    case SYMLINK -> isFirstMinor() ? NfsStatus.INVAL : NfsStatus.SYMLINK;
                    default -> isFirstMinor() ? NfsStatus.INVAL : NfsStatus.WRONG_TYPE;
                });
    }
}
