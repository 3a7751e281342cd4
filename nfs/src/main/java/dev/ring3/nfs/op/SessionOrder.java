package dev.ring3.nfs.op;

import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Opcode;

/** Which operations may stand where in a COMPOUND with sessions (RFC 8881, section 2.10.2.1 and each operation's own). */
final class SessionOrder {
    private SessionOrder() {}

    static void require(Compound compound, Opcode opcode) {
        if (compound.isFirstMinor()) {
            return;
        }
        if (opcode == Opcode.SEQUENCE) {
            if (compound.index > 0) {
                throw new NfsException(NfsStatus.SEQUENCE_POS);
            }
            return;
        }
        boolean alone = mayStandAlone(opcode);
        if (compound.session == null) {
            if (!alone) {
                throw new NfsException(NfsStatus.OP_NOT_IN_SESSION);
            }
            if (compound.count > 1) {
                throw new NfsException(NfsStatus.NOT_ONLY_OP);
            }
        } else if (opcode == Opcode.BIND_CONN_TO_SESSION) {
            throw new NfsException(NfsStatus.NOT_ONLY_OP);
        }
        if (opcode.isOfFirstMinorOnly()) {
            throw new NfsException(NfsStatus.NOTSUPP);
        }
    }

    private static boolean mayStandAlone(Opcode opcode) {
        return switch (opcode) {
            case EXCHANGE_ID, CREATE_SESSION, DESTROY_SESSION, BIND_CONN_TO_SESSION, DESTROY_CLIENTID -> true;
            default -> false;
        };
    }
}
