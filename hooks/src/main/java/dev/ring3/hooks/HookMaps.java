package dev.ring3.hooks;

import dev.ring3.bpf.BpfMap;
import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.Codec;
import dev.ring3.bpf.MapResult;
import dev.ring3.bpf.MapView;
import dev.ring3.bpf.ProgramArray;
import dev.ring3.bpf.RingBuffer;
import dev.ring3.bpf.UpdateMode;
import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfKind;
import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The maps of attached objects, for people: keys and values by the types of C that the object has. Every method fails with
 * {@link FsException}: ENOENT for an object or map that is not there, EOPNOTSUPP for a map without entries to look at,
 * EINVAL for a text that is no such key or value.
 */
public final class HookMaps {
    /**
     * A map.
     *
     * @param type the kernel's number ({@code BPF_MAP_TYPE_*})
     * @param listable whether it has entries that can be shown
     */
    public record MapInfo(
            String object, String name, int type, int keyBytes, int valueBytes, int entriesMax, boolean listable) {}

    /**
     * An entry, as {@link BtfValues} has it; bytes in hexadecimal where the object does not say what they are.
     *
     * @param value of a map with a value for each processor a list
     */
    public record MapEntry(Object key, Object value) {}

    private final Supplier<HookTable> table;

    HookMaps(Supplier<HookTable> table) {
        this.table = table;
    }

    /** The maps of an object, or of all. */
    public List<MapInfo> list(Optional<String> object) {
        object.ifPresent(this::require);
        List<MapInfo> infos = new ArrayList<>();
        for (AttachedObject attached : table.get().objects()) {
            BpfObject loaded = attached.object();
            if (loaded == null || !object.map(attached.name()::equals).orElse(true)) {
                continue;
            }
            for (BpfMap map : loaded.maps()) {
                infos.add(new MapInfo(
                        attached.name(),
                        map.name(),
                        map.shape().type(),
                        map.keyBytes(),
                        map.valueBytes(),
                        map.entriesMax(),
                        isListable(map)));
            }
        }
        return infos;
    }

    private static boolean isListable(BpfMap map) {
        return !(map instanceof RingBuffer) && !(map instanceof ProgramArray) && map.keyBytes() > 0;
    }

    /** Entries of a map, at most so many. */
    public List<MapEntry> dump(String object, String map, int max) {
        Found found = find(object, map);
        List<MapEntry> entries = new ArrayList<>();
        MapView<byte[], byte[]> view = found.view();
        if (view.valuesPerEntry() == 1) {
            for (Map.Entry<byte[], byte[]> entry : view) {
                if (entries.size() == max) {
                    break;
                }
                entries.add(new MapEntry(found.key(entry.getKey()), found.value(entry.getValue())));
            }
            return entries;
        }
        Optional<byte[]> key = view.firstKey();
        while (key.isPresent() && entries.size() < max) {
            byte[] at = key.get();
            entries.add(new MapEntry(found.key(at), found.values(view.values(at))));
            key = view.nextKey(at);
        }
        return entries;
    }

    /** The entry of a key; ENOENT if there is none. */
    public MapEntry get(String object, String map, String key) {
        Found found = find(object, map);
        byte[] at = found.parseKey(key);
        MapView<byte[], byte[]> view = found.view();
        List<byte[]> values = view.values(at);
        if (values.isEmpty()) {
            throw new FsException(Errno.ENOENT, "map get", "key %s of map %s".formatted(key, map));
        }
        return new MapEntry(found.key(at), values.size() == 1 ? found.value(values.getFirst()) : found.values(values));
    }

    /**
     * Sets the value of a key, on all processors. Of a structure that is there, fields that are not named stay.
     *
     * @throws FsException EPERM for a map that is only read, E2BIG if it is full
     */
    public void set(String object, String map, String key, String value) {
        Found found = find(object, map);
        byte[] at = found.parseKey(key);
        MapView<byte[], byte[]> view = found.view();
        List<byte[]> present = view.values(at);
        byte[] bytes = present.isEmpty() ? new byte[found.map.valueBytes()] : present.getFirst();
        found.parseValue(value, bytes);
        MapResult result = view.update(at, bytes, UpdateMode.ANY);
        if (result != MapResult.DONE) {
            Errno errno = result == MapResult.NOT_PERMITTED ? Errno.EPERM : Errno.E2BIG;
            throw new FsException(errno, "map set", "key %s of map %s: %s".formatted(key, map, result));
        }
    }

    /** Deletes a key; false if there is none, or the map has every key for good. */
    public boolean delete(String object, String map, String key) {
        Found found = find(object, map);
        return found.view().delete(found.parseKey(key)) == MapResult.DONE;
    }

    private AttachedObject require(String object) {
        return table.get()
                .find(object)
                .orElseThrow(() -> new FsException(Errno.ENOENT, "map", "no object " + object + " is attached"));
    }

    private Found find(String object, String map) {
        BpfObject loaded = require(object).object();
        if (loaded == null) {
            throw new FsException(Errno.ENOENT, "map", object + " has failed, and its maps are gone");
        }
        for (BpfMap candidate : loaded.maps()) {
            if (candidate.name().equals(map)) {
                if (!isListable(candidate)) {
                    throw new FsException(Errno.EOPNOTSUPP, "map", map + " has no entries to look at");
                }
                return new Found(loaded, candidate);
            }
        }
        throw new FsException(
                Errno.ENOENT,
                "map",
                "%s has no map %s, it has %s"
                        .formatted(
                                object,
                                map,
                                loaded.maps().stream().map(BpfMap::name).toList()));
    }

    /** A map, with what its object knows of it. */
    private static final class Found {
        private final BpfObject object;
        private final BpfMap map;

        Found(BpfObject object, BpfMap map) {
            this.object = object;
            this.map = map;
        }

        MapView<byte[], byte[]> view() {
            try {
                return MapView.of(map, Codec.ofBytes(map.keyBytes()), Codec.ofBytes(map.valueBytes()));
            } catch (IllegalArgumentException | ClassCastException e) {
                throw new FsException(Errno.EOPNOTSUPP, "map", map.name() + " cannot be looked at", e);
            }
        }

        Object key(byte[] bytes) {
            return show(object.keyType(map.name()), bytes);
        }

        Object value(byte[] bytes) {
            return show(valueType(), bytes);
        }

        /** Of global data, the section that it is. */
        private OptionalInt valueType() {
            OptionalInt declared = object.valueType(map.name());
            return declared.isPresent() || object.types().isEmpty()
                    ? declared
                    : object.types().get().find(BtfKind.DATASEC, map.name());
        }

        Object values(List<byte[]> each) {
            return each.stream().map(this::value).toList();
        }

        private Object show(OptionalInt type, byte[] bytes) {
            Optional<Btf> types = object.types();
            boolean known = type.isPresent()
                    && types.isPresent()
                    && BtfValues.size(types.get(), type.getAsInt()) == bytes.length;
            if (known) {
                return BtfValues.read(types.orElseThrow(), type.getAsInt(), bytes);
            }
            return HexFormat.of().formatHex(bytes);
        }

        byte[] parseKey(String text) {
            byte[] bytes = new byte[map.keyBytes()];
            parse(object.keyType(map.name()), text, bytes);
            return bytes;
        }

        void parseValue(String text, byte[] into) {
            parse(valueType(), text, into);
        }

        private void parse(OptionalInt type, String text, byte[] into) {
            try {
                if (type.isPresent() && object.types().isPresent()) {
                    BtfInput.write(object.types().get(), type.getAsInt(), text, into);
                } else {
                    BtfInput.write(text, into);
                }
            } catch (IllegalArgumentException e) {
                throw new FsException(Errno.EINVAL, "map " + map.name(), String.valueOf(e.getMessage()), e);
            }
        }
    }
}
