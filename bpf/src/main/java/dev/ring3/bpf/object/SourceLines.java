package dev.ring3.bpf.object;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The source lines of code, by slot: each holds from its first instruction to the next line or the function's end. */
public final class SourceLines {
    private final int[] slots;
    /** What begins at each of those slots; null where code without lines begins. */
    private final @Nullable SourceLine[] lines;

    private SourceLines(int[] slots, @Nullable SourceLine[] lines) {
        this.slots = slots;
        this.lines = lines;
    }

    /** The line that an instruction was made from. */
    public Optional<SourceLine> at(int slot) {
        int index = Arrays.binarySearch(slots, slot);
        return index == -1 ? Optional.empty() : Optional.ofNullable(lines[index >= 0 ? index : -index - 2]);
    }

    /** The line that begins with an instruction; empty if it goes on with the line of the one before. */
    public Optional<SourceLine> startingAt(int slot) {
        int index = Arrays.binarySearch(slots, slot);
        return index < 0 ? Optional.empty() : Optional.ofNullable(lines[index]);
    }

    /** Whether nothing is known. */
    public boolean isEmpty() {
        return Arrays.stream(lines).noneMatch(Objects::nonNull);
    }

    /** Collects lines in any order. */
    static final class Builder {
        private final NavigableMap<Integer, Optional<SourceLine>> starts = new TreeMap<>();

        void add(int slot, SourceLine line) {
            starts.put(slot, Optional.of(line));
        }

        /** Ends the line before a slot, where a function begins. */
        void addBoundary(int slot) {
            starts.putIfAbsent(slot, Optional.empty());
        }

        /** Copies the lines of a function to another place. */
        void addRange(SourceLines from, int fromSlot, int slotCount, int toSlot) {
            starts.put(toSlot, from.startingAt(fromSlot));
            int first = Arrays.binarySearch(from.slots, fromSlot + 1);
            for (int i = first < 0 ? -first - 1 : first; i < from.slots.length; i++) {
                if (from.slots[i] >= fromSlot + slotCount) {
                    break;
                }
                starts.put(from.slots[i] - fromSlot + toSlot, Optional.ofNullable(from.lines[i]));
            }
        }

        SourceLines build() {
            int[] slots = new int[starts.size()];
            @Nullable SourceLine[] lines = new SourceLine[starts.size()];
            int i = 0;
            for (Map.Entry<Integer, Optional<SourceLine>> start : starts.entrySet()) {
                slots[i] = start.getKey();
                lines[i] = start.getValue().orElse(null);
                i++;
            }
            return new SourceLines(slots, lines);
        }
    }
}
