package dev.ring3.nfs.op;

import dev.ring3.fs.FsException;
import dev.ring3.fs.NodeId;
import dev.ring3.linux.Errno;
import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Opcode;
import dev.ring3.nfs.rpc.LateAnswer;
import dev.ring3.nfs.rpc.Peer;
import dev.ring3.nfs.rpc.RpcCall;
import dev.ring3.nfs.rpc.RpcProgram;
import dev.ring3.nfs.state.AnswerKeeper;
import dev.ring3.nfs.state.ReplyCache;
import dev.ring3.nfs.xdr.XdrException;
import dev.ring3.nfs.xdr.XdrOverflowException;
import dev.ring3.nfs.xdr.XdrWriter;
import java.lang.System.Logger;
import org.jspecify.annotations.Nullable;

/** The program NFS in version 4: NULL, and COMPOUND, whose operations run in order until one fails. */
public final class Compounds implements RpcProgram {
    private static final Logger LOG = System.getLogger(Compounds.class.getName());
    private static final int PROGRAM = 100_003;
    private static final int VERSION = 4;
    private static final int PROCEDURE_NULL = 0;
    private static final int PROCEDURE_COMPOUND = 1;

    private static final int MINOR_MAX = 2;
    private static final int TAG_BYTES_MAX = 1024;

    /** How many operations a call without a session may have. */
    private static final int OPERATIONS_MAX = 256;

    /** What an operation's number and status take. */
    private static final int RESULT_HEADER_BYTES = 8;

    /** Answers up to this length are kept in slots whether asked for or not. */
    private static final int KEPT_BYTES = 512;

    private final Service service;
    private final Dispatch dispatch;
    private final OperationTimes times = new OperationTimes();
    private final DurableAnswers durable;

    /** A program over this. */
    public Compounds(Service service) {
        this.service = service;
        this.dispatch = new Dispatch();
        this.durable = new DurableAnswers(service.vfs());
    }

    @Override
    public int number() {
        return PROGRAM;
    }

    @Override
    public int version() {
        return VERSION;
    }

    @Override
    public void finish() {
        durable.close();
    }

    @Override
    public void closed(Peer peer) {
        service.state().closed(peer);
    }

    @Override
    public Outcome call(RpcCall call, XdrWriter results) {
        return switch (call.procedure()) {
            case PROCEDURE_NULL -> Outcome.DONE;
            case PROCEDURE_COMPOUND -> compound(call, results);
            default -> Outcome.NO_PROCEDURE;
        };
    }

    /** Arguments: tag, minor version, operations. Results: status of the last one, tag, results. */
    private Outcome compound(RpcCall call, XdrWriter out) {
        int start = out.position();
        byte[] tag = call.arguments().getOpaque(TAG_BYTES_MAX);
        int minor = call.arguments().getInt();
        int count = call.arguments().getInt();
        out.putInt(0).putOpaque(tag);
        int countAt = out.position();
        out.putInt(0);
        NfsStatus refusal = refusal(tag, minor, count);
        if (refusal != null) {
            out.patchInt(start, refusal.number());
            return Outcome.DONE;
        }
        Compound compound = new Compound(service, minor, count, call, out);
        boolean ends = true;
        byte[] kept = null;
        try {
            NfsStatus status = run(compound, countAt);
            if (compound.exports != service.exports().present()) {
                service.exports().retract(compound.exports);
            }
            out.patchInt(start, status.number());
            if (compound.replay != null) {
                out.truncate(start);
                out.putFixed(compound.replay);
                return Outcome.DONE;
            }
            int bytesMax = compound.keeper == null ? 0 : keptBytesMax(compound);
            NodeId changed = compound.changed();
            DurableAnswers.Failure failure = compound.syncFailure();
            if (changed != null && failure != null) {
                LateAnswer answer = call.answerLater();
                ends = false;
                durable.add(new DurableAnswers.Waiting(
                        answer, changed, start, countAt, failure, compound.keeper, bytesMax));
                return Outcome.LATER;
            }
            kept = out.position() - start <= bytesMax ? out.copySince(start) : null;
            return Outcome.DONE;
        } finally {
            AnswerKeeper keeper = compound.keeper;
            if (keeper != null && ends) {
                keeper.end(kept);
            }
        }
    }

    private static int keptBytesMax(Compound compound) {
        if (compound.isFirstMinor()) {
            return ReplyCache.ANSWER_BYTES_MAX;
        }
        return compound.keepReply ? Integer.MAX_VALUE : KEPT_BYTES;
    }

    private static @Nullable NfsStatus refusal(byte[] tag, int minor, int count) {
        if (minor < 0 || minor > MINOR_MAX) {
            return NfsStatus.MINOR_VERS_MISMATCH;
        }
        if (!Utf8.isText(tag)) {
            return NfsStatus.INVAL;
        }
        boolean tooMany = count < 0 || count > OPERATIONS_MAX;
        return tooMany ? (minor == 0 ? NfsStatus.RESOURCE : NfsStatus.TOO_MANY_OPS) : null;
    }

    private NfsStatus run(Compound compound, int countAt) {
        NfsStatus status = NfsStatus.OK;
        int done = 0;
        while (done < compound.count && status == NfsStatus.OK && compound.replay == null) {
            compound.index = done;
            status = step(compound);
            done++;
        }
        compound.out.patchInt(countAt, done);
        return status;
    }

    /** Runs the next operation: number, status, and its results or what it says with its failure. */
    private NfsStatus step(Compound compound) {
        XdrWriter out = compound.out;
        int number;
        try {
            number = compound.in.getInt();
        } catch (XdrException _) {
            out.putInt(Opcode.ILLEGAL).putInt(NfsStatus.BADXDR.number());
            return NfsStatus.BADXDR;
        }
        Opcode opcode = Opcode.of(number, compound.minor);
        if (opcode == null) {
            out.putInt(Opcode.ILLEGAL).putInt(NfsStatus.OP_ILLEGAL.number());
            return NfsStatus.OP_ILLEGAL;
        }
        out.putInt(opcode.number());
        int statusAt = out.position();
        out.putInt(0);
        compound.begin(opcode, statusAt);
        NfsStatus status;
        try {
            status = answerAgain(compound, opcode) ? NfsStatus.OK : operate(compound, opcode);
        } catch (NfsException e) {
            status = e.status();
        } catch (FsException e) {
            status = statusOf(e);
        } catch (XdrException e) {
            LOG.log(Logger.Level.DEBUG, "{0}: {1}", opcode, e.getMessage());
            status = NfsStatus.BADXDR;
        } catch (XdrOverflowException _) {
            status = tooBig(compound);
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.ERROR, "a defect of Ring3 in " + opcode, e);
            status = NfsStatus.SERVERFAULT;
        }
        status = Dispatch.said(compound, opcode, status);
        if (status != NfsStatus.OK && status != NfsStatus.DENIED) {
            out.truncate(statusAt + Integer.BYTES);
            Dispatch.putFailure(compound, opcode, status);
        }
        out.patchInt(statusAt, status.number());
        LOG.log(Logger.Level.TRACE, "{0}: {1}", opcode, status);
        return status;
    }

    private static boolean answerAgain(Compound compound, Opcode opcode) {
        if (compound.forgotten) {
            throw new NfsException(NfsStatus.RETRY_UNCACHED_REP);
        }
        return Repeats.isAnswered(compound, opcode);
    }

    private NfsStatus operate(Compound compound, Opcode opcode) {
        SessionOrder.require(compound, opcode);
        if (compound.out.remaining() < Dispatch.roomFor(opcode) + RESULT_HEADER_BYTES) {
            return tooBig(compound);
        }
        if (times.isLong(opcode)) {
            compound.call.mayTakeLong();
        }
        long begin = System.nanoTime();
        try {
            return dispatch.run(compound, opcode);
        } finally {
            times.took(opcode, System.nanoTime() - begin);
        }
    }

    private static NfsStatus tooBig(Compound compound) {
        if (compound.session == null) {
            return compound.isFirstMinor() ? NfsStatus.RESOURCE : NfsStatus.REP_TOO_BIG;
        }
        return compound.keepReply ? NfsStatus.REP_TOO_BIG_TO_CACHE : NfsStatus.REP_TOO_BIG;
    }

    static NfsStatus statusOf(FsException e) {
        if (e.errno() == Errno.EIO || e.errno() == Errno.EUCLEAN) {
            LOG.log(Logger.Level.WARNING, "an operation failed: {0}", e.getMessage());
        }
        return NfsStatus.of(e.errno());
    }
}
