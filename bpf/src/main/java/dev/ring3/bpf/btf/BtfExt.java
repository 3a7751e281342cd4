package dev.ring3.bpf.btf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The contents of a section {@code .BTF.ext}: for each section of code the types of its functions, its source lines and
 * its CO-RE relocations, in the order in which they stand.
 *
 * <pre>
 * header   u16 magic, u8 version, u8 flags, u32 header bytes,
 *          then u32 offset and u32 bytes (offsets from the header's end) of function, line, and CO-RE records
 * each     u32 bytes of a record, then for each section: u32 name, u32 count, records
 * </pre>
 */
public final class BtfExt {
    private static final int HEADER_BYTES = 24;
    private static final int HEADER_BYTES_WITH_CORE = 32;
    private static final int FUNCTIONS_AT = 8;
    private static final int LINES_AT = 16;
    private static final int CORE_AT = 24;
    private static final int FUNCTION_BYTES = 8;
    private static final int LINE_BYTES = 16;
    private static final int CORE_BYTES = 16;
    private static final int COLUMN_BITS = 10;

    private final ByteBuffer data;
    private final Btf btf;
    private final BtfStrings.Checker strings;
    private final Map<String, List<FunctionInfo>> functions = new HashMap<>();
    private final Map<String, List<LineInfo>> lines = new HashMap<>();
    private final Map<String, List<CoreRelocation>> relocations = new HashMap<>();

    private BtfExt(byte[] bytes, Btf btf) {
        this.data = ByteBuffer.wrap(bytes).order(btf.order());
        this.btf = btf;
        this.strings = btf.strings().checker("BTF.ext");
    }

    /**
     * Reads the contents of a section {@code .BTF.ext}.
     *
     * @param btf the types of the same object, with the strings that this refers to
     * @throws BtfException if it is malformed
     */
    public static BtfExt parse(byte[] bytes, Btf btf) {
        BtfExt ext = new BtfExt(bytes.clone(), btf);
        ext.read();
        return ext;
    }

    /** The types of the functions of a section. */
    public List<FunctionInfo> functions(String section) {
        return functions.getOrDefault(section, List.of());
    }

    /** The source lines of a section. */
    public List<LineInfo> lines(String section) {
        return lines.getOrDefault(section, List.of());
    }

    /** The CO-RE relocations of a section. */
    public List<CoreRelocation> relocations(String section) {
        return relocations.getOrDefault(section, List.of());
    }

    private void read() {
        if (data.capacity() < HEADER_BYTES) {
            throw fault(data.capacity(), "the data ends in its header of %d bytes".formatted(HEADER_BYTES));
        }
        if (data.getShort(0) != (short) BtfLayout.MAGIC) {
            throw fault(
                    0,
                    "0x%04x is not the magic number of BTF in the byte order of the types, %s"
                            .formatted(data.getShort(0), order()));
        }
        if (data.get(BtfLayout.VERSION_AT) != BtfLayout.VERSION || data.get(BtfLayout.FLAGS_AT) != 0) {
            throw fault(
                    BtfLayout.VERSION_AT,
                    "version %d and flags 0x%02x, only 1 and 0 exist"
                            .formatted(
                                    Byte.toUnsignedInt(data.get(BtfLayout.VERSION_AT)),
                                    Byte.toUnsignedInt(data.get(BtfLayout.FLAGS_AT))));
        }
        long headerBytes = BtfLayout.unsigned(data, BtfLayout.HEADER_BYTES_AT);
        if (headerBytes < HEADER_BYTES || headerBytes > data.capacity()) {
            throw fault(
                    BtfLayout.HEADER_BYTES_AT,
                    "header of %d bytes, at least %d are needed and %d are there"
                            .formatted(headerBytes, HEADER_BYTES, data.capacity()));
        }
        readPart((int) headerBytes, FUNCTIONS_AT, FUNCTION_BYTES, functions, this::function);
        readPart((int) headerBytes, LINES_AT, LINE_BYTES, lines, this::line);
        if (headerBytes >= HEADER_BYTES_WITH_CORE) {
            readPart((int) headerBytes, CORE_AT, CORE_BYTES, relocations, this::relocation);
        }
    }

    private ByteOrder order() {
        return data.order();
    }

    private <T> void readPart(
            int headerBytes, int partAt, int recordBytes, Map<String, List<T>> into, IntFunction<T> read) {
        long start = headerBytes + BtfLayout.unsigned(data, partAt);
        long bytes = BtfLayout.unsigned(data, partAt + 4);
        long end = start + bytes;
        if (bytes == 0) {
            return;
        }
        if (end > data.capacity() || bytes < Integer.BYTES) {
            throw fault(
                    partAt,
                    "%d bytes of records from offset %d, the data ends at %d".formatted(bytes, start, data.capacity()));
        }
        long step = BtfLayout.unsigned(data, (int) start);
        if (step < recordBytes || step % Integer.BYTES != 0) {
            throw fault(
                    start, "records of %d bytes, multiples of 4 from %d on are accepted".formatted(step, recordBytes));
        }
        long at = start + Integer.BYTES;
        while (at < end) {
            if (end - at < 2 * Integer.BYTES) {
                throw fault(at, "a section's head is cut off after %d bytes".formatted(end - at));
            }
            strings.require(at, data.getInt((int) at));
            String section = btf.string(data.getInt((int) at));
            long count = BtfLayout.unsigned(data, (int) at + 4);
            at += 2 * Integer.BYTES;
            if (count * step > end - at) {
                throw fault(
                        at - 4,
                        "%d records of %d bytes for section %s, only %d bytes follow"
                                .formatted(count, step, section, end - at));
            }
            List<T> records = into.computeIfAbsent(section, _ -> new ArrayList<>());
            for (long i = 0; i < count; i++) {
                records.add(read.apply((int) (at + i * step)));
            }
            at += count * step;
        }
    }

    private FunctionInfo function(int at) {
        int typeId = typeId(at + 4);
        if (btf.kind(typeId) != BtfKind.FUNC) {
            throw fault(at + 4L, "type %d is a %s and no FUNC".formatted(typeId, btf.kind(typeId)));
        }
        return new FunctionInfo(BtfLayout.unsigned(data, at), typeId);
    }

    private LineInfo line(int at) {
        int place = data.getInt(at + 12);
        return new LineInfo(
                BtfLayout.unsigned(data, at),
                string(at + 4),
                string(at + 8),
                place >>> COLUMN_BITS,
                place & (1 << COLUMN_BITS) - 1);
    }

    private CoreRelocation relocation(int at) {
        int kind = data.getInt(at + 12);
        if (kind < 0 || kind >= CoreKind.COUNT) {
            throw fault(
                    at + 12L,
                    "kind %s of a CO-RE relocation, 0 to %d exist"
                            .formatted(Integer.toUnsignedString(kind), CoreKind.COUNT - 1));
        }
        return new CoreRelocation(at, BtfLayout.unsigned(data, at), typeId(at + 4), string(at + 8), CoreKind.of(kind));
    }

    private int typeId(int at) {
        int id = data.getInt(at);
        if (id < 0 || id > btf.typeCount()) {
            throw fault(at, "type %s, the types are 0 to %d".formatted(Integer.toUnsignedString(id), btf.typeCount()));
        }
        return id;
    }

    private String string(int at) {
        strings.require(at, data.getInt(at));
        return btf.string(data.getInt(at));
    }

    private static BtfException fault(long at, String problem) {
        return new BtfException("BTF.ext", at, problem);
    }
}
