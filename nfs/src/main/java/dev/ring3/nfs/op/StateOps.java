package dev.ring3.nfs.op;

import dev.ring3.nfs.proto.NfsException;
import dev.ring3.nfs.proto.NfsStatus;
import dev.ring3.nfs.proto.Stateid;
import dev.ring3.nfs.state.NfsClient;
import java.util.ArrayList;
import java.util.List;

/** Operations on stateids of any kind (RFC 8881, sections 18.38 and 18.48). */
final class StateOps {
    private static final int STATEIDS_MAX = 1 << 14;

    private StateOps() {}

    static void testStateid(Compound c) {
        int count = c.in.getCount(STATEIDS_MAX);
        List<NfsStatus> statuses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            statuses.add(test(c, c.readStateid()));
        }
        c.out.putInt(count);
        statuses.forEach(status -> c.out.putInt(status.number()));
    }

    private static NfsStatus test(Compound c, Stateid stateid) {
        try {
            c.state().table().require(stateid, c.sessionClient());
            return NfsStatus.OK;
        } catch (NfsException e) {
            return e.status();
        }
    }

    static void freeStateid(Compound c) {
        Stateid stateid = c.readStateid();
        NfsClient client = c.sessionClient();
        if (client == null) {
            throw new NfsException(NfsStatus.OP_NOT_IN_SESSION);
        }
        c.state().locks().free(stateid, client);
    }
}
