package dev.ring3.bpf.kernel;

import static dev.ring3.bpf.kernel.KernelObjects.without;
import static dev.ring3.bpf.kernel.KernelObjects.words;
import static dev.ring3.bpf.type.Field.bytes;
import static dev.ring3.bpf.type.Field.packet;
import static dev.ring3.bpf.type.Field.pointer;
import static dev.ring3.bpf.type.Field.scalar;

import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FieldKind.Part;
import dev.ring3.bpf.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The contexts of programs that see packets: {@code struct __sk_buff} as each type may use it, and others. */
final class PacketContexts {
    private static final int SK_BUFF_BYTES = 192;

    /** The two parts of {@code __sk_buff} that only some types see. */
    private static final String[] ADDRESSES = {
        "family", "remote_ip4", "local_ip4", "remote_ip6", "local_ip6", "remote_port", "local_port"
    };

    private static final List<Field> SK_BUFF_FIELDS = List.of(
            scalar("len", 0, 4),
            scalar("pkt_type", 4, 4),
            scalar("mark", 8, 4),
            scalar("queue_mapping", 12, 4),
            scalar("protocol", 16, 4),
            scalar("vlan_present", 20, 4),
            scalar("vlan_tci", 24, 4),
            scalar("vlan_proto", 28, 4),
            scalar("priority", 32, 4),
            scalar("ingress_ifindex", 36, 4),
            scalar("ifindex", 40, 4),
            scalar("tc_index", 44, 4),
            bytes("cb", 48, 20).alsoWritable(),
            scalar("hash", 68, 4),
            scalar("tc_classid", 72, 4),
            packet("data", 76, 4, Part.START),
            packet("data_end", 80, 4, Part.END),
            scalar("napi_id", 84, 4),
            scalar("family", 88, 4),
            scalar("remote_ip4", 92, 4).wholeOnly(),
            scalar("local_ip4", 96, 4).wholeOnly(),
            scalar("remote_ip6", 100, 4).times(4).wholeOnly(),
            scalar("local_ip6", 116, 4).times(4).wholeOnly(),
            scalar("remote_port", 132, 4),
            scalar("local_port", 136, 4),
            packet("data_meta", 140, 4, Part.META),
            pointer("flow_keys", 144, KernelObjects.FLOW_KEYS, false),
            scalar("tstamp", 152, 8).wholeOnly(),
            scalar("wire_len", 160, 4),
            scalar("gso_segs", 164, 4),
            pointer("sk", 168, KernelObjects.SOCK_COMMON, true),
            scalar("gso_size", 176, 4),
            scalar("tstamp_type", 180, 1),
            scalar("hwtstamp", 184, 8).wholeOnly());

    static final StructType SOCKET_FILTER = skBuff(
            Set.of(),
            ADDRESSES,
            "tc_classid",
            "data",
            "data_end",
            "data_meta",
            "flow_keys",
            "tstamp",
            "wire_len",
            "tstamp_type",
            "hwtstamp");

    static final StructType TC = skBuff(
            Set.of("mark", "queue_mapping", "priority", "tc_index", "tc_classid", "tstamp"), ADDRESSES, "flow_keys");

    static final StructType CGROUP_SKB = skBuff(
            Set.of("mark", "priority", "tstamp"),
            new String[0],
            "tc_classid",
            "data_meta",
            "flow_keys",
            "wire_len",
            "tstamp_type");

    static final StructType LWT = skBuff(
            Set.of("mark", "priority"),
            ADDRESSES,
            "tc_classid",
            "data_meta",
            "flow_keys",
            "tstamp",
            "wire_len",
            "tstamp_type",
            "hwtstamp");

    static final StructType SK_SKB = skSkb();

    static final StructType FLOW_DISSECTOR = new StructType(
            "__sk_buff",
            SK_BUFF_BYTES,
            SK_BUFF_FIELDS.stream()
                    .filter(field -> Set.of("data", "data_end", "flow_keys").contains(field.name()))
                    .toList());

    static final StructType XDP = new StructType(
            "xdp_md",
            24,
            List.of(
                    packet("data", 0, 4, Part.START),
                    packet("data_end", 4, 4, Part.END),
                    packet("data_meta", 8, 4, Part.META),
                    scalar("ingress_ifindex", 12, 4).wholeOnly(),
                    scalar("rx_queue_index", 16, 4).wholeOnly()));

    /** Of programs in a device map, which run when the packet leaves. */
    static final StructType XDP_DEVMAP =
            withField(XDP, scalar("egress_ifindex", 20, 4).wholeOnly());

    static final StructType SK_MSG = new StructType("sk_msg_md", 80, skMsgFields());

    static final StructType SK_REUSEPORT = new StructType(
            "sk_reuseport_md",
            56,
            List.of(
                    packet("data", 0, 8, Part.START),
                    packet("data_end", 8, 8, Part.END),
                    scalar("len", 16, 4),
                    scalar("eth_protocol", 20, 4),
                    scalar("ip_protocol", 24, 4),
                    scalar("bind_inany", 28, 4),
                    scalar("hash", 32, 4).wholeOnly(),
                    pointer("sk", 40, KernelObjects.SOCK, false),
                    pointer("migrating_sk", 48, KernelObjects.SOCK_COMMON, true)));

    private PacketContexts() {}

    private static StructType skBuff(Set<String> writable, String[] hidden, String... alsoHidden) {
        List<Field> fields = without(without(SK_BUFF_FIELDS, hidden), alsoHidden);
        return new StructType(
                "__sk_buff",
                SK_BUFF_BYTES,
                fields.stream()
                        .map(field -> writable.contains(field.name()) ? field.alsoWritable() : field)
                        .toList());
    }

    /** The control block belongs to the stream parser there. */
    private static StructType skSkb() {
        StructType type = skBuff(
                Set.of("priority", "tc_index"),
                new String[0],
                "mark",
                "cb",
                "tc_classid",
                "data_meta",
                "flow_keys",
                "tstamp",
                "wire_len",
                "tstamp_type",
                "hwtstamp");
        return withField(type, bytes("cb", 48, 20));
    }

    private static StructType withField(StructType type, Field field) {
        List<Field> fields = new ArrayList<>(type.fields());
        fields.add(field);
        return new StructType(type.name(), type.sizeBytes(), fields);
    }

    private static List<Field> skMsgFields() {
        List<Field> fields = new ArrayList<>(words(16, "family", "remote_ip4", "local_ip4"));
        fields.add(packet("data", 0, 8, Part.START));
        fields.add(packet("data_end", 8, 8, Part.END));
        fields.add(scalar("remote_ip6", 28, 4).times(4).wholeOnly());
        fields.add(scalar("local_ip6", 44, 4).times(4).wholeOnly());
        fields.addAll(words(60, "remote_port", "local_port", "size"));
        fields.add(pointer("sk", 72, KernelObjects.SOCK, false));
        return fields;
    }
}
