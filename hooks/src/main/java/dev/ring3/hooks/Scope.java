package dev.ring3.hooks;

import dev.ring3.fs.SubvolumeId;

/** What an attached object is asked about. */
public sealed interface Scope {
    /** Every operation of the server, also on trees that are no volume. */
    record Server() implements Scope {
        @Override
        public String toString() {
            return "server";
        }
    }

    /** Operations in a subvolume, in its snapshots, and in subvolumes that lie in it, however deep. */
    record Subvolume(SubvolumeId id) implements Scope {
        @Override
        public String toString() {
            return id.toString();
        }
    }
}
