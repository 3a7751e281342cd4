package dev.ring3.nfs.state;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrReader;
import java.lang.System.Logger;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Files that somebody holds a write delegation on, and may have changed without telling us: who else wants to know their
 * size or change has their holder asked by CB_GETATTR (RFC 8881, section 10.4.3). A holder who says that the file changed
 * is believed: its times move, and with them its change attribute, so that everybody sees that; who does not answer is
 * asked to give the delegation back.
 */
public final class HeldFiles {
    private static final Logger LOG = System.getLogger(HeldFiles.class.getName());

    /** How long a caller waits for the holder, and how many may wait: each keeps a worker from its work. */
    private static final long PATIENCE_MILLIS = 1000;

    private static final int WAITING_MAX = 4;
    private static final int WORDS_MAX = 8;

    private final NfsState all;
    private final Semaphore waiting = new Semaphore(WAITING_MAX);

    HeldFiles(NfsState all) {
        this.all = all;
    }

    /**
     * Asks the holder of a file, if there is one.
     *
     * @param asker who wants to know; nobody is asked on behalf of the holder
     * @param address where the asker calls from, by which alone one of NFSv4.0 is known here
     * @param beforeWaiting is run before the calling thread waits for the holder
     * @return the file's size where its holder has changed it, else nothing
     * @throws NfsException DELAY: the delegation is being given back
     */
    public OptionalLong size(NodeId node, @Nullable NfsClient asker, String address, Runnable beforeWaiting) {
        Delegation delegation = all.delegations().heldByOther(node, asker);
        boolean own = delegation != null
                && asker == null
                && delegation.client().isFirstMinor()
                && delegation.client().address().equals(address);
        if (delegation == null || own || all.yields(delegation.client())) {
            return OptionalLong.empty();
        }
        CallbackPath path = delegation.client().callbackPath();
        if (path == null) {
            all.delegations().recall(delegation);
        }
        if (path == null || isBeingRecalled(delegation) || !waiting.tryAcquire()) {
            throw new NfsException(NfsStatus.DELAY);
        }
        try {
            beforeWaiting.run();
            ByteBuffer answer = ask(delegation, path);
            if (answer == null) {
                all.delegations().recall(delegation);
                throw new NfsException(NfsStatus.DELAY);
            }
            return believe(delegation, new XdrReader(answer));
        } catch (XdrException e) {
            LOG.log(Logger.Level.DEBUG, "{0}: {1}", delegation.client().address(), e.getMessage());
            all.delegations().recall(delegation);
            throw new NfsException(NfsStatus.DELAY);
        } finally {
            waiting.release();
        }
    }

    private static boolean isBeingRecalled(Delegation delegation) {
        delegation.client().lock().lock();
        try {
            return delegation.phase != Delegation.Phase.HELD;
        } finally {
            delegation.client().lock().unlock();
        }
    }

    private static @Nullable ByteBuffer ask(Delegation delegation, CallbackPath path) {
        CompletableFuture<Callback.Outcome> outcome = new CompletableFuture<>();
        path.call(Callback.getattr(delegation.handle()), outcome::complete);
        try {
            return outcome.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) instanceof Callback.Outcome.Answered answered
                            && answered.isOk()
                    ? answered.results()
                    : null;
        } catch (ExecutionException | TimeoutException _) {
            return null;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** {@code fattr4}: a bitmap, a length, change and size as far as the bitmap has them. */
    private OptionalLong believe(Delegation delegation, XdrReader in) {
        NodeId node = delegation.node();
        int words = in.getCount(WORDS_MAX);
        int given = words == 0 ? 0 : in.getInt();
        for (int i = 1; i < words; i++) {
            in.getInt();
        }
        if ((given & ~Callback.CHANGE_AND_SIZE) != 0) {
            throw in.bad("attributes that were not asked for");
        }
        in.getInt();
        long ours = all.vfs().attributes().stat(node, StatMask.SIZE).sizeBytes();
        long change = (given & 1 << 3) != 0 ? in.getLong() : delegation.change();
        long size = (given & 1 << 4) != 0 ? in.getLong() : ours;
        boolean modified;
        delegation.client().lock().lock();
        try {
            delegation.modified |= change != delegation.change() || size != ours;
            modified = delegation.modified;
        } finally {
            delegation.client().lock().unlock();
        }
        if (!modified || size < 0) {
            return OptionalLong.empty();
        }
        touch(delegation);
        return OptionalLong.of(size);
    }

    private void touch(Delegation delegation) {
        Caller holder = new Caller(
                Credentials.ROOT,
                delegation.client().fsClient(),
                0,
                0,
                0,
                delegation.client().address(),
                Caller.Patience.COME_AGAIN);
        AttrChange modifiedNow = AttrChange.NONE.withTimes(null, new AttrChange.Now());
        try {
            all.vfs().attributes().set(holder, delegation.node(), modifiedNow, null);
        } catch (FsException e) {
            // Read-only by now, or a program forbids it: what the volume has is what others see.
            LOG.log(Logger.Level.DEBUG, "the times of {0}: {1}", delegation.node(), e.getMessage());
        }
    }
}
