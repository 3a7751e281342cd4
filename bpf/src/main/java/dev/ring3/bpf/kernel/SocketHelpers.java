package dev.ring3.bpf.kernel;

import static dev.ring3.bpf.kernel.MapTypes.REUSEPORT_SOCKARRAY;
import static dev.ring3.bpf.kernel.MapTypes.SOCKHASH;
import static dev.ring3.bpf.kernel.MapTypes.SOCKMAP;
import static dev.ring3.bpf.kernel.Terms.ANYTHING;
import static dev.ring3.bpf.kernel.Terms.CONTEXT;
import static dev.ring3.bpf.kernel.Terms.GPL;
import static dev.ring3.bpf.kernel.Terms.IN_OUT;
import static dev.ring3.bpf.kernel.Terms.KEY;
import static dev.ring3.bpf.kernel.Terms.MAP;
import static dev.ring3.bpf.kernel.Terms.MEMORY;
import static dev.ring3.bpf.kernel.Terms.MOVES;
import static dev.ring3.bpf.kernel.Terms.NUMBER;
import static dev.ring3.bpf.kernel.Terms.OUTPUT;
import static dev.ring3.bpf.kernel.Terms.PACKET;
import static dev.ring3.bpf.kernel.Terms.SIZE;
import static dev.ring3.bpf.kernel.Terms.SIZE_OR_ZERO;
import static dev.ring3.bpf.kernel.Terms.SOCKET;

import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.Result;

/** Helpers that find sockets, look at them, and steer what flows through them; and those of cgroups' sysctl. */
final class SocketHelpers {
    private static final Result SOCK_OR_NULL = Result.object(KernelObjects.SOCK).orNull();
    private static final int IPV4_BYTES = 20;
    private static final int IPV6_BYTES = 40;
    private static final int TCP_BYTES = 20;

    private SocketHelpers() {}

    static void addTo(HelperTable table) {
        lookup(table);
        casts(table);
        options(table);
        syncookies(table);
        maps(table);
        messages(table);
        sysctl(table);
    }

    private static void lookup(HelperTable table) {
        Result common = Result.object(KernelObjects.SOCK_COMMON).orNull().acquired();
        lookup(table, 84, "bpf_sk_lookup_tcp", SOCK_OR_NULL.acquired());
        lookup(table, 85, "bpf_sk_lookup_udp", SOCK_OR_NULL.acquired());
        table.add(86, "bpf_sk_release", NUMBER, SOCKET.released());
        lookup(table, 99, "bpf_skc_lookup_tcp", common);
        table.add(124, "bpf_sk_assign", NUMBER, CONTEXT, SOCKET, ANYTHING);
    }

    private static void lookup(HelperTable table, int number, String name, Result result) {
        table.add(number, name, result, CONTEXT, MEMORY, SIZE_OR_ZERO, ANYTHING, ANYTHING)
                .with(PACKET);
    }

    /** The same socket under another type; a listener is another socket, which needs no release. */
    private static void casts(HelperTable table) {
        Result tcp = Result.object(KernelObjects.TCP_SOCK).orNull();
        table.add(95, "bpf_sk_fullsock", SOCK_OR_NULL, SOCKET).with(Effect.CASTS);
        table.add(96, "bpf_tcp_sock", tcp, SOCKET).with(Effect.CASTS);
        table.add(98, "bpf_get_listener_sock", SOCK_OR_NULL, SOCKET);
        cast(table, 136, "bpf_skc_to_tcp6_sock", "tcp6_sock").with(Effect.CASTS);
        cast(table, 137, "bpf_skc_to_tcp_sock", "tcp_sock").with(Effect.CASTS);
        cast(table, 138, "bpf_skc_to_tcp_timewait_sock", "tcp_timewait_sock").with(Effect.CASTS);
        cast(table, 139, "bpf_skc_to_tcp_request_sock", "tcp_request_sock").with(Effect.CASTS);
        cast(table, 140, "bpf_skc_to_udp6_sock", "udp6_sock").with(Effect.CASTS);
        cast(table, 178, "bpf_skc_to_unix_sock", "unix_sock");
        cast(table, 196, "bpf_skc_to_mptcp_sock", "mptcp_sock").with(Effect.CASTS);
    }

    private static HelperTable.Row cast(HelperTable table, int number, String name, String type) {
        Result object = Result.object(KernelObjects.opaque(type)).orNull();
        return table.add(number, name, object, SOCKET);
    }

    private static void options(HelperTable table) {
        table.add(46, "bpf_get_socket_cookie", NUMBER, CONTEXT);
        table.add(47, "bpf_get_socket_uid", NUMBER, CONTEXT);
        table.add(49, "bpf_setsockopt", NUMBER, CONTEXT, ANYTHING, ANYTHING, MEMORY, SIZE);
        table.add(57, "bpf_getsockopt", NUMBER, CONTEXT, ANYTHING, ANYTHING, OUTPUT, SIZE);
        table.add(59, "bpf_sock_ops_cb_flags_set", NUMBER, CONTEXT, ANYTHING);
        table.add(64, "bpf_bind", NUMBER, CONTEXT, MEMORY, SIZE);
        table.add(122, "bpf_get_netns_cookie", NUMBER, CONTEXT.orNull());
        table.add(128, "bpf_sk_cgroup_id", NUMBER, SOCKET);
        table.add(129, "bpf_sk_ancestor_cgroup_id", NUMBER, SOCKET, ANYTHING);
        table.add(142, "bpf_load_hdr_opt", NUMBER, CONTEXT, IN_OUT, SIZE, ANYTHING);
        table.add(143, "bpf_store_hdr_opt", NUMBER, CONTEXT, MEMORY, SIZE, ANYTHING)
                .with(MOVES);
        table.add(144, "bpf_reserve_hdr_opt", NUMBER, CONTEXT, ANYTHING, ANYTHING);
    }

    private static void syncookies(HelperTable table) {
        Argument ipv4 = Argument.memory(IPV4_BYTES);
        Argument ipv6 = Argument.memory(IPV6_BYTES);
        Argument tcp = Argument.memory(TCP_BYTES);
        table.add(100, "bpf_tcp_check_syncookie", NUMBER, SOCKET, MEMORY, SIZE, MEMORY, SIZE)
                .with(GPL, PACKET);
        table.add(110, "bpf_tcp_gen_syncookie", NUMBER, SOCKET, MEMORY, SIZE, MEMORY, SIZE)
                .with(GPL, PACKET);
        table.add(204, "bpf_tcp_raw_gen_syncookie_ipv4", NUMBER, ipv4, MEMORY, SIZE_OR_ZERO)
                .with(GPL, PACKET);
        table.add(205, "bpf_tcp_raw_gen_syncookie_ipv6", NUMBER, ipv6, MEMORY, SIZE_OR_ZERO)
                .with(GPL, PACKET);
        table.add(206, "bpf_tcp_raw_check_syncookie_ipv4", NUMBER, ipv4, tcp).with(GPL, PACKET);
        table.add(207, "bpf_tcp_raw_check_syncookie_ipv6", NUMBER, ipv6, tcp).with(GPL, PACKET);
    }

    private static void maps(HelperTable table) {
        table.add(52, "bpf_sk_redirect_map", NUMBER, CONTEXT, MAP, ANYTHING, ANYTHING)
                .onMaps(SOCKMAP);
        table.add(53, "bpf_sock_map_update", NUMBER, CONTEXT, MAP, KEY, ANYTHING)
                .onMaps(SOCKMAP);
        table.add(60, "bpf_msg_redirect_map", NUMBER, CONTEXT, MAP, ANYTHING, ANYTHING)
                .onMaps(SOCKMAP);
        table.add(70, "bpf_sock_hash_update", NUMBER, CONTEXT, MAP, KEY, ANYTHING)
                .onMaps(SOCKHASH);
        table.add(71, "bpf_msg_redirect_hash", NUMBER, CONTEXT, MAP, KEY, ANYTHING)
                .onMaps(SOCKHASH);
        table.add(72, "bpf_sk_redirect_hash", NUMBER, CONTEXT, MAP, KEY, ANYTHING)
                .onMaps(SOCKHASH);
        table.add(82, "bpf_sk_select_reuseport", NUMBER, CONTEXT, MAP, KEY, ANYTHING)
                .onMaps(REUSEPORT_SOCKARRAY, SOCKMAP, SOCKHASH);
    }

    private static void messages(HelperTable table) {
        table.add(61, "bpf_msg_apply_bytes", NUMBER, CONTEXT, ANYTHING);
        table.add(62, "bpf_msg_cork_bytes", NUMBER, CONTEXT, ANYTHING);
        table.add(63, "bpf_msg_pull_data", NUMBER, CONTEXT, ANYTHING, ANYTHING, ANYTHING)
                .with(MOVES);
        table.add(90, "bpf_msg_push_data", NUMBER, CONTEXT, ANYTHING, ANYTHING, ANYTHING)
                .with(MOVES);
        table.add(91, "bpf_msg_pop_data", NUMBER, CONTEXT, ANYTHING, ANYTHING, ANYTHING)
                .with(MOVES);
    }

    private static void sysctl(HelperTable table) {
        table.add(101, "bpf_sysctl_get_name", NUMBER, CONTEXT, OUTPUT, SIZE, ANYTHING);
        table.add(102, "bpf_sysctl_get_current_value", NUMBER, CONTEXT, OUTPUT, SIZE);
        table.add(103, "bpf_sysctl_get_new_value", NUMBER, CONTEXT, OUTPUT, SIZE);
        table.add(104, "bpf_sysctl_set_new_value", NUMBER, CONTEXT, MEMORY, SIZE);
    }
}
