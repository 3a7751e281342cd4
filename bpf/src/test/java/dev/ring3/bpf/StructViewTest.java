package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfBuilder;
import dev.ring3.bpf.btf.BtfType;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records of Java as structures of C, by the structures' types: what is read and written, what is refused. */
class StructViewTest {
    private record Flow(int port, long bytes, String name, int delta) {}

    private final BpfRuntime runtime = BpfRuntime.create();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** {@code struct flow { u16 port; struct { u64 bytes; } size; char name[6]; signed char delta; int flags : 3; }}. */
    private static Btf types(ByteOrder order) {
        BtfBuilder types = new BtfBuilder(order);
        int u16 = types.add(new BtfType.Int("u16", 2, BtfType.Encoding.UNSIGNED));
        int u32 = types.add(new BtfType.Int("u32", 4, BtfType.Encoding.UNSIGNED));
        int u64 = types.add(new BtfType.Int("u64", 8, BtfType.Encoding.UNSIGNED));
        int s8 = types.add(new BtfType.Int("signed char", 1, BtfType.Encoding.SIGNED));
        int name = types.add(new BtfType.Array(s8, u32, 6));
        int size = types.add(new BtfType.Struct("", 8, List.of(new BtfType.Member("bytes", u64, 0))));
        types.add(new BtfType.Struct(
                "flow",
                24,
                List.of(
                        new BtfType.Member("port", u16, 0),
                        new BtfType.Member("size", size, 64),
                        new BtfType.Member("name", name, 128),
                        new BtfType.Member("delta", s8, 176),
                        new BtfType.Member("flags", u32, 184, 3))));
        return Btf.parse(types.toBytes());
    }

    private static StructView flow() {
        return StructView.of(types(ByteOrder.nativeOrder()), "flow");
    }

    private static Codec<Flow> codec() {
        StructView flow = flow();
        NumberField port = flow.number("port");
        NumberField bytes = flow.number("size.bytes");
        TextField name = flow.text("name");
        NumberField delta = flow.number("delta");
        return flow.codec(
                from -> new Flow(port.getInt(from), bytes.get(from), name.get(from), delta.getInt(from)),
                (value, to) -> {
                    port.set(to, value.port());
                    bytes.set(to, value.bytes());
                    name.set(to, value.name());
                    delta.set(to, value.delta());
                });
    }

    @Test
    void codec_ofRecord_readsWhatItWrote() {
        HashTableMap map =
                runtime.map("flows").keyBytes(4).valueBytes(24).entriesMax(4).hash();
        MapView<Integer, Flow> view = MapView.of(map, Codec.INT, codec());
        Flow flow = new Flow(0xffff, -1L, "na\u00efv", -3);
        view.put(1, flow);
        assertThat(view.lookup(1)).contains(flow);
        byte[] bytes = MapView.of(map, Codec.INT, Codec.ofBytes(24)).lookup(1).orElseThrow();
        assertThat(bytes).startsWith(255, 255, 0, 0, 0, 0, 0, 0).endsWith('v', 0, -3, 0);
    }

    @Test
    void values_thatDoNotFit_areRefused() {
        HashTableMap map =
                runtime.map("flows").keyBytes(4).valueBytes(24).entriesMax(4).hash();
        MapView<Integer, Flow> view = MapView.of(map, Codec.INT, codec());
        for (Flow flow :
                List.of(new Flow(0x10000, 0, "", 0), new Flow(-0x8001, 0, "", 0), new Flow(0, 0, "sixsix", 0))) {
            assertThatThrownBy(() -> view.put(1, flow)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(view.put(1, new Flow(-1, 0, "five5", 0))).isEqualTo(MapResult.DONE);
        assertThat(view.lookup(1)).contains(new Flow(0xffff, 0, "five5", 0));
    }

    @Test
    void fields_thatAreNotThere_areRefusedByName() {
        StructView flow = flow();
        assertThatThrownBy(() -> flow.number("ports")).hasMessage("struct flow: field ports is not in it");
        assertThatThrownBy(() -> flow.number("name")).hasMessageContaining("no number");
        assertThatThrownBy(() -> flow.number("flags")).hasMessageContaining("no number of whole bytes");
        assertThatThrownBy(() -> flow.text("port")).hasMessageContaining("no array of characters");
        assertThatThrownBy(() -> flow.raw("flags")).hasMessageContaining("bit field");
        assertThat(flow.raw("size").bytes()).isEqualTo(8);
        assertThatThrownBy(() -> StructView.of(types(ByteOrder.nativeOrder()), "other"))
                .hasMessage("the types have no struct other");
        ByteOrder foreign =
                ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        assertThatThrownBy(() -> StructView.of(types(foreign), "flow")).hasMessageContaining("byte order");
    }

    @Test
    void batches_someKeys_areLookedUpTakenAndDrained() {
        HashTableMap map =
                runtime.map("m").keyBytes(4).valueBytes(8).entriesMax(10).hash();
        MapView<Integer, Long> view = MapView.of(map, Codec.INT, Codec.LONG);
        assertThat(view.putAll(Map.of(1, 10L, 2, 20L, 3, 30L, 4, 40L))).isEqualTo(MapResult.DONE);
        assertThat(view.lookupAll(List.of(3, 9, 1))).containsExactly(Map.entry(3, 30L), Map.entry(1, 10L));
        assertThat(view.takeAll(List.of(3, 9))).containsExactly(Map.entry(3, 30L));
        assertThat(view.deleteAll(List.of(3, 4))).isEqualTo(1);
        List<Map.Entry<Integer, Long>> one = view.drain(1);
        List<Map.Entry<Integer, Long>> rest = view.drain(10);
        assertThat(one).hasSize(1);
        assertThat(rest).hasSize(1).doesNotContainAnyElementsOf(one);
        assertThat(map.size()).isZero();
    }

    @Test
    void lockedAccess_freeLock_readsAndWrites() {
        ArrayMap array =
                runtime.map("a").valueBytes(16).entriesMax(2).spinLockAt(0).array();
        HashTableMap hash = runtime.map("h")
                .keyBytes(4)
                .valueBytes(16)
                .entriesMax(2)
                .spinLockAt(0)
                .hash();
        for (BpfMap map : List.of(array, hash)) {
            MapView<Integer, byte[]> view = MapView.of(map, Codec.INT, Codec.ofBytes(16));
            byte[] value = new byte[16];
            value[15] = 7;
            value[0] = 1; // would be a lock that is held
            assertThat(view.put(1, value)).isEqualTo(MapResult.DONE);
            value[15] = 8;
            assertThat(view.updateLocked(1, value, UpdateMode.REPLACE)).isEqualTo(MapResult.DONE);
            byte[] found = view.lookupLocked(1).orElseThrow();
            assertThat(found[15]).isEqualTo((byte) 8);
            assertThat(found[0]).isZero();
            assertThat(view.lookupLocked(5)).isEmpty();
        }
        MapView<Integer, Long> plain = MapView.of(runtime.arrayMap("p", 8, 1), Codec.INT, Codec.LONG);
        assertThatThrownBy(() -> plain.lookupLocked(0)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> plain.updateLocked(0, 1L, UpdateMode.ANY))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
