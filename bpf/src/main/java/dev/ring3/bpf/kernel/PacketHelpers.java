package dev.ring3.bpf.kernel;

import static dev.ring3.bpf.kernel.MapTypes.CGROUP_ARRAY;
import static dev.ring3.bpf.kernel.Terms.ANYTHING;
import static dev.ring3.bpf.kernel.Terms.CONTEXT;
import static dev.ring3.bpf.kernel.Terms.GPL;
import static dev.ring3.bpf.kernel.Terms.IN_OUT;
import static dev.ring3.bpf.kernel.Terms.MAP;
import static dev.ring3.bpf.kernel.Terms.MEMORY;
import static dev.ring3.bpf.kernel.Terms.MOVES;
import static dev.ring3.bpf.kernel.Terms.NUMBER;
import static dev.ring3.bpf.kernel.Terms.OUTPUT;
import static dev.ring3.bpf.kernel.Terms.OUTPUT_4;
import static dev.ring3.bpf.kernel.Terms.PACKET;
import static dev.ring3.bpf.kernel.Terms.SIZE;
import static dev.ring3.bpf.kernel.Terms.SIZE_OR_ZERO;

/** Helpers that read, change and send packets. */
final class PacketHelpers {
    private PacketHelpers() {}

    static void addTo(HelperTable table) {
        content(table);
        checksums(table);
        size(table);
        metadata(table);
        tunnels(table);
        ways(table);
        xdp(table);
    }

    private static void content(HelperTable table) {
        table.add(9, "bpf_skb_store_bytes", NUMBER, CONTEXT, ANYTHING, MEMORY, SIZE, ANYTHING)
                .with(MOVES);
        table.add(26, "bpf_skb_load_bytes", NUMBER, CONTEXT, ANYTHING, OUTPUT, SIZE);
        table.add(39, "bpf_skb_pull_data", NUMBER, CONTEXT, ANYTHING).with(MOVES);
        table.add(68, "bpf_skb_load_bytes_relative", NUMBER, CONTEXT, ANYTHING, OUTPUT, SIZE, ANYTHING);
    }

    private static void checksums(HelperTable table) {
        table.add(10, "bpf_l3_csum_replace", NUMBER, CONTEXT, ANYTHING, ANYTHING, ANYTHING, ANYTHING)
                .with(MOVES);
        table.add(11, "bpf_l4_csum_replace", NUMBER, CONTEXT, ANYTHING, ANYTHING, ANYTHING, ANYTHING)
                .with(MOVES);
        table.add(28, "bpf_csum_diff", NUMBER, MEMORY.orNull(), SIZE_OR_ZERO, MEMORY.orNull(), SIZE_OR_ZERO, ANYTHING)
                .with(PACKET);
        table.add(40, "bpf_csum_update", NUMBER, CONTEXT, ANYTHING);
        table.add(135, "bpf_csum_level", NUMBER, CONTEXT, ANYTHING);
    }

    /** Longer, shorter, other headers. */
    private static void size(HelperTable table) {
        table.add(18, "bpf_skb_vlan_push", NUMBER, CONTEXT, ANYTHING, ANYTHING).with(MOVES);
        table.add(19, "bpf_skb_vlan_pop", NUMBER, CONTEXT).with(MOVES);
        table.add(31, "bpf_skb_change_proto", NUMBER, CONTEXT, ANYTHING, ANYTHING)
                .with(MOVES);
        table.add(38, "bpf_skb_change_tail", NUMBER, CONTEXT, ANYTHING, ANYTHING)
                .with(MOVES);
        table.add(43, "bpf_skb_change_head", NUMBER, CONTEXT, ANYTHING, ANYTHING)
                .with(MOVES);
        table.add(50, "bpf_skb_adjust_room", NUMBER, CONTEXT, ANYTHING, ANYTHING, ANYTHING)
                .with(MOVES);
    }

    private static void metadata(HelperTable table) {
        table.add(17, "bpf_get_cgroup_classid", NUMBER); // but for types that ask it of the context
        table.add(24, "bpf_get_route_realm", NUMBER, CONTEXT);
        table.add(32, "bpf_skb_change_type", NUMBER, CONTEXT, ANYTHING);
        table.add(33, "bpf_skb_under_cgroup", NUMBER, CONTEXT, MAP, ANYTHING).onMaps(CGROUP_ARRAY);
        table.add(34, "bpf_get_hash_recalc", NUMBER, CONTEXT);
        table.add(41, "bpf_set_hash_invalid", NUMBER, CONTEXT);
        table.add(48, "bpf_set_hash", NUMBER, CONTEXT, ANYTHING);
        table.add(66, "bpf_skb_get_xfrm_state", NUMBER, CONTEXT, ANYTHING, OUTPUT, SIZE, ANYTHING);
        table.add(79, "bpf_skb_cgroup_id", NUMBER, CONTEXT);
        table.add(83, "bpf_skb_ancestor_cgroup_id", NUMBER, CONTEXT, ANYTHING);
        table.add(97, "bpf_skb_ecn_set_ce", NUMBER, CONTEXT);
        table.add(151, "bpf_skb_cgroup_classid", NUMBER, CONTEXT);
        table.add(192, "bpf_skb_set_tstamp", NUMBER, CONTEXT, ANYTHING, ANYTHING);
    }

    private static void tunnels(HelperTable table) {
        table.add(20, "bpf_skb_get_tunnel_key", NUMBER, CONTEXT, OUTPUT, SIZE, ANYTHING);
        table.add(21, "bpf_skb_set_tunnel_key", NUMBER, CONTEXT, MEMORY, SIZE, ANYTHING);
        table.add(29, "bpf_skb_get_tunnel_opt", NUMBER, CONTEXT, OUTPUT, SIZE);
        table.add(30, "bpf_skb_set_tunnel_opt", NUMBER, CONTEXT, MEMORY, SIZE);
        table.add(73, "bpf_lwt_push_encap", NUMBER, CONTEXT, ANYTHING, MEMORY, SIZE)
                .with(MOVES);
        table.add(74, "bpf_lwt_seg6_store_bytes", NUMBER, CONTEXT, ANYTHING, MEMORY, SIZE)
                .with(MOVES);
        table.add(75, "bpf_lwt_seg6_adjust_srh", NUMBER, CONTEXT, ANYTHING, ANYTHING)
                .with(MOVES);
        table.add(76, "bpf_lwt_seg6_action", NUMBER, CONTEXT, ANYTHING, MEMORY, SIZE)
                .with(MOVES);
    }

    /** Where the packet goes. */
    private static void ways(HelperTable table) {
        table.add(13, "bpf_clone_redirect", NUMBER, CONTEXT, ANYTHING, ANYTHING).with(MOVES);
        table.add(23, "bpf_redirect", NUMBER, ANYTHING, ANYTHING);
        table.add(69, "bpf_fib_lookup", NUMBER, CONTEXT, IN_OUT, SIZE, ANYTHING).with(GPL);
        table.add(152, "bpf_redirect_neigh", NUMBER, ANYTHING, MEMORY.orNull(), SIZE_OR_ZERO, ANYTHING);
        table.add(155, "bpf_redirect_peer", NUMBER, ANYTHING, ANYTHING);
        table.add(163, "bpf_check_mtu", NUMBER, CONTEXT, ANYTHING, OUTPUT_4, ANYTHING, ANYTHING)
                .with(GPL);
    }

    private static void xdp(HelperTable table) {
        table.add(44, "bpf_xdp_adjust_head", NUMBER, CONTEXT, ANYTHING).with(MOVES);
        table.add(54, "bpf_xdp_adjust_meta", NUMBER, CONTEXT, ANYTHING).with(MOVES);
        table.add(65, "bpf_xdp_adjust_tail", NUMBER, CONTEXT, ANYTHING).with(MOVES);
        table.add(188, "bpf_xdp_get_buff_len", NUMBER, CONTEXT);
        table.add(189, "bpf_xdp_load_bytes", NUMBER, CONTEXT, ANYTHING, OUTPUT, SIZE);
        table.add(190, "bpf_xdp_store_bytes", NUMBER, CONTEXT, ANYTHING, MEMORY, SIZE);
    }
}
