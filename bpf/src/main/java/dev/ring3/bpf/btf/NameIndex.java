package dev.ring3.bpf.btf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Finds types by name: a hash table of type ids over the bytes of essential names, chained through an array, 8 bytes a
 * type. Types with the same name come in the order of their ids.
 */
final class NameIndex {
    private final BtfStrings strings;
    private final int[] nameOffsets;
    private final int[] heads;
    private final int[] next;

    /** Indexes types by their names' offsets; 0 is no name. */
    NameIndex(BtfStrings strings, int[] nameOffsets) {
        this.strings = strings;
        this.nameOffsets = nameOffsets;
        this.heads = new int[Math.max(16, Integer.highestOneBit(nameOffsets.length) * 2)];
        this.next = new int[nameOffsets.length];
        for (int id = nameOffsets.length - 1; id > 0; id--) {
            if (nameOffsets[id] != 0) {
                int bucket = bucket(nameOffsets[id], essentialLength(nameOffsets[id]));
                next[id] = heads[bucket];
                heads[bucket] = id;
            }
        }
    }

    /** The ids of types whose whole name is this. */
    IntStream named(String name) {
        byte[] whole = name.getBytes(StandardCharsets.UTF_8);
        return chain(
                EssentialName.of(name),
                id -> strings.length(nameOffsets[id]) == whole.length && strings.startsWith(nameOffsets[id], whole));
    }

    /** The ids of types whose name agrees but for its flavour. */
    IntStream flavoursOf(String essential) {
        return chain(essential, _ -> true);
    }

    private IntStream chain(String essential, IntPredicate accept) {
        byte[] bytes = essential.getBytes(StandardCharsets.UTF_8);
        return IntStream.iterate(heads[Arrays.hashCode(bytes) & heads.length - 1], id -> id != 0, id -> next[id])
                .filter(id -> essentialLength(nameOffsets[id]) == bytes.length
                        && strings.startsWith(nameOffsets[id], bytes)
                        && accept.test(id));
    }

    private int bucket(int nameOffset, int length) {
        // The same as Arrays.hashCode of the bytes.
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + strings.byteAt(nameOffset + i);
        }
        return hash & heads.length - 1;
    }

    /** As {@link EssentialName#length}, on bytes. */
    private int essentialLength(int nameOffset) {
        int length = strings.length(nameOffset);
        for (int at = length - 4; at > 0; at--) {
            if (is(nameOffset + at)
                    && is(nameOffset + at + 1)
                    && is(nameOffset + at + 2)
                    && !is(nameOffset + at - 1)
                    && !is(nameOffset + at + 3)) {
                return at;
            }
        }
        return length;
    }

    private boolean is(int offset) {
        return strings.byteAt(offset) == '_';
    }
}
