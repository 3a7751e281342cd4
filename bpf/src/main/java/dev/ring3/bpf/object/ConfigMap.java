package dev.ring3.bpf.object;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfException;
import dev.ring3.bpf.btf.BtfType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The map {@code .kconfig}: its variables have no place in the file, they get one here, aligned to their size, and the
 * values that the host supplies.
 */
final class ConfigMap {
    private static final int BYTES_MAX = 1 << 16;
    private static final int ALIGNMENT_MAX = 8;

    private final Btf btf;
    private final ByteOrder order;
    private final LinkOptions options;
    private final Map<String, Integer> offsets = new HashMap<>();
    private final List<MapData.Variable> variables = new ArrayList<>();
    private int size;

    ConfigMap(Btf btf, ByteOrder order, LinkOptions options) {
        this.btf = btf;
        this.order = order;
        this.options = options;
    }

    /** Places the variables and fills them; nothing if there are none. */
    Optional<MapSpec> build(Collection<ExternSymbol> symbols) {
        for (ExternSymbol symbol : symbols) {
            if (symbol.kind() == ExternSymbol.Kind.KCONFIG && !offsets.containsKey(symbol.name())) {
                place(symbol);
            }
        }
        if (variables.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).order(order);
        for (ExternSymbol symbol : symbols) {
            if (symbol.kind() == ExternSymbol.Kind.KCONFIG) {
                fill(symbol, bytes);
            }
        }
        MapSpec.Builder map = new MapSpec.Builder(Sections.KCONFIG, MapSpec.Origin.KCONFIG);
        map.type = MapSpec.TYPE_ARRAY;
        map.keyBytes = Integer.BYTES;
        map.valueBytes = size;
        map.maxEntries = 1;
        map.flags = MapSpec.FLAG_READ_ONLY_FOR_PROGRAMS;
        map.data = Optional.of(MapData.of(bytes.array(), variables));
        return Optional.of(map.build());
    }

    /** Where a variable lies in the map's value. */
    int offset(ExternSymbol symbol) {
        return offsets.getOrDefault(symbol.name(), 0);
    }

    private void place(ExternSymbol symbol) {
        BtfType.Variable variable = variable(symbol);
        long bytes = sizeBytes(symbol, variable);
        if (bytes == 0 || bytes > BYTES_MAX - size) {
            throw fault(symbol, "it has %d bytes, 1 to %d are accepted for all".formatted(bytes, BYTES_MAX));
        }
        int alignment = (int) Math.min(ALIGNMENT_MAX, Long.lowestOneBit(bytes));
        int at = Math.ceilDiv(size, alignment) * alignment;
        offsets.put(symbol.name(), at);
        variables.add(new MapData.Variable(symbol.name(), at, bytes, variable.typeId()));
        size = (int) (at + bytes);
    }

    private BtfType.Variable variable(ExternSymbol symbol) {
        if (btf.type(symbol.typeId()) instanceof BtfType.Variable variable) {
            return variable;
        }
        throw fault(symbol, "it is a %s and no variable".formatted(btf.kind(symbol.typeId())));
    }

    private long sizeBytes(ExternSymbol symbol, BtfType.Variable variable) {
        try {
            return btf.sizeBytes(variable.typeId());
        } catch (BtfException e) {
            throw fault(symbol, String.valueOf(e.getMessage()));
        }
    }

    private void fill(ExternSymbol symbol, ByteBuffer bytes) {
        Optional<ConfigValue> value = options.config(symbol.name());
        if (value.isEmpty()) {
            if (symbol.weak()) {
                return;
            }
            throw fault(symbol, "the host supplies no value, and the object cannot do without it");
        }
        BtfType type = btf.type(btf.strip(variable(symbol).typeId()));
        int at = offset(symbol);
        switch (value.get()) {
            case ConfigValue.IntegerValue(long number) -> fillNumber(symbol, type, number, bytes, at);
            case ConfigValue.TextValue(String text) -> fillText(symbol, type, text, bytes, at);
        }
    }

    private void fillNumber(ExternSymbol symbol, BtfType type, long number, ByteBuffer bytes, int at) {
        int size;
        boolean signed;
        switch (type) {
            case BtfType.Int integer -> {
                size = integer.sizeBytes();
                signed = integer.encoding() == BtfType.Encoding.SIGNED;
            }
            case BtfType.Enumeration enumeration -> {
                size = enumeration.sizeBytes();
                signed = enumeration.signed();
            }
            case BtfType _ -> throw fault(symbol, "a number for a variable of kind %s".formatted(type.kind()));
        }
        int spare = Long.SIZE - size * Byte.SIZE;
        boolean fits =
                spare <= 0 || (signed ? number << spare >> spare == number : number << spare >>> spare == number);
        if (!fits || size > Long.BYTES) {
            throw fault(symbol, "the number %d does not fit %d bytes".formatted(number, size));
        }
        for (int i = 0; i < size; i++) {
            int place = order == ByteOrder.LITTLE_ENDIAN ? i : size - 1 - i;
            bytes.put(at + place, (byte) (number >>> (i * Byte.SIZE)));
        }
    }

    private void fillText(ExternSymbol symbol, BtfType type, String text, ByteBuffer bytes, int at) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (!(type instanceof BtfType.Array array)
                || !(btf.type(btf.strip(array.elementTypeId())) instanceof BtfType.Int element)
                || element.sizeBytes() != 1) {
            throw fault(symbol, "a text for a variable of kind %s".formatted(type.kind()));
        }
        if (encoded.length >= array.count()) {
            throw fault(
                    symbol,
                    "a text of %d bytes and a zero byte for an array of %d".formatted(encoded.length, array.count()));
        }
        bytes.put(at, encoded);
    }

    private static ObjectException fault(ExternSymbol symbol, String problem) {
        return ObjectException.general("extern %s in .kconfig: %s".formatted(symbol.name(), problem));
    }
}
