package dev.ring3.hooks;

import dev.ring3.bpf.btf.Btf;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that a program wrote into the audit log. Immutable. */
public final class AuditRecord {
    private final long sequence;
    private final Instant time;
    private final String object;
    private final String program;
    private final @Nullable Btf types;
    private final int typeId;
    private final byte[] bytes;
    private final @Nullable String text;

    private AuditRecord(
            long sequence,
            Instant time,
            String object,
            String program,
            @Nullable Btf types,
            int typeId,
            byte[] bytes,
            @Nullable String text) {
        this.sequence = sequence;
        this.time = time;
        this.object = object;
        this.program = program;
        this.types = types;
        this.typeId = typeId;
        this.bytes = bytes;
        this.text = text;
    }

    static AuditRecord ofText(long sequence, String object, String program, String text) {
        return new AuditRecord(sequence, Instant.now(), object, program, null, 0, new byte[0], text);
    }

    /** @param typeId what the bytes are, 0 if it is not known */
    static AuditRecord ofBytes(
            long sequence, String object, String program, @Nullable Btf types, int typeId, byte[] bytes) {
        return new AuditRecord(sequence, Instant.now(), object, program, types, typeId, bytes, null);
    }

    /** Its number in the log; each has one more than the one before. */
    public long sequence() {
        return sequence;
    }

    /** When it was written. */
    public Instant time() {
        return time;
    }

    /** The attached object. */
    public String object() {
        return object;
    }

    /** The program in it, or the ring buffer that it came through; empty if it is not known. */
    public String program() {
        return program;
    }

    /** What the program wrote; empty for a text. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The name of the record's type in C; empty if it has none. */
    public String type() {
        return types == null || typeId == 0 ? "" : BtfValues.name(types, typeId);
    }

    /**
     * The fields by name, as {@link BtfValues} has them. A text is the field {@code text}; of a record of no known type all
     * bytes are the field {@code bytes}, in hexadecimal.
     */
    public Map<String, Object> fields() {
        if (text != null) {
            return Map.of("text", text);
        }
        if (types != null && typeId != 0 && BtfValues.size(types, typeId) == bytes.length) {
            Object value = BtfValues.read(types, typeId, bytes);
            Map<String, Object> fields = new LinkedHashMap<>();
            if (value instanceof Map<?, ?> members) {
                members.forEach((name, member) -> fields.put(String.valueOf(name), member));
            } else {
                fields.put("value", value);
            }
            return fields;
        }
        return Map.of("bytes", HexFormat.of().formatHex(bytes));
    }

    /** What it takes in memory, about. */
    int weight() {
        return 128 + bytes.length + (text == null ? 0 : text.length());
    }

    /** One line: {@code op=16 ino=7 name="a"}. */
    @Override
    public String toString() {
        return text != null ? text.strip() : BtfValues.line(fields());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuditRecord that && sequence == that.sequence && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(sequence);
    }
}
