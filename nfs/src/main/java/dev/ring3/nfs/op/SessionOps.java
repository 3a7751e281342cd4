package dev.ring3.nfs.op;

import dev.ring3.nfs.proto.Bitmap;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.rpc.Credential;
import dev.ring3.nfs.rpc.RpcLimits;
import dev.ring3.nfs.state.ChannelAttributes;
import dev.ring3.nfs.state.ClientTable;
import dev.ring3.nfs.state.NfsClient;
import dev.ring3.nfs.state.Session;
import dev.ring3.nfs.state.SessionId;
import dev.ring3.nfs.xdr.XdrReader;
import dev.ring3.nfs.xdr.XdrWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations on clients and sessions of NFSv4.1 (RFC 8881, sections 18.33 to 18.37, 18.50, 18.51). */
final class SessionOps {
    private static final int OWNER_BYTES_MAX = 1024;
    private static final int IMPLEMENTATION_BYTES_MAX = 1024;

    /** {@code EXCHGID4_FLAG_*}. */
    private static final int UPDATE_CONFIRMED = 0x4000_0000;

    private static final int CONFIRMED = 0x8000_0000;
    private static final int NOT_PNFS = 0x1_0000;

    /** Since NFSv4.2. */
    private static final int FENCE_OPS = 0x4;

    private static final int KNOWN_FLAGS = 0x1 | 0x2 | FENCE_OPS | 0x100 | 0x7_0000 | UPDATE_CONFIRMED;

    /** {@code state_protect_how4}. */
    private static final int PROTECT_NONE = 0;

    private static final int PROTECT_MACHINE = 1;
    private static final int PROTECT_SSV = 2;

    /** {@code CREATE_SESSION4_FLAG_*}. */
    private static final int BACK_CHANNEL = 2;

    private static final int SESSION_FLAGS = 7;

    /** {@code channel_dir_from_client4} and {@code _server4}. */
    private static final int FORE = 1;

    private static final int BACK = 2;
    private static final int FORE_OR_BOTH = 3;
    private static final int BACK_OR_BOTH = 7;
    private static final int BOTH = 3;

    private static final int CALLBACK_SECURITY_MAX = 16;
    private static final int RPCSEC_GSS = 6;
    private static final int GSS_HANDLE_BYTES_MAX = 1024;

    /** Less than this and not even SEQUENCE fits. */
    private static final int REQUEST_BYTES_MIN = 128;

    private static final int RESPONSE_BYTES_MIN = 96;

    /** What CB_SEQUENCE with CB_RECALL takes, and its answer. */
    private static final int CALLBACK_BYTES_MIN = 256;

    private static final int CALLBACK_RESPONSE_BYTES_MIN = 128;
    private static final int CALLBACK_OPERATIONS_MIN = 2;
    private static final int OPERATIONS_MAX = 128;
    private static final int SLOTS_MAX = 64;
    private static final int CACHED_BYTES_MAX = 8 << 10;
    private static final int SESSION_REPLY_BYTES_MAX = 256;

    private static final ChannelAttributes FORE_MAX = new ChannelAttributes(
            RpcLimits.DEFAULT.recordBytesMax(),
            RpcLimits.DEFAULT.replyBytesMax(),
            CACHED_BYTES_MAX,
            OPERATIONS_MAX,
            SLOTS_MAX);

    private static final ChannelAttributes BACK_MAX =
            new ChannelAttributes(4096, 4096, CACHED_BYTES_MAX, OPERATIONS_MAX, SLOTS_MAX);

    private SessionOps() {}

    static void exchangeId(Compound c) {
        long verifier = c.in.getLong();
        byte[] owner = c.in.getOpaque(OWNER_BYTES_MAX);
        int flags = c.in.getInt();
        int protection = readProtection(c.in);
        int implementations = c.in.getCount(1);
        for (int i = 0; i < implementations; i++) {
            c.in.skipOpaque(IMPLEMENTATION_BYTES_MAX);
            c.in.skipOpaque(IMPLEMENTATION_BYTES_MAX);
            c.in.getLong();
            c.in.getInt();
        }
        boolean tooNew = c.minor < 2 && (flags & FENCE_OPS) != 0;
        // Other protection than none wants a credential that can be proved, which AUTH_SYS is not.
        if ((flags & ~KNOWN_FLAGS) != 0 || tooNew || protection != PROTECT_NONE) {
            throw new NfsException(NfsStatus.INVAL);
        }
        boolean update = (flags & UPDATE_CONFIRMED) != 0;
        List<NfsClient> discarded = new ArrayList<>();
        ClientTable.Exchanged result =
                c.state().clients().exchange(owner, verifier, c.call.credential(), update, address(c), discarded);
        c.state().discard(discarded);
        byte[] server = c.state().server();
        c.out.putLong(result.client().id())
                .putInt(result.sequence())
                .putInt(NOT_PNFS | (result.confirmed() ? CONFIRMED : 0))
                .putInt(PROTECT_NONE)
                .putLong(0)
                .putOpaque(server)
                .putOpaque(server)
                .putInt(0);
    }

    static String address(Compound c) {
        return c.call.peer().address().getAddress().getHostAddress();
    }

    /** {@code state_protect4_a}: passed over, to know where the arguments go on. */
    private static int readProtection(XdrReader in) {
        int how = in.getInt();
        switch (how) {
            case PROTECT_NONE -> {}
            case PROTECT_MACHINE -> {
                Bitmap.read(in);
                Bitmap.read(in);
            }
            case PROTECT_SSV -> {
                Bitmap.read(in);
                Bitmap.read(in);
                skipAlgorithms(in);
                skipAlgorithms(in);
                in.getInt();
                in.getInt();
            }
            default -> throw in.bad("state protection " + how);
        }
        return how;
    }

    private static void skipAlgorithms(XdrReader in) {
        int count = in.getCount(CALLBACK_SECURITY_MAX);
        for (int i = 0; i < count; i++) {
            in.skipOpaque(IMPLEMENTATION_BYTES_MAX);
        }
    }

    static void createSession(Compound c) {
        long clientId = c.in.getLong();
        int sequence = c.in.getInt();
        int flags = c.in.getInt();
        ChannelAttributes fore = ChannelAttributes.read(c.in);
        ChannelAttributes back = ChannelAttributes.read(c.in);
        int program = c.in.getInt();
        Credential caller = readCallbackSecurity(c.in);
        boolean wantsBack = (flags & BACK_CHANNEL) != 0;
        List<NfsClient> discarded = new ArrayList<>();
        byte[] reply = c.state()
                .clients()
                .createSession(
                        clientId,
                        sequence,
                        c.call.credential(),
                        client -> {
                            requireUsable(flags, fore, back);
                            SessionId id = c.state().clients().nextSessionId(client);
                            return new Session(
                                    id,
                                    client,
                                    c.minor,
                                    fore.atMost(FORE_MAX),
                                    back.sizesAtMost(BACK_MAX),
                                    program,
                                    caller);
                        },
                        session -> {
                            session.bindFore(c.call.peer());
                            if (wantsBack) {
                                session.bindBack(c.call.peer());
                            }
                            return encode(session, sequence, wantsBack);
                        },
                        discarded);
        c.state().discard(discarded);
        if (wantsBack) {
            c.state().pathFound(clientId);
        }
        c.out.putFixed(reply);
    }

    /** A channel over which not even the shortest call could ever go is no channel (RFC 8881, section 18.36.3). */
    private static void requireUsable(int flags, ChannelAttributes fore, ChannelAttributes back) {
        if ((flags & ~SESSION_FLAGS) != 0) {
            throw new NfsException(NfsStatus.INVAL);
        }
        boolean large = fore.isAtLeast(REQUEST_BYTES_MIN, RESPONSE_BYTES_MIN, 1)
                && back.isAtLeast(CALLBACK_BYTES_MIN, CALLBACK_RESPONSE_BYTES_MIN, CALLBACK_OPERATIONS_MIN);
        if (!large) {
            throw new NfsException(NfsStatus.TOOSMALL);
        }
    }

    private static byte[] encode(Session session, int sequence, boolean back) {
        XdrWriter out = new XdrWriter(ByteBuffer.allocate(SESSION_REPLY_BYTES_MAX));
        session.id().write(out);
        out.putInt(sequence).putInt(back ? BACK_CHANNEL : 0);
        session.fore().write(out);
        session.back().write(out);
        return out.copySince(0);
    }

    /** {@code callback_sec_parms4<>}: of what is offered AUTH_SYS, else AUTH_NONE, else nothing. */
    private static @Nullable Credential readCallbackSecurity(XdrReader in) {
        int count = in.getCount(CALLBACK_SECURITY_MAX);
        Credential chosen = count == 0 ? Credential.NONE : null;
        for (int i = 0; i < count; i++) {
            int flavor = in.getInt();
            switch (flavor) {
                case Credential.AUTH_NONE -> chosen = chosen == null ? Credential.NONE : chosen;
                case Credential.AUTH_SYS -> {
                    Credential offered = Credential.readSys(in);
                    chosen = chosen == null || chosen.flavor() == Credential.AUTH_NONE ? offered : chosen;
                }
                case RPCSEC_GSS -> {
                    in.getInt();
                    in.skipOpaque(GSS_HANDLE_BYTES_MAX);
                    in.skipOpaque(GSS_HANDLE_BYTES_MAX);
                }
                default -> throw in.bad("callback security " + flavor);
            }
        }
        return chosen;
    }

    static void backchannelCtl(Compound c) {
        int program = c.in.getInt();
        Credential caller = readCallbackSecurity(c.in);
        Session session = c.session;
        if (session != null) {
            session.setCallbacks(program, caller);
        }
    }

    static void bindConnToSession(Compound c) {
        SessionId id = SessionId.read(c.in);
        int direction = c.in.getInt();
        c.in.getBool();
        Session session = c.state().clients().session(id);
        int bound = switch (direction) {
            case FORE -> FORE;
            case BACK -> BACK;
            case FORE_OR_BOTH, BACK_OR_BOTH -> BOTH;
            default -> throw c.in.bad("direction " + direction);
        };
        if ((bound & FORE) != 0) {
            session.bindFore(c.call.peer());
        }
        if ((bound & BACK) != 0) {
            session.bindBack(c.call.peer());
            c.state().pathFound(session.client());
        }
        session.client().renew();
        id.write(c.out);
        c.out.putInt(bound).putBool(false);
    }

    static void destroySession(Compound c) {
        SessionId id = SessionId.read(c.in);
        Session session = c.state().clients().session(id);
        if (session == c.session && c.index < c.count - 1) {
            throw new NfsException(NfsStatus.NOT_ONLY_OP);
        }
        if (!session.isBound(c.call.peer())) {
            throw new NfsException(NfsStatus.CONN_NOT_BOUND_TO_SESSION);
        }
        c.state().clients().destroySession(session);
    }

    static void destroyClientid(Compound c) {
        long id = c.in.getLong();
        c.state().discard(List.of(c.state().clients().destroyClient(id)));
    }

    /** No client has the protection that this is for. */
    static void setSsv(Compound c) {
        c.in.skipOpaque(IMPLEMENTATION_BYTES_MAX);
        c.in.skipOpaque(IMPLEMENTATION_BYTES_MAX);
        throw new NfsException(NfsStatus.INVAL);
    }

    static void reclaimComplete(Compound c) {
        boolean oneFilesystem = c.in.getBool();
        if (oneFilesystem) {
            // Filesystems do not move between servers here, so that there is nothing to claim of one alone.
            c.current();
            return;
        }
        NfsClient client = c.sessionClient();
        if (client == null) {
            throw new NfsException(NfsStatus.OP_NOT_IN_SESSION);
        }
        if (client.isReclaimComplete()) {
            throw new NfsException(NfsStatus.COMPLETE_ALREADY);
        }
        c.state().reclaimComplete(client);
    }
}
