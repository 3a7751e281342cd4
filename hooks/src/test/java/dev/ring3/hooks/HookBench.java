package dev.ring3.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.SubvolumeAccess;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import dev.ring3.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A volume in memory with hooks, and what tests do with it. */
final class HookBench implements AutoCloseable {
    static final Scope SERVER = new Scope.Server();

    final Volume volume;
    final Vfs vfs;
    final SubvolumeAccess subvolumes;
    final Caller caller = Caller.local(Credentials.ROOT);
    final List<HookEvent> events = new CopyOnWriteArrayList<>();
    final HookStore store;
    final HookSettings settings;
    Hooks hooks;

    HookBench() {
        this(HookStore.NONE, HookSettings.DEFAULT);
    }

    HookBench(HookStore store, HookSettings settings) {
        this(store, settings, VolumeOptions.DEFAULT);
    }

    HookBench(HookStore store, HookSettings settings, VolumeOptions options) {
        this.volume = Volume.inMemory(1L << 30, options);
        this.vfs = new Vfs(volume);
        this.subvolumes = new SubvolumeAccess(vfs, volume.subvolumes());
        this.store = store;
        this.settings = settings;
        this.hooks = open();
    }

    private Hooks open() {
        Hooks opened = Hooks.open(volume, store, settings);
        opened.addListener(events::add);
        vfs.setHooks(opened);
        return opened;
    }

    /** Ends the hooks and begins new ones on the same store. */
    void restart() {
        hooks.close();
        hooks = open();
    }

    NodeId root() {
        return vfs.root();
    }

    AttachmentInfo attach(String name, String source) {
        return attach(name, source, SERVER, AttachOptions.DEFAULT);
    }

    AttachmentInfo attach(String name, String source, Scope scope, AttachOptions options) {
        AttachResult result = hooks.attach(new AttachRequest(name, HookClang.compile(source), scope, options));
        assertThat(result).isInstanceOf(AttachResult.Attached.class);
        return ((AttachResult.Attached) result).attachment();
    }

    AttachResult.Refused refused(String source) {
        AttachResult result =
                hooks.attach(new AttachRequest("refused", HookClang.compile(source), SERVER, AttachOptions.DEFAULT));
        assertThat(result).isInstanceOf(AttachResult.Refused.class);
        return (AttachResult.Refused) result;
    }

    ProgramInfo program(String object, String name) {
        return hooks.find(object).orElseThrow().programs().stream()
                .filter(program -> program.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    NodeId file(NodeId directory, String name) {
        return vfs.names()
                .create(caller, directory, Name.of(name), NewNode.of(FileType.REGULAR, 0644, 0, 0, 0))
                .node()
                .node();
    }

    NodeId directory(NodeId directory, String name) {
        return vfs.names()
                .create(caller, directory, Name.of(name), NewNode.of(FileType.DIRECTORY, 0755, 0, 0, 0))
                .node()
                .node();
    }

    SubvolumeId subvolume(NodeId directory, String name) {
        return subvolumes.create(
                caller, directory, Name.of(name), NewNode.of(FileType.DIRECTORY, 0755, 0, 0, 0), (_, _) -> {});
    }

    OpenFile open(NodeId node) {
        return vfs.files().open(caller, node, OpenHow.of(Use.BOTH));
    }

    void write(OpenFile file, long offset, byte[] data) {
        vfs.files().write(caller, file, offset, MemorySegment.ofArray(data));
    }

    /** The error of an operation, or null. */
    static @Nullable Errno errno(Runnable operation) {
        try {
            operation.run();
            return null;
        } catch (FsException e) {
            return e.errno();
        }
    }

    /** What is in the audit log so far, a line each. */
    List<String> audit() {
        List<String> lines = new ArrayList<>();
        try {
            hooks.audit().readAfter(0).read(10_000, Duration.ZERO).forEach(record -> lines.add(record.toString()));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return lines;
    }

    @Override
    public void close() {
        hooks.close();
        volume.close();
    }
}
