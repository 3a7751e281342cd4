package dev.ring3.bpf.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramType.Trait;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.Field;
import dev.ring3.bpf.type.FieldKind;
import dev.ring3.bpf.type.StructType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelProgramTypesTest {
    static List<ProgramType> all() {
        return KernelProgramTypes.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void type_functions_haveContracts(ProgramType type) {
        HostFunctions functions = type.functions();

        assertThat(functions.numbers()).contains(1, 2, 3, 5, 8, 12, 14);
        assertThat(functions.numbers()).allSatisfy(number -> {
            assertThat(functions.contract(number)).isNotNull();
            assertThat(functions.name(number))
                    .isEqualTo(
                            number < HostFunctions.FIRST_NAMED
                                    ? KernelHelpers.contract(number).name()
                                    : Objects.requireNonNull(functions.contract(number))
                                            .name());
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    void type_functionsOfThisHost_canBeRun(ProgramType type) {
        HostFunctions own = ProgramTypes.MEMORY.functions();
        for (int number : type.functions().numbers()) {
            assertThat(type.functions().byNumber(number)).isSameAs(own.byNumber(number));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void type_everyOne_isFoundByNameAndTrustsItsLoader(ProgramType type) {
        assertThat(KernelProgramTypes.byName(type.name())).containsSame(type);
        assertThat(type.has(Trait.POINTERS_MAY_LEAK)).isTrue();
        assertThat(type.has(Trait.PACKET_INSTRUCTIONS))
                .isEqualTo(List.of("socket_filter", "tc").contains(type.name()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void type_packetFields_comeInPairs(ProgramType type) {
        List<FieldKind.Part> parts = context(type).fields().stream()
                .map(Field::kind)
                .filter(FieldKind.Packet.class::isInstance)
                .map(kind -> ((FieldKind.Packet) kind).part())
                .toList();

        if (!parts.isEmpty()) {
            assertThat(parts).startsWith(FieldKind.Part.START, FieldKind.Part.END);
        }
        if (type.has(Trait.PACKET_WRITABLE)) {
            assertThat(parts).isNotEmpty();
        }
    }

    @Test
    void byName_namesOfTheKernel_areTrafficControl() {
        assertThat(KernelProgramTypes.byName("sched_cls")).containsSame(KernelProgramTypes.TC);
        assertThat(KernelProgramTypes.byName("sched_act")).containsSame(KernelProgramTypes.TC);
        assertThat(KernelProgramTypes.byName("struct_ops")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "xdp, xdp",
        "xdp/block, xdp",
        "xdp.frags, xdp",
        "xdp.frags/cpumap, xdp",
        "xdp/devmap, xdp_devmap",
        "xdp_tunnel, xdp",
        "?xdp, xdp",
        "tc, tc",
        "tc/egress, tc",
        "tcx/ingress, tc",
        "classifier, tc",
        "classifier/x, tc",
        "action, tc",
        "netkit/peer, tc",
        "from-netdev, tc",
        "to-netdev, tc",
        "from-container, tc",
        "to-container, tc",
        "from-host, tc",
        "from-overlay, tc",
        "to-overlay, tc",
        "2/1, tc",
        "1/0x1010, tc",
        "socket, socket_filter",
        "socket1, socket_filter",
        "socket/filter, socket_filter",
        "kprobe/do_unlinkat, kprobe",
        "kprobe, kprobe",
        "kretprobe/do_unlinkat, kprobe",
        "kprobe.multi/tcp_*, kprobe",
        "uprobe//bin/sh:readline, kprobe",
        "uretprobe, kprobe",
        "uprobe.s/x, uprobe_sleepable",
        "usdt/x, kprobe",
        "ksyscall/open, kprobe",
        "tracepoint/syscalls/sys_enter_open, tracepoint",
        "tp/sched/sched_switch, tracepoint",
        "raw_tracepoint/sched_switch, raw_tracepoint",
        "raw_tp/x, raw_tracepoint",
        "raw_tp.w/x, raw_tracepoint",
        "perf_event, perf_event",
        "cgroup_skb/ingress, cgroup_skb",
        "cgroup_skb/egress, cgroup_skb_egress",
        "cgroup/skb, cgroup_skb",
        "cgroup/skb1, cgroup_skb",
        "cgroup/sock, cgroup_sock",
        "cgroup/sock1, cgroup_sock",
        "cgroup/sock_create, cgroup_sock",
        "cgroup/sock_release, cgroup_sock",
        "cgroup/post_bind6, cgroup_post_bind6",
        "cgroup/connect4, cgroup_connect4",
        "cgroup/bind6, cgroup_bind6",
        "cgroup/sendmsg6, cgroup_sendmsg6",
        "cgroup/recvmsg4, cgroup_recvmsg4",
        "cgroup/getpeername4, cgroup_getpeername4",
        "cgroup/connect_unix, cgroup_connect_unix",
        "cgroup/dev, cgroup_device",
        "cgroup/sysctl, cgroup_sysctl",
        "cgroup/getsockopt, cgroup_getsockopt",
        "cgroup/setsockopt, cgroup_setsockopt",
        "sockops, sock_ops",
        "sk_skb, sk_skb",
        "sk_skb/stream_parser, sk_skb",
        "sk_skb/stream_verdict, sk_skb",
        "sk_skb1, sk_skb",
        "sk_msg, sk_msg",
        "sk_reuseport, sk_reuseport",
        "sk_reuseport/migrate, sk_reuseport",
        "sk_lookup, sk_lookup",
        "sk_lookup/a, sk_lookup",
        "flow_dissector, flow_dissector",
        "lwt_in, lwt_in",
        "lwt_out, lwt_out",
        "lwt_xmit, lwt_xmit",
        "lwt_seg6local, lwt_seg6local"
    })
    void forSection_nameOfLibbpfOrOlder_isItsType(String section, String type) {
        assertThat(KernelProgramTypes.forSection(section).map(ProgramType::name))
                .contains(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "?",
                ".text",
                "maps",
                "license",
                "fentry/x",
                "lsm/file_open",
                "struct_ops/x",
                "iter/task",
                "syscall",
                "cgroup",
                "cgroup/nothing",
                "fs/open",
                "kprobes",
                "2/",
                "/1",
                "2/1/3"
            })
    void forSection_otherName_saysNothing(String section) {
        assertThat(KernelProgramTypes.forSection(section)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "cgroup_skb, 0, 1", "cgroup_skb_egress, 0, 3", "cgroup_sock, 0, 1", "cgroup_bind4, 0, 3",
        "cgroup_connect6, 0, 1", "cgroup_recvmsg6, 1, 1", "cgroup_getsockname4, 1, 1", "cgroup_sysctl, 0, 1",
        "cgroup_device, 0, 1", "cgroup_setsockopt, 0, 1", "sock_ops, 0, 1", "sk_lookup, 0, 1"
    })
    void result_whereTheKernelChecksIt_hasItsRange(String name, long min, long max) {
        ProgramType type = KernelProgramTypes.byName(name).orElseThrow();

        assertThat(List.of(type.resultMin(), type.resultMax())).containsExactly(min, max);
    }

    @Test
    void context_ofPackets_isWhatEachTypeMaySee() {
        StructType filter = context(KernelProgramTypes.SOCKET_FILTER);
        StructType tc = context(KernelProgramTypes.TC);

        assertThat(filter.field("data")).isEmpty();
        assertThat(filter.field("mark").orElseThrow().writable()).isFalse();
        assertThat(filter.field("cb").orElseThrow().writable()).isTrue();
        assertThat(tc.field("mark").orElseThrow().writable()).isTrue();
        assertThat(tc.field("len").orElseThrow().writable()).isFalse();
        assertThat(tc.field("data").orElseThrow().kind()).isEqualTo(new FieldKind.Packet(FieldKind.Part.START));
        assertThat(tc.field("sk").orElseThrow().kind()).isInstanceOf(FieldKind.Pointer.class);
    }

    @Test
    void functions_thatDifferByType_areTheirs() {
        assertThat(argumentKinds("tc", 17)).containsExactly(Argument.Kind.CONTEXT);
        assertThat(argumentKinds("kprobe", 17)).isEmpty();
        assertThat(argumentKinds("cgroup_setsockopt", 49)).startsWith(Argument.Kind.OBJECT);
        assertThat(argumentKinds("sock_ops", 49)).startsWith(Argument.Kind.CONTEXT);
        assertThat(argumentKinds("cgroup_sock", 107)).startsWith(Argument.Kind.MAP, Argument.Kind.CONTEXT);
        assertThat(KernelProgramTypes.XDP.functions().numbers()).contains(44).doesNotContain(9, 4);
        assertThat(KernelProgramTypes.TRACEPOINT.functions().numbers())
                .contains(4)
                .doesNotContain(44, 93, 169);
    }

    private static List<Argument.Kind> argumentKinds(String type, int number) {
        ProgramType found = KernelProgramTypes.byName(type).orElseThrow();
        return Objects.requireNonNull(found.functions().contract(number)).arguments().stream()
                .map(Argument::kind)
                .toList();
    }

    private static StructType context(ProgramType type) {
        return ((Entry.Context) type.entry()).type();
    }
}
