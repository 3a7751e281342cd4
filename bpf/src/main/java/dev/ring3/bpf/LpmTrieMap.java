package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.map.PrefixLayout;
import dev.ring3.bpf.map.PrefixTrie;
import dev.ring3.bpf.map.ValueFormat;
import dev.ring3.bpf.memory.BpfBytes;
import java.util.List;

/**
 * Values by prefixes of keys ({@code BPF_MAP_TYPE_LPM_TRIE}): a lookup finds the longest one that a key begins with. A
 * key is a {@code struct bpf_lpm_trie_key}: how many bits count, an int in the host's order, and up to 256 bytes, of
 * which the highest bit of the first comes first; {@link LpmPrefix} is one in Java. A lookup looks for no longer prefix
 * than its key says.
 *
 * <p>A lookup takes no lock. A program that has the address of a value keeps it until its run ends, also if the entry is
 * deleted or replaced meanwhile; so a run that changes very much finds no memory in the end ({@code ENOMEM}). Like the
 * kernel's, it must be made with {@link MapFlags#NO_PREALLOC}, and a full one refuses with {@code ENOSPC}.
 *
 * <p>The host reaches it through {@link MapView}, which goes through it as {@code bpf_map_get_next_key} does: more
 * special prefixes before more general ones.
 */
public final class LpmTrieMap extends MapBase implements BpfMap {
    static final int TYPE = 11;

    private final PrefixLayout layout;
    private final PrefixTrie trie;
    private final long address;

    LpmTrieMap(Origin origin) {
        super(origin);
        if ((origin.flags() & MapFlags.NO_PREALLOC) == 0 || MapFlags.areInvalid(origin.flags(), MapFlags.NO_PREALLOC)) {
            throw new IllegalArgumentException(
                    "flags 0x%x of an LPM trie, which has BPF_F_NO_PREALLOC".formatted(origin.flags()));
        }
        ValueFormat format = new ValueFormat(valueBytes(), origin.shape().spinLockOffset());
        this.layout = new PrefixLayout(keyBytes(), format, entriesMax());
        this.address = allocate(layout.bytes());
        this.trie = new PrefixTrie(layout, address, origin.runtime().gracePeriod());
    }

    @Override
    String kind() {
        return "LPM trie";
    }

    @Override
    List<MemoryRegion> regions() {
        return List.of(trie.values(programsMayWrite()));
    }

    /** The number of entries at the moment. */
    public int size() {
        try (HostAccess _ = HostAccess.to(this)) {
            return trie.count();
        }
    }

    @Override
    long lookup(HostCalls call, long key) {
        int row = trie.find(key);
        return row == 0 ? NULL : trie.value(row);
    }

    @Override
    int update(HostCalls call, long key, long value, long flags) {
        return programsMayWrite() ? trie.update(key, value, flags) : HelperErrors.EPERM;
    }

    @Override
    int delete(HostCalls call, long key) {
        return programsMayWrite() ? trie.delete(key) : HelperErrors.EPERM;
    }

    @Override
    boolean hostLookup(long key, long into) {
        int row = trie.find(key);
        if (row != 0) {
            BpfBytes.copy(trie.value(row), into, valueBytes());
        }
        return row != 0;
    }

    @Override
    int hostUpdate(long key, long values, long flags) {
        return trie.update(key, values, flags);
    }

    @Override
    int hostDelete(long key) {
        return trie.delete(key);
    }

    @Override
    boolean isInOrderOfKeys() {
        return true;
    }

    @Override
    int hostPlace(long key) {
        return trie.findExact(key) == 0 ? -1 : 0;
    }

    @Override
    boolean hostAfter(long key, long keyInto, long valuesInto) {
        int row = key == NULL ? trie.first() : trie.after(key);
        if (row != 0) {
            BpfBytes.copy(trie.key(row), keyInto, keyBytes());
            BpfBytes.copy(trie.value(row), valuesInto, valueBytes());
        }
        return row != 0;
    }
}
