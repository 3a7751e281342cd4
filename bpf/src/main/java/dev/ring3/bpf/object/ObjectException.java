package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.BtfException;
import dev.ring3.bpf.elf.ElfException;
import dev.ring3.bpf.elf.ElfSection;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.insn.InsnLayout;
import org.jspecify.annotations.Nullable;

/** An object file that is malformed, or that this runtime or this host cannot link: where, what, and what is allowed. */
public final class ObjectException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String section;
    private final long offset;

    private ObjectException(String section, long offset, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.section = section;
        this.offset = offset;
    }

    static ObjectException of(ElfException cause) {
        return new ObjectException("", cause.offset(), String.valueOf(cause.getMessage()), cause);
    }

    static ObjectException of(ElfSection section, BtfException cause) {
        return new ObjectException(
                section.name(),
                section.offset() + cause.offset(),
                "section %s: %s".formatted(section.name(), cause.getMessage()),
                cause);
    }

    static ObjectException of(ElfSection section, InsnException cause) {
        return new ObjectException(
                section.name(),
                section.offset() + (long) cause.slot() * InsnLayout.SLOT_BYTES,
                "section %s: %s".formatted(section.name(), cause.getMessage()),
                cause);
    }

    /** A fault at a byte of a section. */
    static ObjectException in(ElfSection section, long offsetInSection, String problem) {
        return new ObjectException(
                section.name(),
                section.offset() + offsetInSection,
                "section %s, offset 0x%x: %s".formatted(section.name(), offsetInSection, problem),
                null);
    }

    /** A fault at an instruction. */
    static ObjectException at(ElfSection section, int slot, String problem) {
        return at(section, slot, problem, null);
    }

    static ObjectException at(ElfSection section, int slot, String problem, @Nullable Throwable cause) {
        return new ObjectException(
                section.name(),
                section.offset() + (long) slot * InsnLayout.SLOT_BYTES,
                "section %s, insn %d: %s".formatted(section.name(), slot, problem),
                cause);
    }

    /** A fault without a place: something the host did not supply, or a limit. */
    public static ObjectException general(String problem) {
        return new ObjectException("", -1, problem, null);
    }

    /** The section at fault, or the empty string if it is the file as a whole or what the host supplied. */
    public String section() {
        return section;
    }

    /** The first byte at fault from the start of the file, or -1. */
    public long offset() {
        return offset;
    }
}
