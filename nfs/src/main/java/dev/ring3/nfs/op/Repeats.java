package dev.ring3.nfs.op;

import dev.ring3.nfs.proto.Opcode;
import dev.ring3.nfs.state.KeptReply;
import dev.ring3.nfs.state.ReplyCache;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Calls of NFSv4.0 that come again. A call is looked up when it begins, and once more, and from then on remembered, before
 * its first operation that changes something: what came before that may be done twice.
 */
final class Repeats {
    private Repeats() {}

    /** An operation comes next; whether the whole call was answered before, and has that answer again. */
    static boolean isAnswered(Compound c, Opcode opcode) {
        ByteBuffer operations = c.operations;
        if (operations == null) {
            return false;
        }
        ReplyCache replies = c.state().replies();
        if (c.index == 0) {
            KeptReply before = replies.find(c.call.peer(), c.call.xid(), () -> c.print(operations));
            if (before != null && before.isAgain(c.call.peer(), c.call::mayTakeLong)) {
                c.replay = answerOf(c, before);
            }
        }
        if (c.replay == null && c.keeper == null && changes(opcode)) {
            ReplyCache.Begun begun = replies.begin(c.call.peer(), c.call.xid(), c.print(operations));
            if (begun.isNew()) {
                c.keeper = begun.reply();
            } else {
                c.replay = answerOf(c, begun.reply());
            }
        }
        return c.replay != null;
    }

    private static byte @Nullable [] answerOf(Compound c, KeptReply before) {
        if (!before.isEnded()) {
            c.call.mayTakeLong();
        }
        return before.await();
    }

    /** Whether an operation that is done twice may have two effects, or another answer the second time. */
    private static boolean changes(Opcode opcode) {
        return switch (opcode) {
            case CLOSE,
                    CREATE,
                    DELEGRETURN,
                    LINK,
                    LOCK,
                    LOCKU,
                    OPEN,
                    OPEN_CONFIRM,
                    OPEN_DOWNGRADE,
                    REMOVE,
                    RENAME,
                    SETATTR,
                    SETCLIENTID_CONFIRM,
                    WRITE -> true;
            default -> false;
        };
    }
}
