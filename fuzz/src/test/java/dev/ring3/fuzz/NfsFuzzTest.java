package dev.ring3.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.nfs.Export;
import dev.ring3.nfs.NfsOptions;
import dev.ring3.nfs.NfsServer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The arguments of a COMPOUND, sent to a server over a socket as root: whatever they are, the server executes them or says that it cannot
 * decode them, and the connection stays. The inputs are COMPOUNDs of NFSv4.0, which needs no session, of all operations on files.
 */
class NfsFuzzTest {
    private static final int NFS_PROGRAM = 100003;
    private static final int HEAD_BYTES = 60;
    private static final int SUCCESS = 0;
    private static final int GARBAGE_ARGS = 4;

    @TempDir
    private static Path state;

    private static Volume volume;
    private static NfsServer server;
    private static Socket socket;
    private static int xid;

    @BeforeAll
    static void startServer() throws IOException {
        volume = Volume.inMemory(256L << 20, VolumeOptions.DEFAULT);
        Export export = Export.LOOPBACK.withInsecure(true).withSquash(Export.Squash.NONE, Export.NOBODY, Export.NOBODY);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server =
                NfsServer.start(new Vfs(volume), NfsOptions.loopback(any, state).withExports(List.of(export)));
        socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
        socket.setSoTimeout(30_000);
    }

    @AfterAll
    static void stopServer() throws ReflectiveOperationException, IOException {
        socket.close();
        server.close();
        volume.close();
        Coverage.requireSeen();
    }

    @FuzzTest
    void compound(byte[] arguments) throws IOException {
        ByteBuffer call = ByteBuffer.allocate(4 + HEAD_BYTES + arguments.length);
        call.putInt(0x80000000 | (HEAD_BYTES + arguments.length));
        call.putInt(++xid).putInt(0).putInt(2).putInt(NFS_PROGRAM).putInt(4).putInt(1);
        // AUTH_SYS: a stamp, no name of a machine, root and its group, no others.
        call.putInt(1).putInt(20).putInt(0).putInt(0).putInt(0).putInt(0).putInt(0);
        call.putInt(0).putInt(0).put(arguments);
        new DataOutputStream(socket.getOutputStream()).write(call.array());
        ByteBuffer reply = ByteBuffer.wrap(record());
        assertThat(reply.getInt()).isEqualTo(xid);
        assertThat(reply.getInt()).as("a reply").isEqualTo(1);
        assertThat(reply.getInt()).as("accepted").isZero();
        reply.getInt();
        assertThat(reply.getInt()).as("the length of the verifier").isZero();
        assertThat(reply.getInt()).isIn(SUCCESS, GARBAGE_ARGS);
    }

    private static byte[] record() throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        int mark = in.readInt();
        assertThat(mark).as("one fragment").isNegative();
        return in.readNBytes(mark & Integer.MAX_VALUE);
    }
}
