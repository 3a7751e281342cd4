package dev.ring3.hooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ring3.fs.FsException;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.linux.Errno;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * An attached object in a file. Little-endian; a text is u32 length and UTF-8.
 *
 * <pre>
 * 0   magic    "R3HOOK\0\1", the last byte being the version
 * 8   u32      CRC32C of everything from 12 on
 * 12  u32      flags: 1 observe-only, 2 fail-closed, 4 failed
 * 16  u32      subvolume of the scope, 0 for the whole server
 * 20  i32      order
 * 24  i64      since, milliseconds after the epoch
 * 32  text     name
 *     text     failure
 *     u32      number of sections, and a text each
 *     u32      length of the object, and the object
 * </pre>
 */
final class HookRecordLayout {
    private static final byte[] MAGIC = {'R', '3', 'H', 'O', 'O', 'K', 0, 1};
    private static final int CRC_AT = 8;
    private static final int SUMMED_AT = 12;
    private static final int FIXED_BYTES = 32;
    private static final int OBSERVE_ONLY = 1;
    private static final int FAIL_CLOSED = 2;
    private static final int FAILED = 4;

    private HookRecordLayout() {}

    static byte[] encode(StoredHook hook) {
        byte[] name = hook.name().getBytes(UTF_8);
        byte[] failure = hook.failure().orElse("").getBytes(UTF_8);
        List<byte[]> sections =
                hook.sections().stream().map(section -> section.getBytes(UTF_8)).toList();
        int texts = 2 * Integer.BYTES + name.length + failure.length;
        int lists =
                sections.stream().mapToInt(each -> Integer.BYTES + each.length).sum();
        ByteBuffer to = ByteBuffer.allocate(FIXED_BYTES + texts + 2 * Integer.BYTES + lists + hook.object().length)
                .order(ByteOrder.LITTLE_ENDIAN);
        to.put(MAGIC).putInt(0);
        to.putInt((hook.observeOnly() ? OBSERVE_ONLY : 0)
                | (hook.failMode() == FailMode.CLOSED ? FAIL_CLOSED : 0)
                | (hook.failure().isPresent() ? FAILED : 0));
        to.putInt(
                switch (hook.scope()) {
                    case Scope.Server() -> 0;
                    case Scope.Subvolume(SubvolumeId id) -> (int) id.value();
                });
        to.putInt(hook.order()).putLong(hook.since().toEpochMilli());
        put(to, name);
        put(to, failure);
        to.putInt(sections.size());
        sections.forEach(section -> put(to, section));
        put(to, hook.object());
        return to.putInt(CRC_AT, sum(to.array())).array();
    }

    private static void put(ByteBuffer to, byte[] bytes) {
        to.putInt(bytes.length).put(bytes);
    }

    private static int sum(byte[] record) {
        CRC32C sum = new CRC32C();
        sum.update(record, SUMMED_AT, record.length - SUMMED_AT);
        return (int) sum.getValue();
    }

    /**
     * Reads a record.
     *
     * @param where it is, for the message
     * @throws FsException EUCLEAN if it is damaged, EOPNOTSUPP if a newer Ring3 wrote it
     */
    static StoredHook decode(byte[] record, String where) {
        if (record.length < FIXED_BYTES) {
            throw damaged(where, "%d bytes".formatted(record.length));
        }
        ByteBuffer from = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < MAGIC.length - 1; i++) {
            if (record[i] != MAGIC[i]) {
                throw damaged(where, "no attached object");
            }
        }
        int version = record[MAGIC.length - 1];
        if (version != MAGIC[MAGIC.length - 1]) {
            throw new FsException(Errno.EOPNOTSUPP, "hooks", "%s is of version %d".formatted(where, version));
        }
        if (from.getInt(CRC_AT) != sum(record)) {
            throw damaged(where, "the checksum is wrong");
        }
        from.position(SUMMED_AT);
        try {
            return decode(from);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new FsException(Errno.EUCLEAN, "hooks", where + ": it ends too early", e);
        }
    }

    private static StoredHook decode(ByteBuffer from) {
        int flags = from.getInt();
        long subvolume = Integer.toUnsignedLong(from.getInt());
        int order = from.getInt();
        Instant since = Instant.ofEpochMilli(from.getLong());
        String name = new String(bytes(from), UTF_8);
        String failure = new String(bytes(from), UTF_8);
        int count = from.getInt();
        List<String> sections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sections.add(new String(bytes(from), UTF_8));
        }
        return new StoredHook(
                name,
                bytes(from),
                subvolume == 0 ? new Scope.Server() : new Scope.Subvolume(new SubvolumeId(subvolume)),
                order,
                (flags & OBSERVE_ONLY) != 0,
                (flags & FAIL_CLOSED) != 0 ? FailMode.CLOSED : FailMode.OPEN,
                since,
                sections,
                (flags & FAILED) != 0 ? Optional.of(failure) : Optional.empty());
    }

    private static byte[] bytes(ByteBuffer from) {
        int length = from.getInt();
        if (length < 0 || length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    private static FsException damaged(String where, String problem) {
        return new FsException(Errno.EUCLEAN, "hooks", where + ": " + problem);
    }
}
