package dev.ring3.bpf.btf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the contents of {@code .BTF.ext} for tests; strings go to the builder of the types. */
public final class BtfExtWriter {
    private final BtfBuilder types;
    private final ByteOrder order;
    private final Map<String, ByteArrayOutputStream> functions = new LinkedHashMap<>();
    private final Map<String, ByteArrayOutputStream> lines = new LinkedHashMap<>();
    private final Map<String, ByteArrayOutputStream> relocations = new LinkedHashMap<>();

    public BtfExtWriter(BtfBuilder types, ByteOrder order) {
        this.types = types;
        this.order = order;
    }

    /** Adds the type of the function at an instruction. */
    public BtfExtWriter function(String section, int insnOffset, int typeId) {
        return add(functions, section, insnOffset, typeId);
    }

    /** Adds a source line. */
    public BtfExtWriter line(String section, int insnOffset, String file, String text, int line, int column) {
        return add(lines, section, insnOffset, types.offsetOf(file), types.offsetOf(text), line << 10 | column);
    }

    /** Adds a CO-RE relocation. */
    public BtfExtWriter relocation(String section, int insnOffset, int typeId, String access, CoreKind kind) {
        return add(relocations, section, insnOffset, typeId, types.offsetOf(access), kind.ordinal());
    }

    private BtfExtWriter add(Map<String, ByteArrayOutputStream> part, String section, int... words) {
        types.offsetOf(section);
        ByteArrayOutputStream records = part.computeIfAbsent(section, _ -> new ByteArrayOutputStream());
        for (int word : words) {
            records.writeBytes(ByteBuffer.allocate(4).order(order).putInt(word).array());
        }
        return this;
    }

    /** The contents; call before the types are written. */
    public byte[] toBytes() {
        byte[] functionBytes = part(functions, 8);
        byte[] lineBytes = part(lines, 16);
        byte[] relocationBytes = part(relocations, 16);
        int bytes = functionBytes.length + lineBytes.length + relocationBytes.length;
        return ByteBuffer.allocate(32 + bytes)
                .order(order)
                .putShort((short) BtfLayout.MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putInt(32)
                .putInt(0)
                .putInt(functionBytes.length)
                .putInt(functionBytes.length)
                .putInt(lineBytes.length)
                .putInt(functionBytes.length + lineBytes.length)
                .putInt(relocationBytes.length)
                .put(functionBytes)
                .put(lineBytes)
                .put(relocationBytes)
                .array();
    }

    private byte[] part(Map<String, ByteArrayOutputStream> sections, int recordBytes) {
        if (sections.isEmpty()) {
            return new byte[0];
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(4).order(order).putInt(recordBytes).array());
        sections.forEach((section, records) -> {
            out.writeBytes(ByteBuffer.allocate(8)
                    .order(order)
                    .putInt(types.offsetOf(section))
                    .putInt(records.size() / recordBytes)
                    .array());
            out.writeBytes(records.toByteArray());
        });
        return out.toByteArray();
    }
}
