package dev.ring3.it.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.nfs.NfsTls;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** RPC with TLS (RFC 9289), which begins on a connection that began without. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTest {
    private static final int LEASE_SECONDS = 90;
    private static final RpcCredential AUTH_TLS = new RpcCredential(7, Opaque.filled(0, 0));
    private static final int MIB = 1 << 20;

    private SSLContext trusting;
    private Ring3 server;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        TlsKeys keys = new TlsKeys(folder);
        trusting = keys.client();
        server = Ring3.startWithTls(LEASE_SECONDS, new NfsTls(keys.server(), true));
    }

    @AfterAll
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static Socket connect(Ring3 to) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), to.port());
    }

    /** NULL with AUTH_TLS: what the server answers. */
    private static XdrReader probe(Socket socket) throws IOException {
        byte[] call = RpcConnection.message(1, RpcConnection.NFS_PROGRAM, 4, 0, AUTH_TLS, new byte[0]);
        socket.getOutputStream().write(RpcConnection.marked(call));
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] reply = new byte[in.readInt() & Integer.MAX_VALUE];
        in.readFully(reply);
        XdrReader answer = new XdrReader(reply);
        assertThat(answer.u32()).isEqualTo(1);
        assertThat(answer.u32()).as("a reply").isEqualTo(1);
        return answer;
    }

    private static void assertStartsTls(XdrReader reply) {
        assertThat(reply.u32()).as("accepted").isZero();
        assertThat(reply.u32()).as("the verifier's flavor").isZero();
        assertThat(reply.opaque()).isEqualTo(Opaque.of("STARTTLS"));
        assertThat(reply.u32()).as("success").isZero();
    }

    private Client41 secured() throws IOException {
        return secured(server.port(), trusting);
    }

    /** A client that speaks TLS with the server at a port. */
    static Client41 secured(int port, SSLContext trusting) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        assertStartsTls(probe(plain));
        SSLSocket secured = (SSLSocket) trusting.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"sunrpc"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        assertThat(secured.getSession().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(secured.getApplicationProtocol()).isEqualTo("sunrpc");
        return new Client41(
                new RpcConnection(secured), 2, RpcCredential.ROOT, Client41.newOwner(), Client41.newVerifier());
    }

    private static Opaque newFile(Session session, String name) {
        Open open = Open.by(session.owner("o"))
                .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                .unchecked(AttrValues.ofMode(0644))
                .name(name);
        return session.call(Ops.putRootFh(), open.op(), Ops.getFh()).handle();
    }

    private static Op read(long offset) {
        return Ops.read(StateId.ANONYMOUS, offset, MIB);
    }

    /** Data of many packets in both directions, several calls at a time. */
    @Test
    void largeData_goesThereAndBack() throws Exception {
        try (Client41 client = secured()) {
            Session session = client.newSession();
            Opaque file = newFile(session, "large");
            byte[] content = new byte[MIB];
            new Random(1).nextBytes(content);
            List<CompletableFuture<Reply>> writes = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Op write = Ops.write(StateId.ANONYMOUS, (long) i * MIB, Ops.Stable.UNSTABLE, content);
                writes.add(session.callLater(Ops.putFh(file), write));
            }
            for (CompletableFuture<Reply> write : writes) {
                write.get(RpcConnection.SECONDS_MAX, TimeUnit.SECONDS).ok();
            }
            List<CompletableFuture<Reply>> reads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                reads.add(session.callLater(Ops.putFh(file), read((long) i * MIB)));
            }
            for (CompletableFuture<Reply> each : reads) {
                Reply reply = each.get(RpcConnection.SECONDS_MAX, TimeUnit.SECONDS);
                assertThat(reply.data().data()).isEqualTo(Opaque.of(content));
            }
        }
    }

    /** More small calls than are worked on at a time, sent without waiting. */
    @Test
    void manyCalls_areAllAnswered() throws Exception {
        try (Client41 client = secured()) {
            Session session = client.newSession();
            List<CompletableFuture<Reply>> replies = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                replies.add(session.callLater(Ops.putRootFh(), Ops.getAttr(Attr.CHANGE)));
            }
            for (CompletableFuture<Reply> reply : replies) {
                reply.get(RpcConnection.SECONDS_MAX, TimeUnit.SECONDS).ok();
            }
        }
    }

    /** The server's own calls go the same way. */
    @Test
    void recall_comesUnderTls() throws Exception {
        try (Client41 client = secured();
                Client41 other = secured()) {
            Session session = client.newSession();
            Opaque file = newFile(session, "delegated");
            Open wanting = Open.by(session.owner("reader"))
                    .access(Open.READ | Open.WANT_READ_DELEGATION)
                    .name("delegated");
            // Its own open for writing does not keep it from a delegation.
            Reply opened = session.call(Ops.putRootFh(), wanting.op());
            assertThat(opened.opened().delegation().type()).isEqualTo(1);
            Session second = other.newSession();
            Op write = Open.by(second.owner("w"))
                    .access(Open.WRITE | Open.WANT_NO_DELEGATION)
                    .name("delegated")
                    .op();
            assertThat(second.call(Ops.putRootFh(), write).status()).isEqualTo(NfsStatus.DELAY);
            StateId recalled = client.backChannel.awaitRecall().stateId();
            session.call(Ops.putFh(file), Ops.delegReturn(recalled)).ok();
        }
    }

    @Test
    void plainCalls_fromThisMachine_areServedToo() throws Exception {
        try (Client41 client = Client41.open(server.port(), 2)) {
            client.newSession().call(Ops.putRootFh()).ok();
        }
    }

    /** What is no TLS after STARTTLS ends that connection, and no other. */
    @Test
    void noTls_afterAllThat_endsTheConnection() throws Exception {
        try (Client41 witness = secured();
                Socket socket = connect(server)) {
            assertStartsTls(probe(socket));
            byte[] call = RpcConnection.message(2, RpcConnection.NFS_PROGRAM, 4, 0, RpcCredential.NONE, new byte[0]);
            socket.getOutputStream().write(RpcConnection.marked(call));
            socket.setSoTimeout(30_000);
            // At most a TLS alert comes, and then the end.
            assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(64);
            witness.newSession().call(Ops.putRootFh()).ok();
        }
    }

    @Test
    void serverWithoutTls_refusesTheProbe() throws Exception {
        try (Ring3 plain = Ring3.start(LEASE_SECONDS);
                Socket socket = connect(plain)) {
            XdrReader reply = probe(socket);
            assertThat(reply.u32()).as("denied").isEqualTo(1);
            assertThat(reply.u32()).as("for its credential").isEqualTo(1);
        }
    }
}
