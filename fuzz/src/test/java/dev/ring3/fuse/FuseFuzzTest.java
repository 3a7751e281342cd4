package dev.ring3.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatFlags;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.fuzz.Coverage;
import dev.ring3.linux.Access;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.RawFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Requests of a kernel that is out of its mind: whatever is in one, it is answered, with an error or within the room that
 * an answer has; nothing else is thrown. An input is the operation's number, which inode it is about (the root, a file, a
 * directory, one that is not known), and the body. Handle 0 is the file, open, and 1 the directory.
 */
class FuseFuzzTest {
    private static final Caller ROOT = Caller.local(Credentials.ROOT);
    private static final Name FILE = Name.of("f");
    private static final Name DIRECTORY = Name.of("d");
    private static final long UNKNOWN_ID = 0x7777_7777_7777L;
    private static final long UNIQUE = 42;
    private static final int BODY_BYTES_MAX = 1 << 16;

    /** After so many inputs there is a new volume: what they leave fills one. */
    private static final int VOLUME_INPUTS_MAX = 2_000;

    /** Major and minor version, readahead, and all flags that there are. */
    private static final int[] INIT = {7, 44, 1 << 17, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private static Volume volume;
    private static Vfs vfs;
    private static RawFile device;
    private static Request request;
    private static Reply reply;
    private static long inputs;

    @BeforeAll
    static void open() {
        openVolume();
        // What is answered later goes nowhere.
        device = RawFile.open(Path.of("/dev/null"), Access.READ_WRITE);
        request = new Request(Arena.ofAuto().allocate(Request.HEADER_BYTES + BODY_BYTES_MAX, 4096));
        reply = new Reply(Arena.ofAuto().allocate(Reply.HEADER_BYTES + Session.DATA_BYTES_MAX + 4096L, 4096));
    }

    private static void openVolume() {
        volume = Volume.inMemory(256L << 20, VolumeOptions.DEFAULT);
        vfs = new Vfs(volume);
    }

    @AfterAll
    static void close() throws ReflectiveOperationException {
        device.close();
        volume.close();
        Coverage.requireSeen();
    }

    @FuzzTest
    void request(byte[] input) {
        if (input.length < 2 || input.length > BODY_BYTES_MAX) {
            return;
        }
        if (++inputs % VOLUME_INPUTS_MAX == 0) {
            volume.close();
            openVolume();
        }
        Session session = new Session(vfs, device, MountOptions.DEFAULT, vfs.newClient(Client.Origin.FUSE));
        try {
            Worker worker = new Worker(session);
            session.init(ofInts(Opcode.INIT, INIT), reply.clear());
            if (vfs.attributes().stat(vfs.root(), StatMask.QUIET).has(StatFlags.SETTABLE)) {
                vfs.attributes().set(ROOT, vfs.root(), AttrChange.NONE.withFlags(0), null);
            }
            NodeId file = made(FILE, FileType.REGULAR);
            NodeId directory = made(DIRECTORY, FileType.DIRECTORY);
            long[] ids = {
                Nodes.ROOT_ID, session.nodes().remember(file), session.nodes().remember(directory), UNKNOWN_ID
            };
            session.handles().add(vfs.files().open(ROOT, file, OpenHow.of(Use.BOTH)));
            session.handles().add(vfs.files().open(ROOT, directory, OpenHow.of(Use.READ)));
            ask(worker, input, ids[input[1] & 3]);
        } finally {
            session.end();
        }
    }

    private static void ask(Worker worker, byte[] input, long node) {
        Opcode opcode = Opcode.of(input[0] & 63);
        if (opcode == null) {
            return;
        }
        MemorySegment buffer = request.buffer();
        MemorySegment.copy(input, 2, buffer, ValueLayout.JAVA_BYTE, Request.HEADER_BYTES, input.length - 2);
        assertThat(request.accept(head(opcode, node, input.length - 2))).isTrue();
        try {
            if (worker.dispatch(opcode, request, reply.clear()) == Worker.Outcome.ANSWER) {
                List<MemorySegment> answer = reply.finish(UNIQUE);
                assertThat((long) answer.getFirst().get(ValueLayout.JAVA_INT, 0))
                        .isEqualTo(answer.stream()
                                .mapToLong(MemorySegment::byteSize)
                                .sum());
            }
        } catch (FsException | LinuxException e) {
            assertThat(e).isNotNull(); // the kernel is told its number
        } finally {
            reply.release();
        }
    }

    private static long head(Opcode opcode, long node, int bodyBytes) {
        MemorySegment buffer = request.buffer();
        buffer.asSlice(0, Request.HEADER_BYTES).fill((byte) 0);
        buffer.set(ValueLayout.JAVA_INT, 0, Request.HEADER_BYTES + bodyBytes);
        buffer.set(ValueLayout.JAVA_INT, 4, opcode.number());
        buffer.set(ValueLayout.JAVA_LONG, 8, UNIQUE);
        buffer.set(ValueLayout.JAVA_LONG, 16, node);
        return (long) Request.HEADER_BYTES + bodyBytes;
    }

    private static Request ofInts(Opcode opcode, int... fields) {
        MemorySegment.copy(fields, 0, request.buffer(), ValueLayout.JAVA_INT, Request.HEADER_BYTES, fields.length);
        assertThat(request.accept(head(opcode, 0, fields.length * Integer.BYTES)))
                .isTrue();
        return request;
    }

    /** Made again whenever a request took it away, or put something else there. */
    private static NodeId made(Name name, FileType type) {
        Stat found = vfs.names().find(ROOT, vfs.root(), name, StatMask.QUIET);
        if (found != null && found.has(StatFlags.SETTABLE)) {
            vfs.attributes().set(ROOT, found.node(), AttrChange.NONE.withFlags(0), null);
        }
        if (found != null && found.type() == type) {
            return found.node();
        }
        if (found != null) {
            Name aside = Name.of(name + "-aside" + inputs);
            vfs.names().rename(ROOT, vfs.root(), name, vfs.root(), aside, RenameMode.REPLACE);
        }
        return vfs.names()
                .create(ROOT, vfs.root(), name, NewNode.of(type, 0755, 0, 0, 0))
                .node()
                .node();
    }
}
