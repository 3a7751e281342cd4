package dev.ring3.litmus;

import java.util.List;
import java.util.stream.Collectors;

/** What a register or a location holds at the end. */
public sealed interface Value extends Comparable<Value> {
    /** A number of 64 bits. */
    record Num(long bits) implements Value {
        @Override
        public String toString() {
            return Long.toString(bits);
        }
    }

    /** The address of a location, plus an offset in bytes. */
    record Address(String location, long offset) implements Value {
        @Override
        public String toString() {
            return offset == 0 ? location : location + (offset > 0 ? "+" : "") + offset;
        }
    }

    /** The elements of an array. */
    record Vector(List<Value> elements) implements Value {
        public Vector {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return elements.stream().map(Value::toString).collect(Collectors.joining(",", "{", "}"));
        }
    }

    /** Zero, which registers and locations hold that a test says nothing of. */
    static Value zero() {
        return new Num(0);
    }

    /** Numbers by their size, then arrays, then addresses by name: herd's order. */
    @Override
    default int compareTo(Value other) {
        return switch (this) {
            case Num(long bits) -> other instanceof Num(long bits2) ? Long.compare(bits, bits2) : -1;
            case Vector(List<Value> elements) ->
                switch (other) {
                    case Num _ -> 1;
                    case Address _ -> -1;
                    case Vector(List<Value> elements2) -> compare(elements, elements2);
                };
            case Address(String location, long offset) -> {
                if (!(other instanceof Address(String location2, long offset2))) {
                    yield 1;
                }
                int names = location.compareTo(location2);
                yield names != 0 ? names : Long.compare(offset, offset2);
            }
        };
    }

    /** In the order of the first that differ; a beginning comes before the whole. */
    static int compare(List<Value> left, List<Value> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = left.get(i).compareTo(right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }
}
