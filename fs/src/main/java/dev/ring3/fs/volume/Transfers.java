package dev.ring3.fs.volume;

import dev.ring3.fs.ChangeListener;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.store.FrozenStore;
import dev.ring3.fs.transfer.FrameReader;
import dev.ring3.fs.transfer.FrameWriter;
import dev.ring3.fs.transfer.TransferHeader;
import dev.ring3.fs.transfer.TransferPosition;
import dev.ring3.linux.Errno;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a read-only subvolume shows as a stream, and makes one from a stream. Whoever sends reads metadata as it was
 * at one moment, and takes no lock; the subvolumes it needs cannot be deleted meanwhile, so their blocks stay.
 */
final class Transfers {
    private final VolumeCore core;
    private final Directories directories;
    private final Lookup lookup;
    private final Reaper reaper;
    private final NewSubvolumes made;

    Transfers(VolumeCore core, Directories directories, Lookup lookup, Reaper reaper, NewSubvolumes made) {
        this.core = core;
        this.directories = directories;
        this.lookup = lookup;
        this.reaper = reaper;
        this.made = made;
    }

    private void unuse(@Nullable Subvolume subvolume) {
        if (subvolume != null) {
            core.subvolumes().lock.lock();
            try {
                subvolume.unuse();
            } finally {
                core.subvolumes().lock.unlock();
            }
        }
    }

    private Subvolume useToSend(SubvolumeId id) {
        core.subvolumes().lock.lock();
        try {
            Subvolume subvolume = core.subvolumes().require(id, "send");
            subvolume.requireWhole("send");
            if (!subvolume.record().readOnly()) {
                throw new FsException(Errno.EINVAL, "send", id + ", which can be written to; send a snapshot of it");
            }
            subvolume.use();
            return subvolume;
        } finally {
            core.subvolumes().lock.unlock();
        }
    }

    /** Fails as {@link #send} would at its beginning. */
    void requireSendable(SendRequest request) {
        unuse(useToSend(request.snapshot()));
        request.since().ifPresent(since -> {
            unuse(useToSend(since));
            SnapshotTree tree = core.tree();
            TreeNode first = core.subvolumes().require(since, "send").node();
            TreeNode second =
                    core.subvolumes().require(request.snapshot(), "send").node();
            if (tree.commonAncestor(first, second) == null) {
                throw unrelated(since, request.snapshot());
            }
        });
    }

    private static FsException unrelated(SubvolumeId since, SubvolumeId snapshot) {
        return new FsException(Errno.EINVAL, "send", "%s and %s have no common origin".formatted(since, snapshot));
    }

    void send(SendRequest request, OutputStream out) {
        core.requireOpen("send");
        Subvolume since = null;
        Subvolume snapshot = useToSend(request.snapshot());
        try {
            since = request.since().isPresent() ? useToSend(request.since().get()) : null;
            TransferHeader header = new TransferHeader(
                    core.header().uuid(),
                    snapshot.contentUuid(),
                    since == null ? null : since.contentUuid(),
                    request.from(),
                    snapshot.record().created());
            try (FrozenStore store = new FrozenStore(core.store())) {
                sender(store, snapshot.id, since == null ? null : since.id, new FrameWriter(out, header))
                        .run(request.from());
            }
        } finally {
            unuse(since);
            unuse(snapshot);
        }
    }

    private Sender sender(FrozenStore store, SubvolumeId snapshot, @Nullable SubvolumeId since, FrameWriter out) {
        SnapshotTree tree = SnapshotTree.load(store);
        Subvolumes subvolumes = Subvolumes.load(store, tree);
        Subvolume second = subvolumes.require(snapshot, "send");
        View after = second.view();
        if (since == null) {
            return new Sender(
                    core, null, after, LongStream.of(after.lineage()).boxed().toList(), out);
        }
        Subvolume first = subvolumes.require(since, "send");
        TreeNode common = tree.commonAncestor(first.node(), second.node());
        if (common == null) {
            throw unrelated(since, snapshot);
        }
        List<Long> nodes = new ArrayList<>(first.view().below(common));
        nodes.addAll(after.below(common));
        return new Sender(core, first.view(), after, nodes, out);
    }

    SubvolumeId receive(NodeId directory, Name name, Guard guard, InputStream in) {
        core.requireOpen("receive");
        FrameReader reader = new FrameReader(in);
        TransferHeader header = reader.header();
        Receiving receiving = useToReceive(directory, name, guard, header);
        Subvolume into = receiving.into;
        try {
            Lookup inside = new Lookup(core, directories, into);
            FileContent content = new FileContent(core, inside);
            Attributes attributes = new Attributes(core, inside, core.xattrs(), reaper);
            ReceivedInodes inodes = new ReceivedInodes(core, into, content, attributes, reaper);
            ReceivedNames names = new ReceivedNames(core, into, directories, receiving.again);
            new Receiver(core, into, inodes, names, header.from()).run(reader);
            core.writeback().flush(into.id);
            names.requireTree();
            finish(into);
        } finally {
            unuse(into);
        }
        core.tell(NodeId.rootOf(into.id), ChangeListener.What.SUBVOLUME);
        return into.id;
    }

    /** @param again whether it was begun before */
    private record Receiving(Subvolume into, boolean again) {}

    private Receiving useToReceive(NodeId directory, Name name, Guard guard, TransferHeader header) {
        core.subvolumes().lock.lock();
        try {
            NodeId found = lookup.find(directory, name);
            SubvolumeId id = found == null ? begin(directory, name, guard, header) : goOn(found, directory, header);
            Subvolume into = core.subvolumes().require(id, "receive");
            into.requireUnused("receive");
            into.use();
            return new Receiving(into, found != null);
        } finally {
            core.subvolumes().lock.unlock();
        }
    }

    private SubvolumeId begin(NodeId directory, Name name, Guard guard, TransferHeader header) {
        if (!header.from().equals(TransferPosition.START)) {
            throw new FsException(Errno.EINVAL, "receive", "a stream that goes on, where nothing was begun");
        }
        UUID parent = header.parent();
        ReceivedState state = new ReceivedState(header.snapshot(), parent, TransferPosition.START);
        Subvolume base = parent == null ? null : requireParent(parent);
        SubvolumeId id = made.receiving(directory, name, base, state, guard);
        reaper.resume(core.subvolumes().require(id, "receive"));
        return id;
    }

    private Subvolume requireParent(UUID parent) {
        return core.subvolumes().all().stream()
                .filter(each -> each.record().readOnly()
                        && !each.isReceiving()
                        && each.contentUuid().equals(parent))
                .findFirst()
                .orElseThrow(() -> new FsException(
                        Errno.EINVAL, "receive", "it builds on snapshot %s, which is not here".formatted(parent)));
    }

    private SubvolumeId goOn(NodeId found, NodeId directory, TransferHeader header) {
        Subvolume there = core.subvolumes().require(found.subvolume(), "receive");
        ReceivedState state = there.received();
        if (found.subvolume().equals(directory.subvolume()) || state == null || state.isComplete()) {
            throw new FsException(Errno.EEXIST, "receive", found.toString());
        }
        if (!state.snapshot().equals(header.snapshot()) || !Objects.equals(state.parent(), header.parent())) {
            throw new FsException(Errno.EINVAL, "receive", "%s is of another snapshot".formatted(there.id));
        }
        if (header.from().compareTo(state.position()) > 0) {
            throw new FsException(
                    Errno.EINVAL,
                    "receive",
                    "the stream goes on at %s, and only what comes before %s is here"
                            .formatted(header.from(), state.position()));
        }
        return there.id;
    }

    /** From here on it is as it was sent, read-only, durably. */
    private void finish(Subvolume into) {
        core.subvolumes().lock.lock();
        into.freeze.writeLock().lock();
        try (HeadChange change = new HeadChange(core)) {
            if (core.subvolumes().find(into.id) != into) {
                throw new FsException(Errno.ESTALE, "receive", into.id.toString());
            }
            core.writeback().flush(into.id);
            change.hold(into.recordLock);
            SubvolumeRecord record = into.record().withReadOnly(true);
            ReceivedState state = Objects.requireNonNull(into.received()).withPosition(TransferPosition.END);
            change.batch()
                    .put(KeyLayout.numbered(KeyLayout.SUBVOLUME, record.id()), record.encode())
                    .put(KeyLayout.numbered(KeyLayout.RECEIVED, record.id()), state.encode());
            change.commit();
            into.replace(record);
            into.setReceived(state);
            core.store().durable(core.store().lastWritten());
        } finally {
            into.freeze.writeLock().unlock();
            core.subvolumes().lock.unlock();
        }
    }
}
