package dev.ring3.bpf.kernel;

import static dev.ring3.bpf.type.Field.bytes;
import static dev.ring3.bpf.type.Field.scalar;

import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Objects of the kernel that contexts and helpers lead to. */
final class KernelObjects {
    private static final int SOCK_BYTES = 80;

    /** All of {@code struct bpf_sock}. */
    static final List<Field> SOCK_FIELDS = List.of(
            scalar("bound_dev_if", 0, 4).wholeOnly(),
            scalar("family", 4, 4),
            scalar("type", 8, 4),
            scalar("protocol", 12, 4),
            scalar("mark", 16, 4).wholeOnly(),
            scalar("priority", 20, 4).wholeOnly(),
            scalar("src_ip4", 24, 4),
            scalar("src_ip6", 28, 4).times(4),
            scalar("src_port", 44, 4),
            scalar("dst_port", 48, 4), // with the two bytes of padding: the kernel allows loads of 4 bytes
            scalar("dst_ip4", 52, 4),
            scalar("dst_ip6", 56, 4).times(4),
            scalar("state", 72, 4),
            scalar("rx_queue_mapping", 76, 4));

    /** A full socket ({@code PTR_TO_SOCKET}). */
    static final StructType SOCK = new StructType("bpf_sock", SOCK_BYTES, SOCK_FIELDS);

    /** A socket of which it is not known whether it is a full one ({@code PTR_TO_SOCK_COMMON}). */
    static final StructType SOCK_COMMON =
            new StructType("bpf_sock", SOCK_BYTES, without(SOCK_FIELDS, "type", "protocol", "mark", "priority"));

    /** A TCP socket ({@code PTR_TO_TCP_SOCK}). */
    static final StructType TCP_SOCK = new StructType("bpf_tcp_sock", 112, tcpSockFields());

    /** What a flow dissector fills ({@code PTR_TO_FLOW_KEYS}): any access inside it. */
    static final StructType FLOW_KEYS =
            new StructType("bpf_flow_keys", 56, List.of(bytes("keys", 0, 56).alsoWritable()));

    /** A process; what is inside is the kernel's. */
    static final StructType TASK = opaque("task_struct");

    private KernelObjects() {}

    /** An object that programs pass on, but do not look into. */
    static StructType opaque(String name) {
        return new StructType(name, 0, List.of());
    }

    private static List<Field> tcpSockFields() {
        List<Field> fields = new ArrayList<>(words(0, "snd_cwnd", "srtt_us"));
        fields.addAll(tcpNumbers(8));
        fields.add(scalar("bytes_received", 80, 8).wholeOnly());
        fields.add(scalar("bytes_acked", 88, 8).wholeOnly());
        fields.addAll(words(96, "dsack_dups", "delivered", "delivered_ce", "icsk_retransmits"));
        return fields;
    }

    /** What {@code struct bpf_tcp_sock} and {@code struct bpf_sock_ops} both tell of a TCP connection, in this order. */
    static List<Field> tcpNumbers(int offsetBytes) {
        return words(
                offsetBytes,
                "rtt_min",
                "snd_ssthresh",
                "rcv_nxt",
                "snd_nxt",
                "snd_una",
                "mss_cache",
                "ecn_flags",
                "rate_delivered",
                "rate_interval_us",
                "packets_out",
                "retrans_out",
                "total_retrans",
                "segs_in",
                "data_segs_in",
                "segs_out",
                "data_segs_out",
                "lost_out",
                "sacked_out");
    }

    /** Numbers of 4 bytes, one after the other, read whole. */
    static List<Field> words(int offsetBytes, String... names) {
        List<Field> fields = new ArrayList<>();
        for (String name : names) {
            fields.add(scalar(name, offsetBytes + fields.size() * Integer.BYTES, Integer.BYTES)
                    .wholeOnly());
        }
        return fields;
    }

    /** Fields but for those that have one of the names. */
    static List<Field> without(List<Field> fields, String... names) {
        Set<String> left = Set.of(names);
        return fields.stream().filter(field -> !left.contains(field.name())).toList();
    }
}
