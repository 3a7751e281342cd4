package dev.ring3.it.crash;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a volume shows after an operation.
 *
 * @param names inodes by path
 * @param versions of each inode's blocks, as {@link Pattern} has them
 */
record Moment(Map<String, Long> names, Map<Long, int[]> versions) {
    static Moment of(Map<String, Long> names, Map<Long, int[]> versions) {
        Map<Long, int[]> copy = new TreeMap<>();
        versions.forEach((ino, blocks) -> copy.put(ino, blocks.clone()));
        return new Moment(new TreeMap<>(names), copy);
    }

    static final Moment EMPTY = new Moment(Map.of(), Map.of());
}
