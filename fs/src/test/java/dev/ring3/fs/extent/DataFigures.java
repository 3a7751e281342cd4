package dev.ring3.fs.extent;

import dev.ring3.fs.Ino;
import dev.ring3.fs.store.MemoryMedium;
import dev.ring3.fs.store.OrderedStore;
import dev.ring3.fs.store.OrderedStoreProvider;
import dev.ring3.linux.Access;
import dev.ring3.linux.OpenFlag;
import dev.ring3.linux.RawFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.function.LongSupplier;

/**
 * What the data path costs over the host's own file, in interleaved rounds; prints ratios with their spread. Not a test:
 * {@code docs/volume-data.md} has the command. With an engine on the class path the records go there, else into memory.
 */
final class DataFigures {
    private static final long FILE_BYTES = 256L << 20;
    private static final int CHUNK_BYTES = Integer.getInteger("ring3.chunk", 64 << 20);
    private static final HostCaching CACHING = HostCaching.valueOf(System.getProperty("ring3.caching", "CACHED"));
    private static final int IO_BYTES = 1 << 20;
    private static final int ROUNDS = Integer.getInteger("ring3.rounds", 9);
    private static final int SYNCED_WRITES = 100;
    private static final Ino INO = new Ino(7);

    private final Path directory;
    private final MemorySegment data;
    private final Random random = new Random(1);

    private DataFigures(Path directory, Arena arena) {
        this.directory = directory;
        this.data = arena.allocate(FILE_BYTES, Blocks.BYTES);
        for (long at = 0; at < FILE_BYTES; at += Long.BYTES) {
            data.set(ValueLayout.JAVA_LONG, at, random.nextLong());
        }
    }

    /** Takes a directory on the file system to be measured, which has to be empty. */
    public static void main(String[] arguments) {
        try (Arena arena = Arena.ofShared()) {
            new DataFigures(Path.of(arguments[0]), arena).run();
        }
    }

    private OrderedStore openStore() {
        return ServiceLoader.load(OrderedStoreProvider.class).stream()
                .map(provider -> provider.get().open(directory.resolve("store"), "figures"))
                .findFirst()
                .orElseGet(() -> new MemoryMedium().open("figures"));
    }

    private void run() {
        OrderedStore store = openStore();
        HostBlockDevice device = new HostBlockDevice(directory.resolve("segments"), CACHING);
        try (TestVolume volume = new TestVolume(store, device, DataOptions.DEFAULT);
                RawFile host = RawFile.open(directory.resolve("host"), Access.READ_WRITE, OpenFlag.CREATE)) {
            System.out.printf("records in %s, %d rounds%n", store.getClass().getSimpleName(), ROUNDS);
            compare("write 256 MiB and sync", () -> hostWrite(host), () -> write(volume, CompressionMode.NONE));
            if (Boolean.getBoolean("ring3.writeOnly")) {
                return;
            }
            compare("read 256 MiB, host-cached", () -> hostRead(host), () -> read(volume));
            compare("overwrite 4 KiB and sync, x100", () -> hostOverwrite(host), () -> overwrite(volume));
            compare("the same to segments", () -> hostOverwrite(host), () -> overwriteInSegments(volume));
            System.out.println("check after it: " + volume.check().findings());
        }
    }

    /** Time of the host over ours: above 1 we are faster. Of the best rounds too, for machines that do other things. */
    private static void compare(String what, LongSupplier host, LongSupplier ours) {
        double[] ratios = new double[ROUNDS];
        double[] hostMillis = new double[ROUNDS];
        double[] ourMillis = new double[ROUNDS];
        for (int round = -2; round < ROUNDS; round++) { // two to warm up
            boolean hostFirst = (round & 1) == 0;
            long first = hostFirst ? host.getAsLong() : ours.getAsLong();
            long second = hostFirst ? ours.getAsLong() : host.getAsLong();
            if (round >= 0) {
                hostMillis[round] = (hostFirst ? first : second) / 1e6;
                ourMillis[round] = (hostFirst ? second : first) / 1e6;
                ratios[round] = hostMillis[round] / ourMillis[round];
            }
        }
        Arrays.sort(ratios);
        Arrays.sort(hostMillis);
        Arrays.sort(ourMillis);
        System.out.printf(
                "%-32s median %.2f of the host's speed (%.2f to %.2f), best rounds %.2f; host %.0f ms%n",
                what,
                ratios[ROUNDS / 2],
                ratios[ROUNDS / 4],
                ratios[ROUNDS - 1 - ROUNDS / 4],
                hostMillis[0] / ourMillis[0],
                hostMillis[ROUNDS / 2]);
    }

    private long hostWrite(RawFile host) {
        host.truncate(0);
        host.sync();
        long start = System.nanoTime();
        for (long at = 0; at < FILE_BYTES; at += IO_BYTES) {
            host.writeFully(data.asSlice(at, IO_BYTES), at);
        }
        host.syncData();
        return System.nanoTime() - start;
    }

    private long hostRead(RawFile host) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(IO_BYTES, Blocks.BYTES);
            long start = System.nanoTime();
            for (long at = 0; at < FILE_BYTES; at += IO_BYTES) {
                host.readFully(into, at);
            }
            return System.nanoTime() - start;
        }
    }

    private long hostOverwrite(RawFile host) {
        long start = System.nanoTime();
        for (int i = 0; i < SYNCED_WRITES; i++) {
            long at = randomBlock();
            host.writeFully(data.asSlice(at, Blocks.BYTES), at);
            host.syncData();
        }
        return System.nanoTime() - start;
    }

    private long write(TestVolume volume, CompressionMode compression) {
        volume.change(
                INO,
                TestVolume.FIRST,
                0,
                (t, r) -> volume.data.truncate(t, r, 0, Integer.MAX_VALUE).allocatedBlocks());
        volume.store.durable(volume.store.lastWritten());
        WriteBack how = new WriteBack(WriteBack.Placement.SEGMENT, compression);
        long start = System.nanoTime();
        for (long at = 0; at < FILE_BYTES; at += CHUNK_BYTES) {
            commit(volume, at, CHUNK_BYTES, how);
        }
        volume.store.durable(volume.store.lastWritten());
        return System.nanoTime() - start;
    }

    private long read(TestVolume volume) {
        TestRecords records = volume.records(INO, TestVolume.FIRST);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(IO_BYTES, Blocks.BYTES);
            long start = System.nanoTime();
            for (long at = 0; at < FILE_BYTES; at += IO_BYTES) {
                volume.data.read(records, at, into);
            }
            return System.nanoTime() - start;
        }
    }

    private long overwrite(TestVolume volume) {
        return overwrite(volume, new WriteBack(WriteBack.Placement.LOG_IF_SMALL, CompressionMode.NONE));
    }

    private long overwriteInSegments(TestVolume volume) {
        return overwrite(volume, new WriteBack(WriteBack.Placement.SEGMENT, CompressionMode.NONE));
    }

    private long overwrite(TestVolume volume, WriteBack how) {
        long start = System.nanoTime();
        for (int i = 0; i < SYNCED_WRITES; i++) {
            commit(volume, randomBlock(), Blocks.BYTES, how);
            volume.store.durable(volume.store.lastWritten());
        }
        return System.nanoTime() - start;
    }

    private void commit(TestVolume volume, long at, int bytes, WriteBack how) {
        DirtyRange range = new DirtyRange(at, data.asSlice(at, bytes));
        try (SpaceReservation room = volume.data.reserve(range.blocks())) {
            volume.write(INO, TestVolume.FIRST, FILE_BYTES, List.of(range), room, how);
        }
    }

    private long randomBlock() {
        return random.nextLong(FILE_BYTES / Blocks.BYTES) * Blocks.BYTES;
    }
}
