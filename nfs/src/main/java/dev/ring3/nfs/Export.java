package dev.ring3.nfs;

import dev.ring3.fs.NodeId;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subvolume that clients see, and how.
 *
 * @param path where clients find it: {@code /} for an export that is the only one, else {@code /name/name}
 * @param root the root directory of a subvolume; null for the volume's
 * @param clients who may have it
 * @param squash whose user ids count
 * @param anonymousUid the user that squashed ones become
 * @param anonymousGid their group
 * @param insecure whether calls from ports above 1023 are taken: any user of the client's machine can send those
 * @param async whether operations on names, SETATTR and stable writes are answered before they are durable
 * @param manageGroups whether a user's further groups are this machine's, in place of those that the client says (which
 *     are at most 16)
 */
public record Export(
        String path,
        @Nullable NodeId root,
        List<ClientNetwork> clients,
        boolean readOnly,
        Squash squash,
        int anonymousUid,
        int anonymousGid,
        boolean insecure,
        boolean async,
        boolean manageGroups) {
    /** The user and group nobody, as Linux numbers it here. */
    public static final int NOBODY = 65_534;

    /** Whose ids become the anonymous ones. */
    public enum Squash {
        /** Root's. */
        ROOT,
        /** Nobody's. */
        NONE,
        /** Everybody's. */
        ALL
    }

    /** The volume at {@code /}, for this machine alone, root squashed, privileged ports, durable. */
    public static final Export LOOPBACK =
            new Export("/", null, ClientNetwork.LOOPBACK, false, Squash.ROOT, NOBODY, NOBODY, false, false, false);

    public Export {
        clients = List.copyOf(clients);
        boolean valid = path.equals("/")
                || (path.startsWith("/") && !path.endsWith("/") && !path.contains("//") && !path.contains("/."));
        if (!valid) {
            throw new IllegalArgumentException("the path of an export: " + path);
        }
    }

    /**
     * Whether these can be served together: none is where another one is, or below it.
     *
     * @throws IllegalArgumentException if not
     */
    static void requireDisjoint(List<Export> exports) {
        for (int i = 0; i < exports.size(); i++) {
            for (int j = 0; j < exports.size(); j++) {
                if (i != j && exports.get(i).isWithin(exports.get(j).path)) {
                    throw new IllegalArgumentException(
                            "an export at %s, and another at %s".formatted(exports.get(j).path, exports.get(i).path));
                }
            }
        }
    }

    private boolean isWithin(String other) {
        return other.equals("/") || path.equals(other) || path.startsWith(other + "/");
    }

    /** Whether both give the same things, whoever may have them. */
    public boolean givesWhat(Export other) {
        return withClients(List.of()).equals(other.withClients(List.of()));
    }

    public Export withPath(String other, NodeId otherRoot) {
        return new Export(
                other, otherRoot, clients, readOnly, squash, anonymousUid, anonymousGid, insecure, async, manageGroups);
    }

    public Export withClients(List<ClientNetwork> others) {
        return new Export(
                path, root, others, readOnly, squash, anonymousUid, anonymousGid, insecure, async, manageGroups);
    }

    public Export withReadOnly(boolean value) {
        return new Export(
                path, root, clients, value, squash, anonymousUid, anonymousGid, insecure, async, manageGroups);
    }

    public Export withSquash(Squash value, int uid, int gid) {
        return new Export(path, root, clients, readOnly, value, uid, gid, insecure, async, manageGroups);
    }

    public Export withInsecure(boolean value) {
        return new Export(
                path, root, clients, readOnly, squash, anonymousUid, anonymousGid, value, async, manageGroups);
    }

    public Export withAsync(boolean value) {
        return new Export(
                path, root, clients, readOnly, squash, anonymousUid, anonymousGid, insecure, value, manageGroups);
    }

    public Export withManageGroups(boolean value) {
        return new Export(path, root, clients, readOnly, squash, anonymousUid, anonymousGid, insecure, async, value);
    }

    /** Whether a client of this address may have it. */
    public boolean admits(InetAddress address) {
        return clients.stream().anyMatch(network -> network.contains(address));
    }
}
