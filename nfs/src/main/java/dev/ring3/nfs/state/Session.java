package dev.ring3.nfs.state;

import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.rpc.Credential;
import dev.ring3.nfs.rpc.Peer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A session of NFSv4.1 (RFC 8881, section 2.10). */
public final class Session {
    private final SessionId id;
    private final NfsClient client;
    private final ChannelAttributes fore;
    private final ChannelAttributes back;
    private final Slot[] slots;
    private final int minor;
    private final BackChannel backChannel;

    /** Connections that calls came over, so that they belong to the session. */
    private final Set<Peer> forePeers = ConcurrentHashMap.newKeySet();

    /** Connections that the client offered for our calls. */
    private final List<Peer> backPeers = new CopyOnWriteArrayList<>();

    private volatile boolean hadBackPeer;
    private volatile boolean destroyed;

    /**
     * A session that is not in the table yet.
     *
     * @param minor the minor version that it was made in
     * @param caller as whom the client wants to be called back; null for nothing that we can be
     */
    public Session(
            SessionId id,
            NfsClient client,
            int minor,
            ChannelAttributes fore,
            ChannelAttributes back,
            int callbackProgram,
            @Nullable Credential caller) {
        this.id = id;
        this.minor = minor;
        this.client = client;
        this.fore = fore;
        this.back = back;
        this.slots = new Slot[fore.slots()];
        Arrays.setAll(slots, _ -> new Slot());
        this.backChannel = new BackChannel(this, callbackProgram, caller);
    }

    public SessionId id() {
        return id;
    }

    public NfsClient client() {
        return client;
    }

    public ChannelAttributes fore() {
        return fore;
    }

    public ChannelAttributes back() {
        return back;
    }

    public int slotMax() {
        return slots.length - 1;
    }

    int minor() {
        return minor;
    }

    BackChannel backChannel() {
        return backChannel;
    }

    /** BACKCHANNEL_CTL: our calls are of this program from now on, and made so. */
    public void setCallbacks(int program, @Nullable Credential caller) {
        backChannel.set(program, caller);
    }

    /** A call of the session came over this connection. */
    public void bindFore(Peer peer) {
        if (!forePeers.contains(peer)) {
            forePeers.add(peer);
        }
    }

    /** Whether a connection belongs to the session, for calls of either direction. */
    public boolean isBound(Peer peer) {
        return forePeers.contains(peer) || backPeers.contains(peer);
    }

    /** The slot of a number; BADSLOT. */
    public Slot slot(int number, int highest) {
        if (number < 0 || number >= slots.length) {
            throw new NfsException(NfsStatus.BADSLOT);
        }
        if (highest < 0 || highest >= slots.length) {
            throw new NfsException(NfsStatus.BAD_HIGH_SLOT);
        }
        return slots[number];
    }

    /** Takes a call on a slot; see {@link Slot#begin}. */
    public Slot.Turn begin(Slot slot, int sequence, long print) {
        return slot.begin(sequence, print);
    }

    /** Our calls may go over this connection too. */
    public void bindBack(Peer peer) {
        if (!backPeers.contains(peer)) {
            backPeers.add(peer);
        }
        hadBackPeer = true;
    }

    /** A connection that is not to be trusted with our calls. */
    void unbind(Peer peer) {
        backPeers.remove(peer);
    }

    /** A connection ended. */
    void closed(Peer peer) {
        forePeers.remove(peer);
        unbind(peer);
    }

    /** A connection for our calls, if there is one. */
    @Nullable
    Peer backPeer() {
        for (Peer peer : backPeers) {
            if (peer.isOpen()) {
                return peer;
            }
        }
        return null;
    }

    /** Whether the client wants our calls and there is no way to it any more. */
    public boolean isBackPathDown() {
        return hadBackPeer && backPeer() == null;
    }

    void destroy() {
        destroyed = true;
        backPeers.clear();
        forePeers.clear();
        backChannel.close();
    }

    public boolean isDestroyed() {
        return destroyed;
    }
}
