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

/** The contexts of programs at sockets and control groups. */
final class SocketContexts {
    /** When a socket is made or released. */
    static final StructType CGROUP_SOCK =
            sock(Set.of("bound_dev_if", "mark", "priority"), "src_ip4", "src_ip6", "src_port");

    /** When an IPv4 socket has been bound. */
    static final StructType POST_BIND4 = sock(Set.of(), "bound_dev_if", "mark", "priority", "src_ip6");

    /** When an IPv6 socket has been bound. */
    static final StructType POST_BIND6 = sock(Set.of(), "bound_dev_if", "mark", "priority", "src_ip4");

    static final StructType SOCK_OPS = new StructType("bpf_sock_ops", 224, sockOpsFields());

    static final StructType DEVICE = new StructType(
            "bpf_cgroup_dev_ctx",
            12,
            List.of(
                    scalar("access_type", 0, 4),
                    scalar("major", 4, 4).wholeOnly(),
                    scalar("minor", 8, 4).wholeOnly()));

    static final StructType SYSCTL = new StructType(
            "bpf_sysctl",
            8,
            List.of(scalar("write", 0, 4), scalar("file_pos", 4, 4).alsoWritable()));

    static final StructType GETSOCKOPT = sockopt(Set.of("optlen", "retval"));
    static final StructType SETSOCKOPT = sockopt(Set.of("level", "optname", "optlen"));

    static final StructType SK_LOOKUP = new StructType(
            "bpf_sk_lookup",
            72,
            List.of(
                    pointer("sk", 0, KernelObjects.SOCK, true),
                    scalar("family", 8, 4),
                    scalar("protocol", 12, 4),
                    scalar("remote_ip4", 16, 4),
                    scalar("remote_ip6", 20, 4).times(4),
                    scalar("remote_port", 36, 4), // with the two bytes of padding: the kernel allows loads of 4 bytes
                    scalar("local_ip4", 40, 4),
                    scalar("local_ip6", 44, 4).times(4),
                    scalar("local_port", 60, 4),
                    scalar("ingress_ifindex", 64, 4)));

    private SocketContexts() {}

    private static StructType sock(Set<String> writable, String... hidden) {
        return new StructType(
                "bpf_sock",
                KernelObjects.SOCK.sizeBytes(),
                writable(without(KernelObjects.SOCK_FIELDS, hidden), writable));
    }

    private static StructType sockopt(Set<String> writable) {
        List<Field> fields = new ArrayList<>(writable(words(24, "level", "optname", "optlen"), writable));
        fields.add(pointer("sk", 0, KernelObjects.SOCK, false));
        fields.add(packet("optval", 8, 8, Part.START));
        fields.add(packet("optval_end", 16, 8, Part.END));
        if (writable.contains("retval")) {
            fields.addAll(writable(words(36, "retval"), writable)); // there is one only once the kernel has answered
        }
        return new StructType("bpf_sockopt", 40, fields);
    }

    private static List<Field> writable(List<Field> fields, Set<String> names) {
        return fields.stream()
                .map(field -> names.contains(field.name()) ? field.alsoWritable() : field)
                .toList();
    }

    /** Addresses that a call of a process names, of one family, perhaps with those of the sender. */
    static StructType sockAddr(boolean ipv4, boolean ipv6, boolean message) {
        List<Field> fields = new ArrayList<>(words(0, "user_family"));
        if (ipv4) {
            fields.add(scalar("user_ip4", 4, 4).alsoWritable());
        }
        if (ipv6) {
            fields.add(bytes("user_ip6", 8, 16).alsoWritable());
        }
        fields.add(scalar("user_port", 24, 4).alsoWritable());
        fields.addAll(words(28, "family", "type", "protocol"));
        if (ipv4 && message) {
            fields.add(scalar("msg_src_ip4", 40, 4).alsoWritable());
        }
        if (ipv6 && message) {
            fields.add(bytes("msg_src_ip6", 44, 16).alsoWritable());
        }
        fields.add(pointer("sk", 64, KernelObjects.SOCK, false));
        return new StructType("bpf_sock_addr", 72, fields);
    }

    private static List<Field> sockOpsFields() {
        List<Field> fields = new ArrayList<>(words(0, "op"));
        fields.add(scalar("reply", 4, 4).wholeOnly().alsoWritable()); // or args[0]
        fields.add(scalar("args_from_1", 8, 4).times(3).wholeOnly());
        fields.addAll(words(20, "family", "remote_ip4", "local_ip4"));
        fields.add(scalar("remote_ip6", 32, 4).times(4).wholeOnly());
        fields.add(scalar("local_ip6", 48, 4).times(4).wholeOnly());
        fields.addAll(words(
                64,
                "remote_port",
                "local_port",
                "is_fullsock",
                "snd_cwnd",
                "srtt_us",
                "bpf_sock_ops_cb_flags",
                "state"));
        fields.addAll(KernelObjects.tcpNumbers(92));
        fields.add(scalar("sk_txhash", 164, 4).wholeOnly().alsoWritable());
        fields.add(scalar("bytes_received", 168, 8).wholeOnly());
        fields.add(scalar("bytes_acked", 176, 8).wholeOnly());
        fields.add(pointer("sk", 184, KernelObjects.SOCK, true));
        fields.add(packet("skb_data", 192, 8, Part.START));
        fields.add(packet("skb_data_end", 200, 8, Part.END));
        fields.addAll(words(208, "skb_len"));
        fields.add(scalar("skb_tcp_flags", 212, 4));
        fields.add(scalar("skb_hwtstamp", 216, 8).wholeOnly());
        return fields;
    }
}
