package dev.ring3.bpf;

import dev.ring3.bpf.engine.BoundMaps;
import dev.ring3.bpf.engine.Engine;
import dev.ring3.bpf.engine.MemoryRegion;
import dev.ring3.bpf.engine.ProcessorSlots;
import dev.ring3.bpf.engine.ProgramImage;
import dev.ring3.bpf.insn.BpfCode;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.kernel.KernelHelpers;
import dev.ring3.bpf.memory.BpfMemory;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.MapSpec;
import dev.ring3.bpf.object.ObjectException;
import dev.ring3.bpf.type.MapShape;
import dev.ring3.bpf.verifier.RejectedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Programs and maps that may share things, under one memory limit. Runtimes know nothing of each other. Thread-safe.
 *
 * <p>{@link #close} closes everything in it: no new run begins, and memory is freed when the last run has ended.
 */
public final class BpfRuntime implements AutoCloseable {
    /** The memory limit where none is set, in bytes. */
    public static final long MEMORY_BYTES_DEFAULT = 1L << 30;

    /** The instructions that a run may execute where no budget is set: about a second in the interpreter. */
    public static final long BUDGET_DEFAULT = 100_000_000;

    private final MemoryAccount memory;
    private final long budget;
    private final EngineKind engine;
    private final Verification verification;
    private final GracePeriod gracePeriod = new GracePeriod();
    private final BpfHost host;
    private final RuntimeMaps maps = new RuntimeMaps(this);
    private final Timers timers = new Timers(this);
    private final HostAccess.Pool hostAccesses = new HostAccess.Pool(this);
    private final ProcessorSlots processorSlots;
    private final Set<BpfProgram> programs = new HashSet<>(); // guarded by this
    private boolean closed; // guarded by this

    private BpfRuntime(Builder builder) {
        this.memory = new MemoryAccount(builder.memoryBytesMax, builder.mapBytesMax);
        this.budget = builder.budget;
        this.engine = builder.engine;
        this.verification = builder.verification;
        this.host = builder.host;
        this.processorSlots = new ProcessorSlots(builder.slots);
    }

    /** A runtime with the defaults. */
    public static BpfRuntime create() {
        return builder().build();
    }

    /** A runtime with other limits. */
    public static Builder builder() {
        return new Builder();
    }

    /** The settings of a runtime. */
    public static final class Builder {
        private long memoryBytesMax = MEMORY_BYTES_DEFAULT;
        private long mapBytesMax = Long.MAX_VALUE;
        private long budget = BUDGET_DEFAULT;
        private EngineKind engine = EngineKind.INTERPRETER;
        private Verification verification = Verification.REQUIRED;
        private BpfHost host = BpfHost.NONE;
        private int slots = Runtime.getRuntime().availableProcessors();

        private Builder() {}

        /** The most memory that maps, stacks and contexts of this runtime may take together, in bytes. */
        public Builder memoryLimit(long bytes) {
            memoryBytesMax = requirePositive(bytes, "memory limit");
            return this;
        }

        /** The most memory that any one map may take, in bytes; as much as there is where this is not called. */
        public Builder mapMemoryLimit(long bytes) {
            mapBytesMax = requirePositive(bytes, "memory limit of a map");
            return this;
        }

        /** The most instructions that one run may execute. */
        public Builder budget(long instructions) {
            budget = requirePositive(instructions, "budget");
            return this;
        }

        /** What runs the programs. */
        public Builder engine(EngineKind kind) {
            engine = kind;
            return this;
        }

        /** Whether programs must be verified; they must where this is not called. */
        public Builder verification(Verification what) {
            verification = what;
            return this;
        }

        /** What programs are told about the host; nothing where this is not called. */
        public Builder host(BpfHost teller) {
            host = teller;
            return this;
        }

        /**
         * How many runs that ask for the number of their processor, or use maps with values for each, can be under way
         * at a time; more wait. As many as the machine has processors where this is not called.
         */
        public Builder slots(int count) {
            requirePositive(count, "slots");
            if (count > KernelHelpers.PROCESSORS_MAX) {
                throw new IllegalArgumentException(
                        "%d slots, at most %d are possible".formatted(count, KernelHelpers.PROCESSORS_MAX));
            }
            slots = count;
            return this;
        }

        public BpfRuntime build() {
            return new BpfRuntime(this);
        }

        private static long requirePositive(long value, String what) {
            if (value <= 0) {
                throw new IllegalArgumentException("%s of %d".formatted(what, value));
            }
            return value;
        }
    }

    /**
     * Loads a program that is not in an object file.
     *
     * @param name a name for messages
     * @throws InsnException if a wide load refers to something that is not bound
     * @throws RejectedException if it must be verified and is not safe
     * @throws IllegalStateException if the type's context leads to a packet: only verified programs can follow it
     */
    public BpfProgram program(String name, BpfCode code, ProgramType type, Bindings bindings) {
        return program(new ProgramSource(name, code, type, bindings, Map.of(), new InsnLines(code)));
    }

    /** A program whose wide loads need nothing bound, see {@link #program(String, BpfCode, ProgramType, Bindings)}. */
    public BpfProgram program(String name, BpfCode code, ProgramType type) {
        return program(name, code, type, Bindings.NONE);
    }

    BpfProgram program(ProgramSource given) {
        Set<BpfMap> bound = boundMaps(given.bindings());
        Map<Integer, Long> wideValues = WideLoads.resolve(given.code(), given.bindings());
        ProgramSource source = verification == Verification.REQUIRED && !given.verified()
                ? ProgramVerification.verified(given)
                : given;
        ProgramImage image = new ProgramImage(
                source.name(),
                ContextRewriter.rewrite(source),
                wideValues,
                source.type().functions(),
                source.hostFunctionNumbers(),
                new BoundMaps(bound),
                source.packetLoads().keySet(),
                regions(bound),
                source.lineOfSlot(),
                source.proof());
        BpfProgram program = new BpfProgram(
                this, source.type(), source.verified(), engine.engine().prepare(image));
        synchronized (this) {
            requireOpenLocked();
            programs.add(program);
        }
        return program;
    }

    private Set<BpfMap> boundMaps(Bindings bindings) {
        Set<BpfMap> bound = new HashSet<>(bindings.mapsByIndex());
        bound.addAll(bindings.mapsByFd().values());
        bound.addAll(bindings.variables().values());
        for (BpfMap map : bound) {
            if (maps.table().map(map.pointer()) != map) {
                throw new IllegalArgumentException("map %s is closed or of another runtime".formatted(map.name()));
            }
        }
        return bound;
    }

    private static List<MemoryRegion> regions(Set<BpfMap> bound) {
        List<MemoryRegion> regions = new ArrayList<>();
        for (BpfMap map : bound) {
            regions.addAll(((MapBase) map).regions());
        }
        return regions;
    }

    /**
     * Loads an object into this runtime: all of its programs, or nothing.
     *
     * @param host what the host brings to linking: types for CO-RE, variables, configuration
     * @throws ObjectException if the object asks for what this runtime does not have
     * @throws RejectedException if a program must be verified and is not safe
     * @throws BpfMemoryException if there is no memory for its maps
     */
    public BpfObject load(BpfObjectFile file, ProgramType type, LinkOptions host) {
        return new ObjectLoader(this, type).load(file, host, false);
    }

    /** Loads an object file into this runtime, see {@link #load(BpfObjectFile, ProgramType, LinkOptions)}. */
    public BpfObject load(Path file, ProgramType type) throws IOException {
        return load(BpfObjectFile.read(file), type, LinkOptions.none());
    }

    /**
     * Makes an array map.
     *
     * @throws BpfMemoryException if there is no memory for it
     */
    public ArrayMap arrayMap(String name, int valueBytes, int entriesMax) {
        return arrayMap(name, valueBytes, entriesMax, true);
    }

    ArrayMap arrayMap(String name, int valueBytes, int entriesMax, boolean programsMayWrite) {
        MapShape shape = MapShape.of(name, MapSpec.TYPE_ARRAY, Integer.BYTES, valueBytes, entriesMax);
        return arrayMap(programsMayWrite ? shape : shape.readOnly());
    }

    ArrayMap arrayMap(MapShape shape) {
        return (ArrayMap) map(shape, 0, 0);
    }

    /** Makes an array of programs for tail calls. */
    public ProgramArray programArray(String name, int entriesMax) {
        return (ProgramArray)
                map(MapShape.of(name, MapSpec.TYPE_PROGRAM_ARRAY, Integer.BYTES, Integer.BYTES, entriesMax), 0, 0);
    }

    /**
     * Begins a map of another kind.
     *
     * @param name for messages
     */
    public MapBuilder map(String name) {
        return new MapBuilder(this, name);
    }

    /**
     * Makes a map.
     *
     * @throws IllegalArgumentException if such a map cannot be
     */
    BpfMap map(MapShape shape, int flags, long extra) {
        return maps.make(shape, flags, extra);
    }

    /** Bytes of memory that this runtime's maps and invocations take at the moment. */
    public long memoryUsed() {
        return memory.bytesUsed();
    }

    /** Bytes of memory that all runtimes of this JVM share; 0 if none could be reserved. */
    public static long memoryReserved() {
        return BpfMemory.SEGMENT.byteSize();
    }

    @Override
    public void close() {
        List<BpfProgram> programsToClose;
        synchronized (this) {
            closed = true;
            programsToClose = List.copyOf(programs);
        }
        maps.close();
        timers.close();
        programsToClose.forEach(BpfProgram::close);
        maps.closeAll();
        hostAccesses.close();
    }

    /** Makes a map unreachable for new runs, and frees it when those that could reach it have ended. */
    void close(BpfMap map) {
        maps.close(map);
    }

    /** Takes the values of an object away that is no more, from all {@link LocalStorageMap}s of this runtime. */
    public void objectGone(HostObject object) {
        maps.objectGone(object);
    }

    void forget(BpfProgram program) {
        synchronized (this) {
            programs.remove(program);
        }
    }

    /**
     * Has objects that are loaded from now on use a map where they declare one of a name that is pinned by name
     * ({@code LIBBPF_PIN_BY_NAME}). They are refused if they declare another map than it is.
     *
     * @throws IllegalArgumentException if the name or the map is pinned already
     */
    public void pin(String name, BpfMap map) {
        maps.pinned().pin(name, map);
    }

    /** The map that objects share by a name. */
    public Optional<BpfMap> pinned(String name) {
        return maps.pinned().find(name);
    }

    /** Ends the sharing of a map: those that use it keep it, and the last of them closes it. False if there is none. */
    public boolean unpin(String name) {
        return maps.pinned().unpin(name);
    }

    RuntimeMaps maps() {
        return maps;
    }

    MemoryAccount memory() {
        return memory;
    }

    GracePeriod gracePeriod() {
        return gracePeriod;
    }

    MapTable mapTable() {
        return maps.table();
    }

    /** How many processors programs see, see {@link Builder#slots}. */
    public int slots() {
        return processorSlots.count();
    }

    /** The program that something was prepared as, or null. */
    synchronized @Nullable BpfProgram programOf(Engine.Executable executable) {
        for (BpfProgram program : programs) {
            if (program.executable().equals(executable)) {
                return program;
            }
        }
        return null;
    }

    Timers timers() {
        return timers;
    }

    BpfHost host() {
        return host;
    }

    ProcessorSlots processorSlots() {
        return processorSlots;
    }

    HostAccess.Pool hostAccesses() {
        return hostAccesses;
    }

    long budget() {
        return budget;
    }

    private void requireOpenLocked() {
        if (closed) {
            throw closedException();
        }
    }

    static IllegalStateException closedException() {
        return new IllegalStateException("the BPF runtime is closed");
    }
}
