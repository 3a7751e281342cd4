package dev.ring3.mm.cache;

import java.util.Arrays;

/**
 * Doubly linked lists of frame numbers, in arrays: a frame is in one list at most, so adding, moving and removing cost no
 * memory. Not thread-safe.
 */
final class FrameLists {
    private static final int NONE = -1;

    private final int[] next; // towards the tail
    private final int[] previous;
    private final byte[] listOf; // number plus 1; 0: in none
    private final int[] head;
    private final int[] tail;

    /** @param lists how many lists, at most 127 */
    FrameLists(int frames, int lists) {
        next = new int[frames];
        previous = new int[frames];
        listOf = new byte[frames];
        head = new int[lists];
        tail = new int[lists];
        Arrays.fill(head, NONE);
        Arrays.fill(tail, NONE);
    }

    /** The list a frame is in, -1 for none. */
    int listOf(int frame) {
        return listOf[frame] - 1;
    }

    /** The last frame of a list, -1 if it is empty. */
    int tail(int list) {
        return tail[list];
    }

    void addHead(int list, int frame) {
        int first = head[list];
        next[frame] = first;
        previous[frame] = NONE;
        if (first == NONE) {
            tail[list] = frame;
        } else {
            previous[first] = frame;
        }
        head[list] = frame;
        listOf[frame] = (byte) (list + 1);
    }

    void remove(int frame) {
        int list = listOf(frame);
        if (previous[frame] == NONE) {
            head[list] = next[frame];
        } else {
            next[previous[frame]] = next[frame];
        }
        if (next[frame] == NONE) {
            tail[list] = previous[frame];
        } else {
            previous[next[frame]] = previous[frame];
        }
        listOf[frame] = 0;
    }

    void moveToHead(int list, int frame) {
        remove(frame);
        addHead(list, frame);
    }
}
