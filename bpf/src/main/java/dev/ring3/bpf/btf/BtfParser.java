package dev.ring3.bpf.btf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Checks a whole set of types in one pass and notes where each begins, so that decoding one later cannot fail. The
 * rules are those of the kernel's {@code kernel/bpf/btf.c}, but for names, where compilers other than clang differ.
 * Lives for one input.
 */
final class BtfParser {
    static final int BYTES_MAX = 64 << 20;

    /** The kernel's limit, {@code BTF_MAX_TYPE}. */
    static final int TYPES_MAX = 0xfffff;

    private final ByteBuffer data;
    private int typesStart;
    private int typesEnd;
    /** Where each type begins; the type of id 0 has no place. */
    private int[] offsets = new int[256];

    private int count;

    private BtfParser(byte[] bytes) {
        this.data = ByteBuffer.wrap(bytes);
    }

    static Btf parse(byte[] bytes) {
        return new BtfParser(bytes).parse();
    }

    private Btf parse() {
        requireHeader();
        long headerBytes = BtfLayout.unsigned(data, BtfLayout.HEADER_BYTES_AT);
        if (headerBytes < BtfLayout.HEADER_BYTES) {
            throw new BtfException(
                    BtfLayout.HEADER_BYTES_AT,
                    "header of %d bytes, at least %d are needed".formatted(headerBytes, BtfLayout.HEADER_BYTES));
        }
        typesStart = part(headerBytes, BtfLayout.TYPES_AT, BtfLayout.TYPES_BYTES_AT, "types");
        typesEnd = typesStart + data.getInt(BtfLayout.TYPES_BYTES_AT);
        int stringsStart = part(headerBytes, BtfLayout.STRINGS_AT, BtfLayout.STRINGS_BYTES_AT, "strings");
        int stringsBytes = data.getInt(BtfLayout.STRINGS_BYTES_AT);
        if (typesStart < stringsStart + stringsBytes && stringsStart < typesEnd) {
            throw new BtfException(BtfLayout.STRINGS_AT, "the strings overlap the types");
        }
        BtfStrings strings = new BtfStrings(data, stringsStart, stringsBytes);
        locateTypes();
        BtfStrings.Checker names = strings.checker("BTF");
        BtfTypeChecker checker = new BtfTypeChecker(data, offsets, count, names);
        for (int id = 1; id <= count; id++) {
            checker.check(id);
        }
        return new Btf(data, Arrays.copyOf(offsets, count + 1), strings);
    }

    private void requireHeader() {
        int bytes = data.capacity();
        if (bytes > BYTES_MAX) {
            throw new BtfException(0, "%d bytes, at most %d are accepted".formatted(bytes, BYTES_MAX));
        }
        if (bytes < BtfLayout.HEADER_BYTES) {
            throw new BtfException(bytes, "the data ends in its header of %d bytes".formatted(BtfLayout.HEADER_BYTES));
        }
        short magic = data.getShort(0);
        if (magic == Short.reverseBytes((short) BtfLayout.MAGIC)) {
            data.order(ByteOrder.LITTLE_ENDIAN);
        } else if (magic != (short) BtfLayout.MAGIC) {
            throw new BtfException(0, "0x%04x is not the magic number of BTF, 0xeb9f".formatted(magic));
        }
        if (data.get(BtfLayout.VERSION_AT) != BtfLayout.VERSION) {
            throw new BtfException(
                    BtfLayout.VERSION_AT,
                    "version %d, only 1 exists".formatted(Byte.toUnsignedInt(data.get(BtfLayout.VERSION_AT))));
        }
        if (data.get(BtfLayout.FLAGS_AT) != 0) {
            throw new BtfException(
                    BtfLayout.FLAGS_AT,
                    "flags 0x%02x, none exist".formatted(Byte.toUnsignedInt(data.get(BtfLayout.FLAGS_AT))));
        }
    }

    private int part(long headerBytes, int offsetAt, int bytesAt, String what) {
        long start = headerBytes + BtfLayout.unsigned(data, offsetAt);
        long bytes = BtfLayout.unsigned(data, bytesAt);
        if (start + bytes > data.capacity()) {
            throw new BtfException(
                    offsetAt,
                    "%d bytes of %s from offset %d, the data ends at %d"
                            .formatted(bytes, what, start, data.capacity()));
        }
        return (int) start;
    }

    private void locateTypes() {
        int at = typesStart;
        while (at < typesEnd) {
            if (typesEnd - at < BtfLayout.TYPE_BYTES) {
                throw new BtfException(at, "type %d is cut off by the end of the types".formatted(count + 1));
            }
            int info = data.getInt(at + BtfLayout.INFO_AT);
            int kind = BtfLayout.kind(info);
            if (kind == 0 || kind >= BtfKind.COUNT || BtfLayout.reserved(info) != 0) {
                throw new BtfException(
                        at + BtfLayout.INFO_AT,
                        "type %d: info 0x%08x names no kind of type, which are 1 to %d"
                                .formatted(count + 1, info, BtfKind.COUNT - 1));
            }
            int bytes = BtfLayout.TYPE_BYTES + BtfLayout.tailBytes(BtfKind.of(kind), BtfLayout.count(info));
            if (typesEnd - at < bytes) {
                throw new BtfException(
                        at, "type %d has %d bytes, the types end after %d".formatted(count + 1, bytes, typesEnd - at));
            }
            if (count == TYPES_MAX) {
                throw new BtfException(at, "more than %d types".formatted(TYPES_MAX));
            }
            count++;
            if (count == offsets.length) {
                offsets = Arrays.copyOf(offsets, 2 * offsets.length);
            }
            offsets[count] = at;
            at += bytes;
        }
    }
}
