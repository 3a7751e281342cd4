package dev.ring3.bpf.kernel;

import dev.ring3.bpf.HostFunction;
import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Which helpers each type of program may call, as Linux 6.18 answers it for who holds {@code CAP_BPF} and
 * {@code CAP_PERFMON} ({@code get_func_proto} of the types in {@code net/core/filter.c}, {@code kernel/trace/bpf_trace.c},
 * {@code kernel/bpf/cgroup.c}).
 */
final class HelperSets {
    private static final HostFunctions CORE = functions(
            HostFunctions.NONE,
            new int[] {1, 2, 3, 5, 6, 7, 8, 12, 14, 15, 16, 17, 22, 35, 37, 42, 55, 80, 87, 88, 89},
            new int[] {105, 106, 109, 112, 113, 114, 115, 117, 118, 120, 123, 125, 130, 131, 132, 133, 134},
            new int[] {141, 149, 153, 154, 156, 157, 158, 164, 165, 175, 176, 177, 180, 181, 182, 194, 195},
            new int[] {197, 198, 199, 200, 201, 202, 203, 208, 209, 210, 211});

    private static final int[] LOCKS = {93, 94};
    private static final int[] TIMERS = {169, 170, 171, 172};

    /**
     * What nearly all types have ({@code bpf_base_func_proto}): maps, time, the running process, probes, locks, timers.
     * Programs that trace have neither of the last two, socket filters no locks ({@code check_map_prog_compatibility}).
     */
    static final HostFunctions COMMON = functions(CORE, LOCKS, TIMERS);

    /** From any socket to one of a kind, and the coarse clock. */
    private static final int[] SOCKET_CASTS = {136, 137, 138, 139, 140, 160, 178, 196};

    private static final int[] SOCKET_LOOKUP = {84, 85, 86, 99};
    private static final int[] SOCKET_STORAGE = {107, 108};
    private static final int[] RETURN_VALUE = {186, 187};
    private static final int[] SYNCOOKIES = {100, 110, 204, 205, 206, 207};

    static final HostFunctions TRACING = functions(CORE, new int[] {4, 25, 27, 36, 45, 67, 174});
    static final HostFunctions KPROBE = functions(TRACING, new int[] {58, 173});

    /** Of processes, at places where it may wait for their memory. */
    static final HostFunctions SLEEPABLE = functions(KPROBE, new int[] {148, 191});

    /** Its way to stacks is one of its own, which asks for no licence. */
    static final HostFunctions PERF_EVENT =
            functions(TRACING, new int[] {56, 119}).declare(27, KernelHelpers.contractForAnyLicence(27));

    private static final int[] PACKET = {25, 26, 46, 47, 68, 122};

    /** Of packets with sockets ({@code sk_filter_func_proto}). */
    static final HostFunctions SOCKET_FILTER = functions(CORE, TIMERS, SOCKET_CASTS, PACKET);

    static final HostFunctions TC = classOfContext(functions(
            COMMON,
            SOCKET_CASTS,
            PACKET,
            SOCKET_LOOKUP,
            SOCKET_STORAGE,
            SYNCOOKIES,
            new int[] {9, 10, 11, 13, 18, 19, 20, 21, 23, 24, 28, 29, 30, 31, 32, 33, 34, 38, 39, 40, 41, 43, 48, 50},
            new int[] {66, 69, 79, 83, 95, 96, 97, 98, 124, 135, 151, 152, 155, 163, 192}));

    static final HostFunctions XDP = functions(COMMON, SOCKET_CASTS, SOCKET_LOOKUP, SYNCOOKIES, new int[] {
        23, 25, 28, 44, 51, 54, 65, 69, 163, 188, 189, 190
    });

    static final HostFunctions CGROUP_SKB = functions(
            COMMON, SOCKET_CASTS, PACKET, SOCKET_LOOKUP, SOCKET_STORAGE, new int[] {79, 81, 83, 95, 96, 97, 98, 128, 129
            });

    private static final HostFunctions LWT =
            classOfContext(functions(COMMON, SOCKET_CASTS, new int[] {24, 25, 26, 28, 33, 34, 39}));
    static final HostFunctions LWT_IN = functions(LWT, new int[] {73});
    static final HostFunctions LWT_OUT = LWT;
    static final HostFunctions LWT_XMIT =
            functions(LWT_IN, new int[] {9, 10, 11, 13, 20, 21, 23, 29, 30, 38, 40, 41, 43, 135});
    static final HostFunctions LWT_SEG6LOCAL = functions(LWT, new int[] {74, 75, 76});

    static final HostFunctions SK_SKB =
            functions(COMMON, SOCKET_CASTS, SOCKET_LOOKUP, new int[] {9, 25, 26, 38, 39, 43, 46, 47, 50, 52, 72});
    static final HostFunctions SK_MSG =
            functions(COMMON, SOCKET_CASTS, SOCKET_STORAGE, new int[] {25, 60, 61, 62, 63, 71, 90, 91, 122});
    static final HostFunctions SOCK_OPS = functions(
            COMMON, SOCKET_CASTS, SOCKET_STORAGE, new int[] {25, 46, 49, 53, 57, 59, 70, 81, 96, 122, 142, 143, 144});
    static final HostFunctions SK_REUSEPORT = functions(COMMON, new int[] {26, 46, 68, 82, 160})
            .declare(46, with(KernelHelpers.contract(46), 0, Terms.SOCKET.orNull()));
    static final HostFunctions SK_LOOKUP =
            functions(COMMON, SOCKET_CASTS, new int[] {25, 86}).declare(124, orNullSocket(KernelHelpers.contract(124)));
    static final HostFunctions FLOW_DISSECTOR = functions(COMMON, SOCKET_CASTS, new int[] {26});

    /** The socket of a socket program is its context. */
    static final HostFunctions CGROUP_SOCK = functions(COMMON, RETURN_VALUE, new int[] {25, 46, 81, 122, 160})
            .declare(107, contextAsSocket(KernelHelpers.contract(107)));

    /** Without {@link #RETURN_VALUE}: programs that cannot refuse. */
    static final HostFunctions CGROUP_SOCK_ADDR_QUIET =
            functions(COMMON, SOCKET_CASTS, SOCKET_LOOKUP, SOCKET_STORAGE, new int[] {25, 46, 49, 57, 81, 122});

    static final HostFunctions CGROUP_SOCK_ADDR = functions(CGROUP_SOCK_ADDR_QUIET, RETURN_VALUE);
    static final HostFunctions CGROUP_CONNECT = functions(CGROUP_SOCK_ADDR, new int[] {64});
    static final HostFunctions CGROUP_DEVICE = functions(COMMON, RETURN_VALUE, new int[] {25, 81});
    static final HostFunctions CGROUP_SYSCTL =
            functions(COMMON, RETURN_VALUE, new int[] {25, 81, 101, 102, 103, 104, 160});
    private static final int[] SOCKOPT = {25, 81, 96, 122};
    static final HostFunctions CGROUP_GETSOCKOPT =
            packetIsMemory(functions(COMMON, SOCKET_STORAGE, RETURN_VALUE, SOCKOPT));
    static final HostFunctions CGROUP_SETSOCKOPT =
            packetIsMemory(socketOptions(functions(COMMON, SOCKET_STORAGE, RETURN_VALUE, SOCKOPT, new int[] {49, 57})));

    private HelperSets() {}

    /** Helpers that this host has too can be run, not only described. */
    private static HostFunctions functions(HostFunctions base, int[]... sets) {
        HostFunctions all = base;
        for (int[] set : sets) {
            for (int number : set) {
                FunctionContract contract = KernelHelpers.contract(number);
                HostFunction own = ProgramTypes.MEMORY.functions().byNumber(number);
                all = own == null ? all.declare(number, contract) : all.with(number, contract, own);
            }
        }
        return all;
    }

    /** Where what looks like a packet is the value of an option, which every helper takes. */
    private static HostFunctions packetIsMemory(HostFunctions functions) {
        HostFunctions all = functions;
        for (int number : functions.numbers()) {
            FunctionContract known = functions.contract(number);
            if (known != null) {
                FunctionContract contract = known.with(FunctionContract.Effect.PACKET_MEMORY);
                HostFunction own = functions.byNumber(number);
                all = own == null ? all.declare(number, contract) : all.with(number, contract, own);
            }
        }
        return all;
    }

    /** Where the class is that of the packet's socket, not of the running process. */
    private static HostFunctions classOfContext(HostFunctions functions) {
        return functions.declare(
                17, FunctionContract.of("bpf_get_cgroup_classid", Result.SCALAR, Argument.Kind.CONTEXT));
    }

    /** Where options are asked of a socket, not of the context. */
    private static HostFunctions socketOptions(HostFunctions functions) {
        return functions
                .declare(49, with(KernelHelpers.contract(49), 0, Terms.SOCKET))
                .declare(57, with(KernelHelpers.contract(57), 0, Terms.SOCKET));
    }

    private static FunctionContract orNullSocket(FunctionContract assign) {
        return with(assign, 1, Argument.object(KernelObjects.SOCK).orNull());
    }

    private static FunctionContract contextAsSocket(FunctionContract storage) {
        return with(storage, 1, Terms.CONTEXT);
    }

    private static FunctionContract with(FunctionContract contract, int index, Argument argument) {
        List<Argument> arguments = new ArrayList<>(contract.arguments());
        arguments.set(index, argument);
        return new FunctionContract(
                contract.name(), arguments, contract.result(), contract.effects(), contract.mapTypes());
    }

    /** A set with the functions of open-coded numeric iterators, which all programs have since Linux 6.10. */
    static HostFunctions withIterators(HostFunctions functions) {
        HostFunctions own = ProgramTypes.MEMORY.functions();
        HostFunctions all = functions;
        for (String name : List.of("bpf_iter_num_new", "bpf_iter_num_next", "bpf_iter_num_destroy")) {
            int number = own.number(name).orElseThrow();
            all = all.with(Objects.requireNonNull(own.contract(number)), Objects.requireNonNull(own.byNumber(number)));
        }
        return all;
    }
}
