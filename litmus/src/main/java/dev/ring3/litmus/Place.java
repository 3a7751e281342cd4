package dev.ring3.litmus;

import java.util.List;
import java.util.stream.Collectors;

/** What a condition and the list of final states look at. */
public sealed interface Place extends Comparable<Place> {
    /**
     * A register of a thread.
     *
     * @param thread the thread's place among the threads; {@code processor} is its number in the test
     * @param bytes how much of the register is looked at: 8, unless the test gives it a smaller type
     */
    record Register(int thread, int processor, int number, int bytes, boolean signed) implements Place {
        @Override
        public String toString() {
            return processor + ":" + (number == dev.ring3.bpf.insn.Register.R10.number() ? "fp" : "r" + number);
        }
    }

    /** A location, or one element of an array; {@code index} is -1 for the whole. */
    record Cell(Location location, int index) implements Place {
        @Override
        public String toString() {
            if (index >= 0) {
                return "%s[%d]".formatted(location.name(), index);
            }
            return location.isArray() ? location.name() : "[" + location.name() + "]";
        }
    }

    /** The part of a number that is looked at, extended to 64 bits. */
    default Value view(Value value) {
        return switch (value) {
            case Value.Num(long bits) -> {
                int unused = Long.SIZE - Byte.SIZE * viewBytes();
                yield new Value.Num(isSigned() ? bits << unused >> unused : bits << unused >>> unused);
            }
            case Value.Vector(List<Value> elements) ->
                new Value.Vector(elements.stream().map(this::view).toList());
            case Value.Address address -> address;
        };
    }

    private int viewBytes() {
        return switch (this) {
            case Register register -> register.bytes();
            case Cell cell -> cell.location().elementBytes();
        };
    }

    private boolean isSigned() {
        return switch (this) {
            case Register register -> register.signed();
            case Cell cell -> cell.location().signed();
        };
    }

    /** A value of this place as final states show it. */
    default String format(Value value) {
        return switch (value) {
            case Value.Num(long bits) -> isSigned() ? Long.toString(bits) : Long.toUnsignedString(bits);
            case Value.Vector(List<Value> elements) ->
                elements.stream().map(this::format).collect(Collectors.joining(",", "{", "}"));
            case Value.Address address -> address.toString();
        };
    }

    /** Registers by thread and number, then locations by name: herd's order. */
    @Override
    default int compareTo(Place other) {
        return switch (this) {
            case Register(int _, int processor, int number, int _, boolean _) -> {
                if (!(other instanceof Register register)) {
                    yield -1;
                }
                int order = Integer.compare(processor, register.processor());
                yield order != 0 ? order : Integer.compare(number, register.number());
            }
            case Cell(Location location, int index) -> {
                if (!(other instanceof Cell cell)) {
                    yield 1;
                }
                int order = location.name().compareTo(cell.location().name());
                yield order != 0 ? order : Integer.compare(index, cell.index());
            }
        };
    }
}
