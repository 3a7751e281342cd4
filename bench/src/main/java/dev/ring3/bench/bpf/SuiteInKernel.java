package dev.ring3.bench.bpf;

import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.LinkedObject;
import dev.ring3.bpf.object.LinkedProgram;
import dev.ring3.bpf.object.MapSpec;
import dev.ring3.linux.KernelBpf;
import dev.ring3.linux.KernelMap;
import dev.ring3.linux.KernelMapType;
import dev.ring3.linux.KernelProgram;
import dev.ring3.linux.KernelProgramType;
import dev.ring3.linux.LoadResult;
import dev.ring3.linux.ProgramSpec;
import dev.ring3.linux.TestInput;
import dev.ring3.linux.TestRun;
import dev.ring3.linux.UpdateMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An object file loaded into the kernel that runs, as libbpf does it: maps first, then programs, then what maps hold. */
final class SuiteInKernel implements SuiteSite {
    private static final int LOG_CHARS = 200;
    private static final int OPCODE_WIDE = 0x18;
    private static final int BY_FD = 1; // src of a 64-bit load, RFC 9669 section 5.4; by index it is 4 more
    private static final int BY_INDEX = 5;
    private static final int VALUE_BY_INDEX = 6;

    private final LinkedObject object;
    private final KernelProgramType type;
    private final KernelBpf bpf = KernelBpf.open();
    private final List<KernelMap> maps = new ArrayList<>();
    private final Map<String, KernelProgram> programs = new HashMap<>(); // lock: this

    private SuiteInKernel(LinkedObject object, KernelProgramType type) {
        this.object = object;
        this.type = type;
    }

    static SuiteInKernel load(BpfObjectFile file, String programType) {
        SuiteInKernel loaded = new SuiteInKernel(file.link(LinkOptions.none()), typeOf(programType));
        loaded.object.maps().forEach(spec -> loaded.maps.add(loaded.create(spec)));
        loaded.fill();
        return loaded;
    }

    /** Of types that the kernel can be asked to run on a packet. */
    private static KernelProgramType typeOf(String name) {
        return switch (name) {
            case "xdp" -> KernelProgramType.XDP;
            case "socket" -> KernelProgramType.SOCKET_FILTER;
            case "tc", "classifier" -> KernelProgramType.SCHED_CLS;
            default -> throw new IllegalArgumentException("the kernel is not asked to run programs of type " + name);
        };
    }

    private KernelMap create(MapSpec spec) {
        KernelMapType mapType = KernelMapType.of(spec.type())
                .orElseThrow(() -> new IllegalArgumentException(
                        "map %s is of type %d, which is not made in the kernel".formatted(spec.name(), spec.type())));
        dev.ring3.linux.MapSpec wanted = new dev.ring3.linux.MapSpec(
                mapType,
                Math.toIntExact(spec.keyBytes()),
                Math.toIntExact(spec.valueBytes()),
                Math.toIntExact(spec.maxEntries()),
                spec.flags(),
                "ring3_suite");
        KernelMap map = bpf.createMap(
                spec.inner().map(like -> wanted.withInner(create(like))).orElse(wanted));
        spec.data()
                .filter(data -> !data.isZero())
                .ifPresent(data -> map.update(index(0), data.toBytes(), UpdateMode.ANY));
        if ((spec.flags() & MapSpec.FLAG_READ_ONLY_FOR_PROGRAMS) != 0) {
            map.freeze();
        }
        return map;
    }

    private void fill() {
        for (int i = 0; i < maps.size(); i++) {
            for (MapSpec.InitialValue value : object.maps().get(i).initialValues()) {
                int descriptor = switch (value) {
                    case MapSpec.InitialProgram(long _, String name) ->
                        program(name).descriptor();
                    case MapSpec.InitialMap(long _, int mapIndex) ->
                        maps.get(mapIndex).descriptor();
                };
                maps.get(i).update(index(value.index()), index(descriptor), UpdateMode.ANY);
            }
        }
    }

    private static byte[] index(long number) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt((int) number)
                .array();
    }

    private synchronized KernelProgram program(String name) {
        return programs.computeIfAbsent(
                name,
                _ -> loadProgram(object.program(name)
                        .orElseThrow(() -> new IllegalArgumentException("the object has no program " + name))));
    }

    private KernelProgram loadProgram(LinkedProgram program) {
        ProgramSpec spec = ProgramSpec.of(type, withDescriptors(program))
                .withName("ring3_suite")
                .withLicense(object.license());
        return switch (bpf.load(spec)) {
            case LoadResult.Loaded<KernelProgram>(KernelProgram loaded, String _) -> loaded;
            case LoadResult.Rejected<KernelProgram>(var errno, String log) ->
                throw new IllegalArgumentException("the kernel's verifier refuses %s (%s): %s"
                        .formatted(
                                program.name(),
                                errno,
                                log.strip().substring(Math.max(0, log.strip().length() - LOG_CHARS))));
        };
    }

    /** Its instructions, maps named by descriptor where they were named by index. */
    private byte[] withDescriptors(LinkedProgram program) {
        byte[] bytes = InsnLayout.encode(program.code(), ByteOrder.nativeOrder());
        ByteBuffer insns = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        for (int at = 0; at < bytes.length; at += ProgramSpec.INSN_BYTES) {
            if (bytes[at] != OPCODE_WIDE) {
                continue;
            }
            int source = little ? (bytes[at + 1] >> 4) & 0xf : bytes[at + 1] & 0xf;
            if (source == BY_INDEX || source == VALUE_BY_INDEX) {
                int moved = (BY_INDEX - BY_FD) << (little ? 4 : 0);
                bytes[at + 1] = (byte) (bytes[at + 1] - moved);
                insns.putInt(at + 4, maps.get(insns.getInt(at + 4)).descriptor());
            }
            at += ProgramSpec.INSN_BYTES; // the second half
        }
        return bytes;
    }

    @Override
    public Runner runner(String name, boolean withData) {
        KernelProgram program = program(name);
        TestInput input = TestInput.ofData(new byte[withData ? SuiteCase.PACKET_BYTES : 0]);
        return times -> {
            double nanos = 0;
            int result = 0;
            for (long left = times; left > 0; left -= KernelSubject.REPEAT_MAX) {
                int repeat = (int) Math.min(left, KernelSubject.REPEAT_MAX);
                TestRun run = program.testRun(input.withRepeat(repeat));
                nanos += (double) repeat * run.duration().toNanos();
                result = run.returnValue();
            }
            return new Outcome(nanos / times, result);
        };
    }
}
