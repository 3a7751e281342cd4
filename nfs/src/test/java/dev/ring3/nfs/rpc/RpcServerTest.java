package dev.ring3.nfs.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrWriter;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RpcServerTest {
    private static final String NONE = "00000000 00000000";
    private static final String ACCEPTED = "00000001 00000000 " + NONE;

    private final AtomicInteger begun = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private RpcServer server;

    /**
     * Procedure 0 answers nothing, 1 what came, 2 fails, 3 waits and gives 64 KiB, 4 wants better credentials, 5 says that it
     * may wait, and does, 6 gives the checksum of what came, 7 answers later, and
     * with less than it wrote.
     */
    private final class Echo implements RpcProgram {
        @Override
        public int number() {
            return 77;
        }

        @Override
        public int version() {
            return 4;
        }

        @Override
        public Outcome call(RpcCall call, XdrWriter results) {
            begun.incrementAndGet();
            switch (call.procedure()) {
                case 0 -> {}
                case 1 -> results.putOpaque(call.arguments().getOpaque(1000));
                case 2 -> throw new XdrException(0, "bad");
                case 3 -> {
                    awaitGate();
                    results.putFixed(new byte[1 << 16]);
                }
                case 4 -> {
                    return Outcome.WEAK_CREDENTIAL;
                }
                case 5 -> {
                    call.mayTakeLong();
                    awaitGate();
                }
                case 6 -> results.putLong(checksum(call.arguments().getOpaqueView(1 << 16)));
                case 7 -> {
                    results.putInt(1).putInt(2);
                    LateAnswer answer = call.answerLater();
                    executor.execute(() -> {
                        answer.record().limit(answer.record().limit() - Integer.BYTES);
                        answer.send();
                    });
                    return Outcome.LATER;
                }
                default -> {
                    return Outcome.NO_PROCEDURE;
                }
            }
            return Outcome.DONE;
        }

        private static long checksum(ByteBuffer bytes) {
            CRC32C checksum = new CRC32C();
            checksum.update(bytes);
            return checksum.getValue();
        }

        private void awaitGate() {
            try {
                gate.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void finish() {
            executor.close();
        }

        @Override
        public void closed(Peer peer) {}
    }

    @BeforeEach
    void start() {
        RpcLimits limits = new RpcLimits(1 << 16, 1 << 17, 1 << 16, 4, 1 << 20, 100, 3, 60, 2);
        server = RpcServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new Echo(), limits, null);
    }

    @AfterEach
    void stop() {
        gate.countDown();
        server.close();
    }

    private Socket connect() throws IOException {
        return new Socket(server.address().getAddress(), server.address().getPort());
    }

    private static void send(Socket socket, String hex) throws IOException {
        byte[] body = HexFormat.of().parseHex(hex.replace(" ", ""));
        ByteBuffer record = ByteBuffer.allocate(4 + body.length)
                .putInt(1 << 31 | body.length)
                .put(body);
        socket.getOutputStream().write(record.array());
    }

    private static String receive(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] body = in.readNBytes(in.readInt() & Integer.MAX_VALUE);
        return HexFormat.of().formatHex(body);
    }

    private String ask(String call) throws IOException {
        try (Socket socket = connect()) {
            send(socket, call);
            return receive(socket);
        }
    }

    private static String hex(String text) {
        return text.replace(" ", "");
    }

    @Test
    void calls_areAnsweredAsRfc5531Says() throws IOException {
        assertThat(ask("00000007 00000000 00000002 0000004d 00000004 00000000 " + NONE + NONE))
                .as("NULL")
                .isEqualTo(hex("00000007 " + ACCEPTED + " 00000000"));
        assertThat(ask("00000007 00000000 00000002 0000004d 00000004 00000001 " + NONE + NONE + "00000002 abcd0000"))
                .as("results")
                .isEqualTo(hex("00000007 " + ACCEPTED + " 00000000 00000002 abcd0000"));
        assertThat(ask("00000007 00000000 00000003 0000004d 00000004 00000000 " + NONE + NONE))
                .as("another RPC version")
                .isEqualTo(hex("00000007 00000001 00000001 00000000 00000002 00000002"));
        assertThat(ask("00000007 00000000 00000002 0000004e 00000004 00000000 " + NONE + NONE))
                .as("another program")
                .isEqualTo(hex("00000007 " + ACCEPTED + " 00000001"));
        assertThat(ask("00000007 00000000 00000002 0000004d 00000003 00000000 " + NONE + NONE))
                .as("another version")
                .isEqualTo(hex("00000007 " + ACCEPTED + " 00000002 00000004 00000004"));
        assertThat(ask("00000007 00000000 00000002 0000004d 00000004 00000009 " + NONE + NONE))
                .as("another procedure")
                .isEqualTo(hex("00000007 " + ACCEPTED + " 00000003"));
        assertThat(ask("00000007 00000000 00000002 0000004d 00000004 00000002 " + NONE + NONE))
                .as("bad arguments")
                .isEqualTo(hex("00000007 " + ACCEPTED + " 00000004"));
        assertThat(ask("00000007 00000000 00000002 0000004d 00000004 00000000 00000006 00000000" + NONE))
                .as("another flavour")
                .isEqualTo(hex("00000007 00000001 00000001 00000001 00000001"));
        assertThat(ask("00000007 00000000 00000002 0000004d 00000004 00000004 " + NONE + NONE))
                .as("a credential that says too little")
                .isEqualTo(hex("00000007 00000001 00000001 00000001 00000005"));
    }

    @Test
    void answer_thatComesLate_isWhatItIsThen() throws IOException {
        assertThat(ask("00000007 00000000 00000002 0000004d 00000004 00000007 " + NONE + NONE))
                .isEqualTo(hex("00000007 " + ACCEPTED + " 00000000 00000001"));
    }

    @Test
    void record_thatIsNone_endsTheConnectionAlone() throws IOException {
        try (Socket bad = connect();
                Socket good = connect()) {
            bad.getOutputStream().write(new byte[] {-1, -1, -1, -1});
            assertThat(bad.getInputStream().read()).isEqualTo(-1);
            send(good, "00000001 00000000 00000002 0000004d 00000004 00000000 " + NONE + NONE);
            assertThat(receive(good)).startsWith("00000001");
        }
    }

    @Test
    void calls_beyondTheLimit_waitUnread() throws Exception {
        try (Socket socket = connect();
                Socket other = connect()) {
            for (int i = 0; i < 40; i++) {
                send(socket, "0000000%x 00000000 00000002 0000004d 00000004 00000003 ".formatted(i % 16) + NONE + NONE);
            }
            assertThat(other.isConnected()).isTrue();
            gate.countDown();
            for (int i = 0; i < 40; i++) {
                assertThat(receive(socket)).hasSizeGreaterThan(1 << 16);
            }
            assertThat(begun.get()).isEqualTo(40);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000005", "00000003"})
    void call_thatWaits_keepsNobodyFromBeingServed(String procedure) throws IOException {
        try (Socket slow = connect();
                Socket quick = connect()) {
            send(slow, "00000009 00000000 00000002 0000004d 00000004 " + procedure + NONE + NONE);
            for (int i = 0; i < 100; i++) {
                send(quick, "00000001 00000000 00000002 0000004d 00000004 00000000 " + NONE + NONE);
                assertThat(receive(quick)).startsWith("00000001");
            }
            gate.countDown();
            assertThat(receive(slow)).startsWith("00000009");
        }
    }

    /** Each in fragments of any size that arrive in pieces of any size, one behind the other. */
    @Test
    void longCalls_arriveWhole() throws IOException {
        long seed = Long.getLong("ring3.seed", System.nanoTime());
        Random random = new Random(seed);
        try (Socket socket = connect()) {
            socket.setTcpNoDelay(true);
            for (int round = 0; round < 30; round++) {
                byte[] data = new byte[random.nextInt(15_000) * 4];
                random.nextBytes(data);
                sendInPieces(socket, call(6, data), random);
                CRC32C checksum = new CRC32C();
                checksum.update(data);
                assertThat(receive(socket))
                        .as("replay: -Dring3.seed=%d RpcServerTest#longCalls_arriveWhole", seed)
                        .endsWith("%016x".formatted(checksum.getValue()));
            }
        }
    }

    private static byte[] call(int procedure, byte[] data) {
        return ByteBuffer.allocate(44 + data.length)
                .putInt(7)
                .putInt(0)
                .putInt(2)
                .putInt(77)
                .putInt(4)
                .putInt(procedure)
                .put(new byte[16])
                .putInt(data.length)
                .put(data)
                .array();
    }

    private static void sendInPieces(Socket socket, byte[] record, Random random) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(stream);
        for (int at = 0; at < record.length; ) {
            int length = Math.min(record.length - at, 1 + random.nextInt(random.nextBoolean() ? 50_000 : 5_000));
            out.writeInt(length | (at + length == record.length ? 1 << 31 : 0));
            out.write(record, at, length);
            at += length;
        }
        byte[] bytes = stream.toByteArray();
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(40_000));
            socket.getOutputStream().write(bytes, at, length);
            at += length;
        }
    }

    @Test
    void connections_ofOneAddressBeyondTheLimit_areClosed() throws IOException {
        try (Socket one = connect();
                Socket two = connect();
                Socket three = connect();
                Socket four = connect()) {
            assertThat(four.getInputStream().read()).isEqualTo(-1);
            for (Socket each : new Socket[] {one, two, three}) {
                send(each, "00000001 00000000 00000002 0000004d 00000004 00000000 " + NONE + NONE);
                assertThat(receive(each)).startsWith("00000001");
            }
        }
    }
}
