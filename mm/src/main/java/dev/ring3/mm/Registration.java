package dev.ring3.mm;

/** Something that stays registered until this is closed. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    @Override
    void close();
}
