package dev.ring3.mm.cache;

/**
 * The built-in policy, S3-FIFO (Yang and others, "FIFO queues are all you need for cache eviction", SOSP 2023): what is
 * new waits in a small queue, a tenth of the cache, and goes on to the main queue only if it was read again meanwhile.
 * What the small queue lets go is remembered, as many as the main queue has; what comes back so soon goes to the main
 * queue at once. In the main queue, reads since the last look, up to three, each earn another round.
 *
 * <p>So a scan passes through the small queue and does no harm, and a loop over a bit more than fits keeps most of it.
 * Sizes are counted in frames; a folio counts as one.
 */
final class S3FifoPolicy implements CachePolicy {
    private static final int SMALL = 0;
    private static final int MAIN = 1;
    private static final int SMALL_PERCENT = 10;

    /** How far the main queue is looked through for one proposal, in rounds of all its folios. */
    private static final int ROUNDS_MAX = Visits.VISITS_MAX + 1;

    private FrameLists lists = new FrameLists(0, 2);
    private GhostQueue ghosts = new GhostQueue(1);
    private Visits visits = _ -> 0;
    private byte[] credit = new byte[0]; // further rounds in the main queue
    private byte[] orders = new byte[0];
    private final long[] frames = new long[2]; // by queue
    private final int[] folios = new int[2]; // by queue

    @Override
    public void init(int frameCount, Visits visits) {
        this.lists = new FrameLists(frameCount, 2);
        this.ghosts = new GhostQueue(Math.max(1, frameCount - frameCount * SMALL_PERCENT / 100));
        this.visits = visits;
        this.credit = new byte[frameCount];
        this.orders = new byte[frameCount];
    }

    @Override
    public void added(FolioContext folio) {
        boolean known = ghosts.remove(GhostQueue.fingerprint(folio.fileId(), folio.page()));
        int frame = folio.frame();
        orders[frame] = (byte) folio.order().log2Frames();
        credit[frame] = 0;
        enter(known ? MAIN : SMALL, frame);
    }

    @Override
    public void removed(FolioContext folio, RemovalReason reason) {
        int queue = lists.listOf(folio.frame());
        leave(folio.frame());
        if (reason == RemovalReason.RECLAIM && queue == SMALL) {
            ghosts.add(GhostQueue.fingerprint(folio.fileId(), folio.page()));
        }
    }

    @Override
    public int evict(EvictionRequest request, int[] proposals) {
        long proposed = 0;
        int count = 0;
        long looksLeft = (long) folios[SMALL] + (long) folios[MAIN] * ROUNDS_MAX;
        while (proposed < request.framesWanted() && count < proposals.length && looksLeft-- > 0) {
            int queue = isSmallDue(proposed) ? SMALL : MAIN;
            int frame = lists.tail(queue);
            if (frame < 0) {
                break;
            }
            if (keeps(queue, frame)) {
                continue;
            }
            lists.moveToHead(queue, frame); // it leaves when it is removed; if it is not, others come first
            proposals[count++] = frame;
            proposed += 1L << orders[frame];
        }
        return count;
    }

    private boolean isSmallDue(long proposed) {
        boolean overShare = frames[SMALL] - proposed > (frames[SMALL] + frames[MAIN]) * SMALL_PERCENT / 100;
        return folios[MAIN] == 0 || (folios[SMALL] > 0 && overShare);
    }

    /** Looks at the last of a queue; if it is to stay, moves it to where it stays. */
    private boolean keeps(int queue, int frame) {
        int seen = visits.take(frame);
        if (queue == SMALL) {
            if (seen == 0) {
                return false;
            }
            leave(frame);
            enter(MAIN, frame);
            return true;
        }
        int total = Math.min(Visits.VISITS_MAX, credit[frame] + seen);
        if (total == 0) {
            return false;
        }
        credit[frame] = (byte) (total - 1);
        lists.moveToHead(MAIN, frame);
        return true;
    }

    private void enter(int queue, int frame) {
        lists.addHead(queue, frame);
        frames[queue] += 1L << orders[frame];
        folios[queue]++;
    }

    private void leave(int frame) {
        int queue = lists.listOf(frame);
        lists.remove(frame);
        frames[queue] -= 1L << orders[frame];
        folios[queue]--;
    }

    @Override
    public String toString() {
        return "S3-FIFO";
    }
}
