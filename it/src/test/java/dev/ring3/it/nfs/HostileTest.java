package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What no client should send: the server answers or hangs up, and whoever behaves notices nothing. */
class HostileTest extends NfsSuite {
    private static final int LAST = 0x80000000;
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void closeSockets() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Socket connectRaw() throws IOException {
        Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), target.port());
        socket.setSoTimeout((int) (RpcConnection.SECONDS_MAX * 1000));
        sockets.add(socket);
        return socket;
    }

    private static byte[] words(int... words) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * words.length);
        buffer.asIntBuffer().put(words);
        return buffer.array();
    }

    /** What is sent to a connection that may be closed already is lost, and that is all. */
    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            assertThat(e).hasMessageFindingMatch("reset|closed|Broken pipe");
        }
    }

    private static boolean hasEnded(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    private void assertOthersAreServed() {
        session.call(Ops.putRootFh(), Ops.getAttr(Attr.TYPE)).ok();
    }

    @Test
    void recordOfTwoGigabytes_endsTheConnection() throws Exception {
        for (int mark : new int[] {LAST | 0x7FFFFFFF, 0x7FFFFFFF, LAST | 0x10000000}) {
            Socket socket = connectRaw();
            send(socket, words(mark));
            send(socket, new byte[65536]);
            assertThat(hasEnded(socket)).isTrue();
        }
        assertOthersAreServed();
    }

    @Test
    void fragmentsWithoutEnd_endTheConnection() throws Exception {
        Socket socket = connectRaw();
        byte[] fragment = ByteBuffer.allocate(4 + 65536).putInt(65536).array();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 4096; i++) {
                send(socket, fragment);
            }
        });
        assertThat(hasEnded(socket)).isTrue();
        socket.close();
        sending.join();
        assertOthersAreServed();
    }

    @Test
    void emptyFragmentsWithoutEnd_endTheConnectionOrAreIgnored() throws Exception {
        Socket socket = connectRaw();
        byte[] empty = new byte[65536];
        for (int i = 0; i < 256; i++) {
            send(socket, empty);
        }
        assertOthersAreServed();
    }

    @Test
    void record_inTinyFragments_isOne() throws Exception {
        Socket socket = connectRaw();
        byte[] call = RpcConnection.message(77, RpcConnection.NFS_PROGRAM, 4, 0, RpcCredential.NONE, new byte[0]);
        for (int i = 0; i < call.length; i += 4) {
            int mark = i + 4 == call.length ? LAST | 4 : 4;
            send(socket, ByteBuffer.allocate(8).putInt(mark).put(call, i, 4).array());
        }
        byte[] reply = socket.getInputStream().readNBytes(28);
        assertThat(ByteBuffer.wrap(reply).getInt(4)).isEqualTo(77);
        assertThat(ByteBuffer.wrap(reply).getInt(8)).isEqualTo(1);
    }

    @Test
    void recordCutShort_isForgotten() throws Exception {
        for (int length = 0; length < 60; length += 3) {
            Socket socket = connectRaw();
            byte[] whole = RpcConnection.marked(RpcConnection.message(
                    1,
                    RpcConnection.NFS_PROGRAM,
                    4,
                    1,
                    RpcCredential.ROOT,
                    Compound.of(2).encode()));
            send(socket, Arrays.copyOf(whole, length));
            socket.close();
        }
        assertOthersAreServed();
    }

    @Test
    void tooShortRecords_areRefused() throws Exception {
        for (int length : new int[] {0, 1, 3, 4, 8, 20}) {
            Socket socket = connectRaw();
            send(socket, RpcConnection.marked(new byte[length]));
            socket.shutdownOutput();
            // An answer or the end, within the time of the socket.
            hasEnded(socket);
        }
        assertOthersAreServed();
    }

    @Test
    void replyInsteadOfCall_isNotAnswered() throws Exception {
        Socket socket = connectRaw();
        send(socket, RpcConnection.marked(words(1, 1, 0, 0, 0, 0)));
        socket.shutdownOutput();
        assertThat(hasEnded(socket)).isTrue();
        assertOthersAreServed();
    }

    @Test
    void credentialThatLies_isRefused() throws Exception {
        for (int length : new int[] {-1, 401, 1 << 20, Integer.MAX_VALUE}) {
            Socket socket = connectRaw();
            send(socket, RpcConnection.marked(words(1, 0, 2, RpcConnection.NFS_PROGRAM, 4, 1, 1, length, 0, 0, 0)));
            socket.shutdownOutput();
            hasEnded(socket);
        }
        assertOthersAreServed();
    }

    @Test
    void randomBytes_harmNobody() throws Exception {
        long seed = Long.getLong("ring3.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            Socket socket = connectRaw();
            byte[] garbage = new byte[random.nextInt(2000)];
            random.nextBytes(garbage);
            send(socket, random.nextBoolean() ? garbage : RpcConnection.marked(garbage));
            socket.close();
        }
        assertThat(session.call(Ops.putRootFh()).status())
                .as("replay: -Dring3.seed=%d HostileTest#randomBytes_harmNobody", seed)
                .isEqualTo(NfsStatus.OK);
    }

    /** Whole COMPOUNDs with bytes changed here and there: whatever they do is an answer, and the session goes on. */
    @Test
    void changedCompounds_areAnswered() {
        long seed = Long.getLong("ring3.seed", System.nanoTime());
        Random random = new Random(seed);
        List<Op> ops = List.of(
                Ops.putFh(directory),
                Ops.saveFh(),
                create("f").op(),
                Ops.getAttr(Attr.TYPE, Attr.SIZE, Attr.MODE, Attr.OWNER),
                Ops.write(StateId.CURRENT, 0, Ops.Stable.UNSTABLE, utf8("content")),
                Ops.read(StateId.CURRENT, 0, 100),
                Ops.setAttr(StateId.CURRENT, AttrValues.ofMode(0600).size(3)),
                Ops.lockTest(true, new Ops.Range(0, 10), session.owner("o")),
                Ops.restoreFh(),
                Ops.readDir(0, Opaque.filled(8, 0), 512, 4096, Attr.TYPE));
        int head = session.encodeWith(SessionOps.sequence(session.id, 0, 0, 0, false), List.of()).length;
        for (int i = 0; i < 2000; i++) {
            byte[] call = session.encodeWith(SessionOps.sequence(session.id, i + 1, 11, 15, false), ops);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int at = head + random.nextInt(call.length - head);
                call[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xFF);
            }
            RpcReply reply = client.connection.compound(client.credential, call);
            if (!(reply instanceof RpcReply.Success)) {
                assertThat(reply)
                        .as("replay: -Dring3.seed=%d HostileTest#changedCompounds_areAnswered", seed)
                        .isEqualTo(new RpcReply.Refused(RpcReply.AcceptStat.GARBAGE_ARGS));
                // Not executed, so that the slot's number was not used.
                session.callWith(SessionOps.sequence(session.id, i + 1, 11, 15, false))
                        .ok();
            }
        }
        assertOthersAreServed();
    }

    @Test
    void thousandHalfOpenConnections_leaveOthersServed() throws Exception {
        long before = usedHeapBytes();
        for (int i = 0; i < 1000; i++) {
            Socket socket = connectRaw();
            // A megabyte is announced; three bytes come.
            send(socket, words(LAST | 1_000_000));
            send(socket, new byte[3]);
            if (i % 100 == 0) {
                assertOthersAreServed();
            }
        }
        assertOthersAreServed();
        newClient().newSession().call(Ops.putRootFh()).ok();
        assertThat(usedHeapBytes() - before)
                .as("memory is taken for what came, not for what was announced")
                .isLessThan(300L << 20);
    }

    private static long usedHeapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** One who asks for megabytes and reads none of it stops being served, and nobody else. */
    @Test
    void clientThatDoesNotRead_delaysNobody() throws Exception {
        Opened file = newFile("big");
        file.call(Ops.setAttr(file.stateId(), AttrValues.ofSize(1 << 20))).ok();
        Client41 greedy = newClient();
        Session its = greedy.newSession();
        List<byte[]> calls = new ArrayList<>();
        for (int slot = 0; slot < its.made.fore().requestsMax(); slot++) {
            Op sequence = SessionOps.sequence(its.id, slot == 0 ? its.sequence(0) + 1 : 1, slot, 15, false);
            byte[] call = its.encodeWith(
                    sequence, List.of(Ops.putFh(file.handle()), Ops.read(StateId.ANONYMOUS, 0, 1 << 20)));
            calls.add(RpcConnection.marked(
                    RpcConnection.message(slot, RpcConnection.NFS_PROGRAM, 4, 1, RpcCredential.ROOT, call)));
        }
        Socket deaf = connectRaw();
        deaf.setReceiveBufferSize(4096);
        for (byte[] call : calls) {
            send(deaf, call);
        }
        for (int i = 0; i < 50; i++) {
            assertOthersAreServed();
            assertThat(file.read(0, 3)).isEqualTo("\0\0\0");
        }
    }

    /** Sessions and clients by the hundred from one place: some are refused or all are served; others always. */
    @Test
    void manyClients_fromOneConnection_harmNobody() throws Exception {
        Client41 busy = newClient();
        for (int i = 0; i < 2000; i++) {
            Reply reply = busy.call(SessionOps.exchangeId(Client41.newVerifier(), Client41.newOwner(), 0));
            assertStatus(reply, NfsStatus.OK, NfsStatus.DELAY, NfsStatus.RESOURCE);
        }
        assertOthersAreServed();
        newClient().newSession().call(Ops.putRootFh()).ok();
    }

    @Test
    void slowCall_byteByByte_isAnswered() throws Exception {
        Socket socket = connectRaw();
        byte[] call = RpcConnection.marked(
                RpcConnection.message(5, RpcConnection.NFS_PROGRAM, 4, 0, RpcCredential.NONE, new byte[0]));
        for (byte each : call) {
            send(socket, new byte[] {each});
            Thread.sleep(5);
        }
        byte[] reply = socket.getInputStream().readNBytes(28);
        assertThat(ByteBuffer.wrap(reply).getInt(4)).isEqualTo(5);
    }
}
