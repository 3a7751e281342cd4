package dev.ring3.bpf.kernel;

import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramType.Trait;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.StructType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The common types of programs of Linux: what they are called with, what they may call, what they may return. For those
 * who verify programs without a kernel at hand. Helpers that this host has too are there; the others are described only.
 *
 * <p>Types that differ by where a program is attached are types of their own here, such as {@code cgroup_connect4}.
 */
public final class KernelProgramTypes {
    /** What programs can know of a packet's length ({@code MAX_PACKET_OFF}). */
    public static final int PACKET_BYTES_MAX = 0xffff;

    private static final Map<String, ProgramType> BY_NAME = new LinkedHashMap<>(); // not changed after initialisation

    /** Decides how much of a packet a socket gets. */
    public static final ProgramType SOCKET_FILTER =
            add(type("socket_filter", PacketContexts.SOCKET_FILTER, HelperSets.SOCKET_FILTER)
                    .with(Trait.PACKET_INSTRUCTIONS));

    /** At a function of the kernel or of a process, also at its return, on x86-64. */
    public static final ProgramType KPROBE = add(type("kprobe", TracingContexts.PT_REGS, HelperSets.KPROBE));

    /** At a function of a process, where the program may wait for the process's memory. */
    public static final ProgramType UPROBE_SLEEPABLE =
            add(type("uprobe_sleepable", TracingContexts.PT_REGS, HelperSets.SLEEPABLE));

    /** At a tracepoint, with its record. */
    public static final ProgramType TRACEPOINT =
            add(type("tracepoint", TracingContexts.TRACEPOINT, HelperSets.TRACING));

    /** At a tracepoint, with its arguments. */
    public static final ProgramType RAW_TRACEPOINT =
            add(type("raw_tracepoint", TracingContexts.RAW_TRACEPOINT, HelperSets.TRACING));

    /** At a sample of a performance counter. */
    public static final ProgramType PERF_EVENT =
            add(type("perf_event", TracingContexts.PERF_EVENT, HelperSets.PERF_EVENT));

    /** At a network device's driver, before the packet has a socket buffer. */
    public static final ProgramType XDP =
            add(type("xdp", PacketContexts.XDP, HelperSets.XDP).with(Trait.PACKET_WRITABLE));

    /** XDP in a device map, where the packet is about to leave. */
    public static final ProgramType XDP_DEVMAP =
            add(type("xdp_devmap", PacketContexts.XDP_DEVMAP, HelperSets.XDP).with(Trait.PACKET_WRITABLE));

    /** Traffic control, as a classifier or as an action. */
    public static final ProgramType TC =
            add(type("tc", PacketContexts.TC, HelperSets.TC).with(Trait.PACKET_INSTRUCTIONS, Trait.PACKET_WRITABLE));

    /** Packets on their way into sockets of a control group. */
    public static final ProgramType CGROUP_SKB = add(
            type("cgroup_skb", PacketContexts.CGROUP_SKB, HelperSets.CGROUP_SKB).withResult(0, 1));

    /** Packets on their way out of sockets of a control group; the result can also say that it is congested. */
    public static final ProgramType CGROUP_SKB_EGRESS =
            add(type("cgroup_skb_egress", PacketContexts.CGROUP_SKB, HelperSets.CGROUP_SKB)
                    .withResult(0, 3));

    /** Connections as they come and go, and what TCP asks about them. */
    public static final ProgramType SOCK_OPS =
            add(type("sock_ops", SocketContexts.SOCK_OPS, HelperSets.SOCK_OPS).withResult(0, 1));

    /** Data between sockets of a map: cuts the stream, or says where it goes. */
    public static final ProgramType SK_SKB =
            add(type("sk_skb", PacketContexts.SK_SKB, HelperSets.SK_SKB).with(Trait.PACKET_WRITABLE));

    /** Data that a process sends through a socket of a map. */
    public static final ProgramType SK_MSG =
            add(type("sk_msg", PacketContexts.SK_MSG, HelperSets.SK_MSG).with(Trait.PACKET_WRITABLE));

    static {
        add(type("lwt_in", PacketContexts.LWT, HelperSets.LWT_IN));
        add(type("lwt_out", PacketContexts.LWT, HelperSets.LWT_OUT));
        add(type("lwt_xmit", PacketContexts.LWT, HelperSets.LWT_XMIT).with(Trait.PACKET_WRITABLE));
        add(type("lwt_seg6local", PacketContexts.LWT, HelperSets.LWT_SEG6LOCAL));
        add(type("sk_reuseport", PacketContexts.SK_REUSEPORT, HelperSets.SK_REUSEPORT));
        add(type("sk_lookup", SocketContexts.SK_LOOKUP, HelperSets.SK_LOOKUP).withResult(0, 1));
        add(type("flow_dissector", PacketContexts.FLOW_DISSECTOR, HelperSets.FLOW_DISSECTOR));
        cgroups();
        addresses();
    }

    private KernelProgramTypes() {}

    private static void cgroups() {
        add(type("cgroup_sock", SocketContexts.CGROUP_SOCK, HelperSets.CGROUP_SOCK)
                .withResult(0, 1));
        add(type("cgroup_post_bind4", SocketContexts.POST_BIND4, HelperSets.CGROUP_SOCK)
                .withResult(0, 1));
        add(type("cgroup_post_bind6", SocketContexts.POST_BIND6, HelperSets.CGROUP_SOCK)
                .withResult(0, 1));
        add(type("cgroup_device", SocketContexts.DEVICE, HelperSets.CGROUP_DEVICE)
                .withResult(0, 1));
        add(type("cgroup_sysctl", SocketContexts.SYSCTL, HelperSets.CGROUP_SYSCTL)
                .withResult(0, 1));
        add(type("cgroup_getsockopt", SocketContexts.GETSOCKOPT, HelperSets.CGROUP_GETSOCKOPT)
                .withResult(0, 1)
                .with(Trait.PACKET_WRITABLE));
        add(type("cgroup_setsockopt", SocketContexts.SETSOCKOPT, HelperSets.CGROUP_SETSOCKOPT)
                .withResult(0, 1)
                .with(Trait.PACKET_WRITABLE));
    }

    /** Calls of processes that name an address, by call and by family. */
    private static void addresses() {
        for (String family : List.of("4", "6", "_unix")) {
            boolean ipv4 = family.equals("4");
            boolean ipv6 = family.equals("6");
            StructType plain = SocketContexts.sockAddr(ipv4, ipv6, false);
            StructType message = SocketContexts.sockAddr(ipv4, ipv6, true);
            if (ipv4 || ipv6) {
                add(type("cgroup_bind" + family, plain, HelperSets.CGROUP_SOCK_ADDR)
                        .withResult(0, 3));
            }
            HostFunctions connect = ipv4 || ipv6 ? HelperSets.CGROUP_CONNECT : HelperSets.CGROUP_SOCK_ADDR;
            add(type("cgroup_connect" + family, plain, connect).withResult(0, 1));
            add(type("cgroup_sendmsg" + family, message, HelperSets.CGROUP_SOCK_ADDR)
                    .withResult(0, 1));
            for (String call : List.of("recvmsg", "getpeername", "getsockname")) {
                add(type("cgroup_" + call + family, plain, HelperSets.CGROUP_SOCK_ADDR_QUIET)
                        .withResult(1, 1));
            }
        }
    }

    private static ProgramType type(String name, StructType context, HostFunctions functions) {
        HostFunctions all = HelperSets.withIterators(functions);
        return ProgramType.of(name, new Entry.Context(context, PACKET_BYTES_MAX), all)
                .with(Trait.POINTERS_MAY_LEAK); // who loads programs into the kernel holds CAP_PERFMON
    }

    private static ProgramType add(ProgramType type) {
        BY_NAME.put(type.name(), type);
        return type;
    }

    /** All types, each once. */
    public static List<ProgramType> all() {
        return List.copyOf(BY_NAME.values());
    }

    /** The type of a name, such as {@code xdp}; {@code sched_cls} and {@code sched_act} are {@code tc}. */
    public static Optional<ProgramType> byName(String name) {
        return Optional.ofNullable(BY_NAME.get(name.startsWith("sched_") ? "tc" : name));
    }

    /**
     * The type that a section's name stands for, such as {@code xdp}, {@code kprobe/do_unlinkat},
     * {@code cgroup/connect4}: by the rules of libbpf, and by older names that loaders of their own know. A leading
     * {@code ?}, which asks not to load a program by default, is looked over.
     *
     * @return nothing if the name says nothing, or names a type that is not described here
     */
    public static Optional<ProgramType> forSection(String sectionName) {
        return SectionNames.typeName(sectionName).flatMap(KernelProgramTypes::byName);
    }
}
