package dev.ring3.nfs.op;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Opcode;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.rpc.Credential;
import dev.ring3.nfs.rpc.LateAnswer;
import dev.ring3.nfs.rpc.Peer;
import dev.ring3.nfs.rpc.RpcCall;
import dev.ring3.nfs.state.NfsState;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A server without sockets, over a volume in memory, and one client of it. */
final class Driver implements AutoCloseable {
    static final Credential USER = new Credential(Credential.AUTH_SYS, 1000, 1000, List.of(), "test");
    static final Credential ROOT = new Credential(Credential.AUTH_SYS, 0, 0, List.of(), "test");
    private static final int BYTES = 1 << 17;

    /** An operation with its arguments. */
    record Op(Opcode opcode, Consumer<XdrWriter> arguments) {
        static Op of(Opcode opcode, Consumer<XdrWriter> arguments) {
            return new Op(opcode, arguments);
        }

        static Op of(Opcode opcode) {
            return new Op(opcode, _ -> {});
        }
    }

    /** An answer: its bytes, and a reader that stands at the results of the last operation. */
    @SuppressWarnings("ArrayRecordComponent")
    record Reply(NfsStatus status, int done, byte[] bytes) {
        Reply ok() {
            assertThat(status).isEqualTo(NfsStatus.OK);
            return this;
        }

        /** A reader at the first result, which is the number of the first operation. */
        XdrReader results() {
            XdrReader in = new XdrReader(ByteBuffer.wrap(bytes));
            in.getInt();
            in.getOpaque(64);
            in.getInt();
            return in;
        }
    }

    final Volume volume;
    final Vfs vfs;
    final Path folder;
    final Export export;
    NfsState state;
    ExportTable exports;
    Compounds compounds;
    Peer peer = new FakePeer("127.0.0.1", 700);
    Credential credential = ROOT;

    /** Of the last call; each has another one. */
    final AtomicInteger xid = new AtomicInteger();

    // The session of 4.1.
    long client;
    byte[] session = new byte[16];
    int sequence;

    Driver(Path folder) {
        this(folder, Export.LOOPBACK.withSquash(Export.Squash.NONE, Export.NOBODY, Export.NOBODY));
    }

    Driver(Path folder, Export export) {
        this.volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
        this.vfs = new Vfs(volume);
        this.folder = folder;
        this.export = export;
        start();
    }

    /** Begins an instance of the server on the same volume. */
    void start() {
        state = new NfsState(vfs, folder, Duration.ofHours(1), Duration.ofHours(1));
        exports = new ExportTable(state, new Exports(vfs, List.of(export), null));
        compounds = new Compounds(
                new Service(vfs, exports, state, new Identities(folder.resolve("passwd"), folder.resolve("group"))));
    }

    Reply run(int minor, Op... ops) {
        return reply(raw(minor, ops));
    }

    byte[] raw(int minor, Op... ops) {
        return send(encode(minor, ops));
    }

    static byte[] encode(int minor, Op... ops) {
        XdrWriter call = new XdrWriter(ByteBuffer.allocate(BYTES));
        call.putOpaque("tag".getBytes(UTF_8)).putInt(minor).putInt(ops.length);
        for (Op op : ops) {
            call.putInt(op.opcode().number());
            op.arguments().accept(call);
        }
        return call.copySince(0);
    }

    byte[] send(byte[] compound) {
        return send(xid.incrementAndGet(), peer, compound);
    }

    /** Sends a call that may have been sent before. */
    byte[] send(int number, Peer from, byte[] compound) {
        XdrWriter results = new XdrWriter(ByteBuffer.allocate(BYTES));
        Waiting waiting = new Waiting(results);
        RpcCall call = new RpcCall(number, 4, 1, credential, new XdrReader(ByteBuffer.wrap(compound)), from, waiting);
        return switch (compounds.call(call, results)) {
            case DONE -> results.copySince(0);
            case LATER -> waiting.sent.join();
            case NO_PROCEDURE, WEAK_CREDENTIAL -> throw new AssertionError("not answered");
        };
    }

    /** Waits for an answer that comes late. */
    private record Waiting(XdrWriter results, CompletableFuture<byte[]> sent) implements RpcCall.Handling {
        Waiting(XdrWriter results) {
            this(results, new CompletableFuture<>());
        }

        @Override
        public void passOn() {}

        @Override
        public LateAnswer detach() {
            ByteBuffer record = ByteBuffer.wrap(results.copySince(0));
            return new LateAnswer() {
                @Override
                public ByteBuffer record() {
                    return record;
                }

                @Override
                public void send() {
                    sent.complete(Arrays.copyOf(record.array(), record.limit()));
                }
            };
        }
    }

    static Reply reply(byte[] bytes) {
        XdrReader in = new XdrReader(ByteBuffer.wrap(bytes));
        int number = in.getInt();
        in.getOpaque(64);
        NfsStatus status = Arrays.stream(NfsStatus.values())
                .filter(each -> each.number() == number)
                .findAny()
                .orElseThrow();
        return new Reply(status, in.getInt(), bytes);
    }

    /** EXCHANGE_ID and CREATE_SESSION, with a back channel, and RECLAIM_COMPLETE. */
    Driver connect(String owner) {
        client = exchange(owner, 1);
        session = createSession(client, 1);
        sequence = 0;
        inSession(Op.of(Opcode.RECLAIM_COMPLETE, out -> out.putBool(false))).ok();
        return this;
    }

    long exchange(String owner, long verifier) {
        XdrReader in = run(1, exchangeOp(owner, verifier, 0)).ok().results();
        in.getLong();
        return in.getLong();
    }

    static Op exchangeOp(String owner, long verifier, int flags) {
        return Op.of(
                Opcode.EXCHANGE_ID,
                out -> out.putLong(verifier)
                        .putOpaque(owner.getBytes(UTF_8))
                        .putInt(flags)
                        .putInt(0)
                        .putInt(0));
    }

    byte[] createSession(long id, int number) {
        XdrReader in = run(1, createSessionOp(id, number)).ok().results();
        in.getLong();
        return in.getFixed(16);
    }

    static Op createSessionOp(long id, int number) {
        return Op.of(Opcode.CREATE_SESSION, out -> {
            out.putLong(id).putInt(number).putInt(2);
            for (int channel = 0; channel < 2; channel++) {
                out.putInt(0)
                        .putInt(BYTES)
                        .putInt(BYTES)
                        .putInt(4096)
                        .putInt(16)
                        .putInt(4)
                        .putInt(0);
            }
            out.putInt(0x4000_0000).putInt(0);
        });
    }

    Op sequenceOp(int number, int slot, boolean keep) {
        return Op.of(
                Opcode.SEQUENCE,
                out -> out.putFixed(session)
                        .putInt(number)
                        .putInt(slot)
                        .putInt(slot)
                        .putBool(keep));
    }

    /** The operations after SEQUENCE on slot 0, with minor version 2. */
    Reply inSession(Op... ops) {
        Op[] all = new Op[ops.length + 1];
        all[0] = sequenceOp(++sequence, 0, false);
        System.arraycopy(ops, 0, all, 1, ops.length);
        return run(2, all);
    }

    static Op root() {
        return Op.of(Opcode.PUTROOTFH);
    }

    static Op lookup(String name) {
        return Op.of(Opcode.LOOKUP, out -> out.putOpaque(name.getBytes(UTF_8)));
    }

    static Op mkdir(String name) {
        return Op.of(
                Opcode.CREATE,
                out -> out.putInt(2).putOpaque(name.getBytes(UTF_8)).putInt(0).putInt(0));
    }

    static Op remove(String name) {
        return Op.of(Opcode.REMOVE, out -> out.putOpaque(name.getBytes(UTF_8)));
    }

    /** OPEN of a name in the current directory, created unless it is there. */
    static Op open(String owner, int access, int deny, String name) {
        return Op.of(
                Opcode.OPEN,
                out -> out.putInt(0)
                        .putInt(access)
                        .putInt(deny)
                        .putLong(0)
                        .putOpaque(owner.getBytes(UTF_8))
                        .putInt(1)
                        .putInt(0)
                        .putInt(0)
                        .putInt(0)
                        .putInt(0)
                        .putOpaque(name.getBytes(UTF_8)));
    }

    /** OPEN of the current file, as it was held before a restart. */
    static Op reclaim(String owner, int access) {
        return Op.of(
                Opcode.OPEN,
                out -> out.putInt(0)
                        .putInt(access)
                        .putInt(0)
                        .putLong(0)
                        .putOpaque(owner.getBytes(UTF_8))
                        .putInt(0)
                        .putInt(1)
                        .putInt(0));
    }

    static Op write(Stateid stateid, long offset, String text) {
        return Op.of(Opcode.WRITE, out -> {
            stateid.write(out);
            out.putLong(offset).putInt(2).putOpaque(text.getBytes(UTF_8));
        });
    }

    static Op read(Stateid stateid, long offset, int count) {
        return Op.of(Opcode.READ, out -> {
            stateid.write(out);
            out.putLong(offset).putInt(count);
        });
    }

    static Op getfh() {
        return Op.of(Opcode.GETFH);
    }

    static Op putfh(byte[] handle) {
        return Op.of(Opcode.PUTFH, out -> out.putOpaque(handle));
    }

    /** Opens a file in the root and gives its stateid. */
    Stateid opened(String owner, int access, int deny, String name) {
        XdrReader in = inSession(root(), open(owner, access, deny, name)).ok().results();
        skipSequence(in);
        in.getLong();
        in.getLong();
        return Stateid.read(in);
    }

    /** The handle of what has this name in the root. */
    byte[] handle(String name) {
        XdrReader in = inSession(root(), lookup(name), getfh()).ok().results();
        skipSequence(in);
        in.getLong();
        in.getLong();
        in.getLong();
        return in.getOpaque(128);
    }

    static void skipSequence(XdrReader in) {
        in.getLong();
        in.getFixed(16 + 5 * Integer.BYTES);
    }

    @Override
    public void close() {
        state.close();
        volume.close();
    }
}
