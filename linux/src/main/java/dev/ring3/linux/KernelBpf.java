package dev.ring3.linux;

import dev.ring3.linux.Availability.Available;
import dev.ring3.linux.Availability.Reason;
import dev.ring3.linux.Availability.Unavailable;
import dev.ring3.linux.LoadResult.Loaded;
import dev.ring3.linux.LoadResult.Rejected;
import java.lang.foreign.MemorySegment;
import java.util.function.IntFunction;

/**
 * The kernel's own BPF, {@code bpf(2)}: load programs and types, create maps, run programs on test data. Thread-safe.
 *
 * <p>What it hands out owns a file descriptor and is closed by whoever received it. A call that the kernel refuses is
 * a {@link LinuxException}; a program or type information that it refuses with reasons is a {@link Rejected}.
 */
public final class KernelBpf {
    /** Logs are given room up to here, the largest that every kernel accepts. */
    public static final int LOG_BYTES_MAX = (1 << 24) - 1;

    private static final int LOG_BYTES_START = 1 << 16;

    /** The kernel gives up with EAGAIN when a signal arrives while it verifies; libbpf tries as often. */
    private static final int ATTEMPTS_MAX = 5;

    /** {@code r0 = 0; exit}, the shortest program that every kernel accepts; the bytes are the same in both orders. */
    private static final byte[] RETURN_ZERO = {(byte) 0xb7, 0, 0, 0, 0, 0, 0, 0, (byte) 0x95, 0, 0, 0, 0, 0, 0, 0};

    private final SystemCalls calls;

    KernelBpf(SystemCalls calls) {
        this.calls = calls;
    }

    /**
     * The kernel's BPF; says nothing yet of permissions, see {@link #probe()}.
     *
     * @throws UnsupportedHostException if no system calls of Linux can be made from this process
     */
    public static KernelBpf open() {
        return new KernelBpf(HostSystemCalls.get());
    }

    /** Whether this process may load a program at all; tried with a socket filter, which asks the least. */
    public static Availability probe() {
        return probe(KernelProgramType.SOCKET_FILTER);
    }

    /** Whether this process may load programs of a type; tried with one that returns 0 at once. */
    public static Availability probe(KernelProgramType type) {
        return switch (HostSystemCalls.availability()) {
            case Available _ -> probe(HostSystemCalls.get(), type);
            case Unavailable unavailable -> unavailable;
        };
    }

    static Availability probe(SystemCalls calls, KernelProgramType type) {
        String asked = "a program of %s that returns 0".formatted(type);
        try {
            return switch (new KernelBpf(calls).load(ProgramSpec.of(type, RETURN_ZERO))) {
                case Loaded<KernelProgram>(KernelProgram program, String _) -> {
                    program.close();
                    yield new Available();
                }
                case Rejected<KernelProgram>(Errno errno, String log) ->
                    new Unavailable(Reason.FAILED, "the verifier refused %s: %s: %s".formatted(asked, errno, log));
            };
        } catch (LinuxException e) {
            return switch (e.errno()) {
                case ENOSYS -> new Unavailable(Reason.NO_SUCH_CALL, e.getMessage());
                case EPERM ->
                    new Unavailable(
                            Reason.NOT_PERMITTED,
                            e.getMessage() + "; it takes root, or CAP_BPF with CAP_NET_ADMIN and CAP_PERFMON,"
                                    + " and no seccomp filter in the way");
                default -> new Unavailable(Reason.FAILED, e.getMessage());
            };
        }
    }

    /**
     * Has the kernel verify and compile a program ({@code BPF_PROG_LOAD}).
     *
     * @throws LinuxException if it is refused without the verifier saying why: {@link Errno#EPERM} without the
     *     privilege, {@link Errno#EINVAL} for an unknown type or flag, {@link Errno#E2BIG} for no or too many
     *     instructions
     */
    public LoadResult<KernelProgram> load(ProgramSpec spec) {
        return load(
                "bpf(PROG_LOAD)",
                spec.describe(),
                spec.logLevel(),
                (call, log) -> {
                    MemorySegment insns = call.copyOf(spec.insns());
                    MemorySegment license = call.copyOf(spec.licenseBytes());
                    BpfAttrLayout.encodeProgLoad(call.attr(), spec, insns, license, log);
                    long result = call.invoke(BpfAttrLayout.PROG_LOAD);
                    return new Attempted(result, BpfAttrLayout.progLogTrueBytes(call.attr()));
                },
                fd -> new KernelProgram(calls, new OwnedDescriptor(calls, fd, spec.describe()), spec.type()));
    }

    /**
     * Has the kernel check type information ({@code BPF_BTF_LOAD}).
     *
     * @param btf the bytes of a {@code .BTF} section in the host's byte order
     * @throws LinuxException if it is refused without a reason: {@link Errno#EPERM} without the privilege
     */
    public LoadResult<KernelBtf> loadBtf(byte[] btf) {
        String object = "%d bytes of BTF".formatted(btf.length);
        return load(
                "bpf(BTF_LOAD)",
                object,
                0,
                (call, log) -> {
                    BpfAttrLayout.encodeBtfLoad(call.attr(), call.copyOf(btf), log);
                    long result = call.invoke(BpfAttrLayout.BTF_LOAD);
                    return new Attempted(result, BpfAttrLayout.btfLogTrueBytes(call.attr()));
                },
                fd -> new KernelBtf(new OwnedDescriptor(calls, fd, object)));
    }

    /**
     * Creates a map ({@code BPF_MAP_CREATE}).
     *
     * @throws LinuxException if it is refused: {@link Errno#EINVAL} for sizes that the type does not have,
     *     {@link Errno#E2BIG} for too long values, {@link Errno#ENOMEM}, {@link Errno#EPERM}
     */
    public KernelMap createMap(MapSpec spec) {
        try (BpfCall call = new BpfCall(calls)) {
            BpfAttrLayout.encodeMapCreate(call.attr(), spec);
            long fd = LinuxException.require(call.invoke(BpfAttrLayout.MAP_CREATE), "bpf(MAP_CREATE)", spec.describe());
            return new KernelMap(calls, new OwnedDescriptor(calls, (int) fd, spec.describe()), spec);
        }
    }

    /** What one attempt to load gave: a descriptor or minus an errno, and the log's true length if the kernel tells. */
    private record Attempted(long result, int logTrueBytes) {}

    private interface Attempt {
        Attempted run(BpfCall call, LoadLog log);
    }

    /**
     * Loads without a log, which is faster, and only on refusal once more with one, growing it until all fits. The
     * errno of a refusal is the first attempt's, because a log that is too long replaces it by ENOSPC.
     */
    private <T extends AutoCloseable> LoadResult<T> load(
            String operation, String object, int logLevel, Attempt attempt, IntFunction<T> owner) {
        long refusal = 0;
        if (logLevel == 0) {
            long result = runPastSignals(attempt);
            if (result >= 0) {
                return new Loaded<>(owner.apply((int) result), "");
            }
            refusal = result;
        }
        for (int sizeBytes = LOG_BYTES_START; ; ) {
            try (BpfCall call = new BpfCall(calls)) {
                LoadLog log = call.log(Math.max(1, logLevel), sizeBytes);
                Attempted attempted = attempt.run(call, log);
                if (attempted.result() >= 0) {
                    return new Loaded<>(owner.apply((int) attempted.result()), logLevel == 0 ? "" : log.text());
                }
                if (attempted.result() == -Errno.ENOSPC.number() && sizeBytes < LOG_BYTES_MAX) {
                    sizeBytes = Math.min(LOG_BYTES_MAX, Math.max(2 * sizeBytes, attempted.logTrueBytes() + 1));
                    continue;
                }
                int number = (int) -(refusal == 0 ? attempted.result() : refusal);
                String text = log.text();
                if (text.isEmpty()) {
                    throw new LinuxException(operation, object, number);
                }
                return new Rejected<>(Errno.of(number), text);
            }
        }
    }

    private long runPastSignals(Attempt attempt) {
        long result = -Errno.EAGAIN.number();
        for (int i = 0; i < ATTEMPTS_MAX && result == -Errno.EAGAIN.number(); i++) {
            try (BpfCall call = new BpfCall(calls)) {
                result = attempt.run(call, LoadLog.NONE).result();
            }
        }
        return result;
    }
}
