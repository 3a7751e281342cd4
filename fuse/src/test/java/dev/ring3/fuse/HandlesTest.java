package dev.ring3.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.lock.ByteRange;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.LockKind;
import dev.ring3.fs.lock.LockOwner;
import dev.ring3.fs.lock.LockRequest;
import dev.ring3.fs.lock.LockResult;
import dev.ring3.fs.lock.LockSpace;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose locks go when descriptors are closed, and whose when the file is. */
final class HandlesTest {
    private static final Caller ROOT = Caller.local(Credentials.ROOT);

    private Volume volume;
    private Vfs vfs;
    private Handles handles;
    private NodeId file;
    private LockOwner owner;
    private LockOwner other;

    @BeforeEach
    void open() {
        volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT);
        vfs = new Vfs(volume);
        handles = new Handles(vfs);
        NewNode shape = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
        file = vfs.names().create(ROOT, vfs.root(), Name.of("f"), shape).node().node();
        Client client = vfs.newClient(Client.Origin.FUSE);
        owner = new LockOwner(client, 1);
        other = new LockOwner(client, 2);
    }

    @AfterEach
    void close() {
        handles.clear();
        volume.close();
    }

    private long handle() {
        return handles.add(vfs.files().open(ROOT, file, OpenHow.of(Use.BOTH)));
    }

    private boolean lock(long handle, LockOwner who) {
        handles.locking(handle, who);
        return vfs.locks().tryLock(file, LockSpace.RANGE, LockRequest.of(who, LockKind.EXCLUSIVE, ByteRange.ALL, 1))
                instanceof LockResult.Granted;
    }

    @Test
    void lockOfAFile_goesWithTheFile_notWithDescriptorsOfOthers() {
        long handle = handle();
        long another = handle();
        assertThat(lock(handle, owner)).isTrue();

        handles.flush(handle, other);
        handles.close(another);
        assertThat(lock(handle, other)).isFalse();

        handles.close(handle);
        assertThat(lock(handle(), other)).isTrue();
    }

    @Test
    void lockOfAProcess_goesWithAnyDescriptor() {
        assertThat(lock(handle(), owner)).isTrue();

        handles.flush(handle(), owner);

        assertThat(lock(handle(), other)).isTrue();
    }

    /** The kernel closes a file some time after its last descriptor was closed. */
    @Test
    void lockTakenAnewByAProcess_outlivesAFileThatItClosedBefore() {
        long first = handle();
        assertThat(lock(first, owner)).isTrue();
        handles.flush(first, owner);
        long second = handle();
        assertThat(lock(second, owner)).isTrue();

        handles.close(first);

        assertThat(lock(handle(), other)).isFalse();
    }
}
