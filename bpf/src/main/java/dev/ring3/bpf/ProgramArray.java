package dev.ring3.bpf;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** An array of programs for tail calls ({@code BPF_MAP_TYPE_PROG_ARRAY}). Only the host changes it. */
public final class ProgramArray extends MapBase implements BpfMap {
    private final AtomicReferenceArray<@Nullable BpfProgram> programs;
    private @Nullable ProgramType type; // guarded by this; that of the first program, as in the kernel
    private boolean verified; // guarded by this; whether the first program is

    ProgramArray(Origin origin) {
        super(origin);
        if (entriesMax() <= 0) {
            throw new IllegalArgumentException("program array %s: %d entries".formatted(name(), entriesMax()));
        }
        if (MapFlags.areInvalid(origin.flags(), 0)) {
            throw new IllegalArgumentException("flags 0x%x of a program array".formatted(origin.flags()));
        }
        this.programs = new AtomicReferenceArray<>(entriesMax());
    }

    @Override
    String kind() {
        return "program array";
    }

    /**
     * Sets or, with null, empties an entry. Runs that are already in the old program finish there.
     *
     * @throws IllegalArgumentException if the program is of another runtime than the array, or of another type than
     *     the first program that was put into it, or verified where that was not, or the other way round: memory that a
     *     run was given for the one may be more than the other was verified for
     */
    public synchronized void set(int index, @Nullable BpfProgram program) {
        if (program != null) {
            program.requireOpen();
            if (program.runtime() != runtime()) {
                throw new IllegalArgumentException(
                        "program %s is not of the runtime of program array %s".formatted(program.name(), name()));
            }
            if (type != null && !type.equals(program.type())) {
                throw new IllegalArgumentException("program %s is of type %s, those of program array %s of type %s"
                        .formatted(program.name(), program.type().name(), name(), type.name()));
            }
            if (type != null && verified != program.isVerified()) {
                throw new IllegalArgumentException("program %s is %s, those of program array %s are %s"
                        .formatted(program.name(), text(!verified), name(), text(verified)));
            }
            type = program.type();
            verified = program.isVerified();
        }
        programs.set(index, program);
    }

    private static String text(boolean verified) {
        return verified ? "verified" : "not verified";
    }

    /** The program at an index, or null if there is none, or no such index. */
    public @Nullable BpfProgram get(long index) {
        return index >= 0 && index < programs.length() ? programs.get((int) index) : null;
    }
}
