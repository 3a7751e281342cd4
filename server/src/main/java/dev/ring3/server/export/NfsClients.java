package dev.ring3.server.export;

import dev.ring3.fs.lock.Client;
import dev.ring3.nfs.NfsClientInfo;
import dev.ring3.nfs.NfsHolding;
import java.util.List;

/** The clients of NFS; there are none where it is not served. */
public interface NfsClients {
    /** Those that are known, about now. */
    List<NfsClientInfo> list();

    /** What one holds, about now. */
    List<NfsHolding> holdings(NfsClientInfo client);

    /** Ends one with all that it holds; whether it was there. */
    boolean evict(Client client);
}
