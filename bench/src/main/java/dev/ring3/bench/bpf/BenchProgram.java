package dev.ring3.bench.bpf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A program in C, among this module's resources.
 *
 * @param group what it counts for
 * @param memoryBytes the memory that it is called with
 * @param expected what it returns
 */
record BenchProgram(String name, Group group, int memoryBytes, long expected) {
    /** What a program counts for. */
    enum Group {
        /** One of the six of the public suite by which runtimes are compared. */
        COMPUTE,
        /** The others of the public suite: too short to be more than a call. */
        SHORT,
        /** Ring3's own. */
        OWN
    }

    private static final String FOLDER = "/dev/ring3/bench/programs/";
    static final String HEADER = "bench.h";
    static final String EMPTY = "noop";
    private static final int CRC32_POLYNOMIAL = 0xedb88320; // of IEEE 802.3, reflected
    private static final int JSON_BYTES = 1024;
    private static final String JSON =
            "{\"id\": 4711, \"name\": \"a \\\"quoted\\\" name\", \"tags\": [\"x\", \"y\\n\"], \"at\": [1.5e3, -0.25, [0]]}, ";

    static final List<BenchProgram> ALL = List.of(
            new BenchProgram(EMPTY, Group.SHORT, 64, 0),
            new BenchProgram("pktparse", Group.SHORT, 128, 0xc43801bb0000120dL),
            new BenchProgram("lcg", Group.COMPUTE, 64, 0xdb56fefL),
            new BenchProgram("collatz", Group.COMPUTE, 64, 0x20e2L),
            new BenchProgram("csum", Group.COMPUTE, 1500, 0xc3adL),
            new BenchProgram("siphash", Group.COMPUTE, 256, 0x5795b6e1a0e5e0d6L),
            new BenchProgram("sieve", Group.COMPUTE, 2048, 0x135L),
            new BenchProgram("strsearch", Group.COMPUTE, 1032, 0x3f0L),
            new BenchProgram("sort", Group.OWN, 384, 0xe4616ecb218f42f3L),
            new BenchProgram("chacha20", Group.OWN, 560, 0x64038b707242ba00L),
            new BenchProgram("sha256", Group.OWN, 192, 0xde7c4957e005fe24L),
            new BenchProgram("crc32", Group.OWN, 516, 0x9c3bb2caL),
            new BenchProgram("base64", Group.OWN, 896, 0x24b729b880d2b362L),
            new BenchProgram("format", Group.OWN, 512, 0xc2c08853675af79fL),
            new BenchProgram("json", Group.OWN, 1032, 0x4e002d00212e04L),
            new BenchProgram("distance", Group.OWN, 148, 0x7L),
            new BenchProgram("matrix", Group.OWN, 1728, 0x478b9baf206c2a9eL),
            new BenchProgram("calls", Group.OWN, 64, 0x80dbb9f618L));

    /** The program of a name. */
    static BenchProgram named(String name) {
        return ALL.stream()
                .filter(program -> program.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no program " + name));
    }

    /** The file of its source. */
    String sourceName() {
        return name + ".c";
    }

    /** The bytes of a resource of the programs. */
    static byte[] resource(String file) {
        byte[] bytes = resourceOrNothing(file);
        if (bytes.length == 0) {
            throw new IllegalStateException("the resource " + file + " is missing");
        }
        return bytes;
    }

    private static byte[] resourceOrNothing(String file) {
        try (InputStream in = BenchProgram.class.getResourceAsStream(FOLDER + file)) {
            return in == null ? new byte[0] : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The memory that it is called with. */
    byte[] input() {
        byte[] given = resourceOrNothing(name + ".in");
        if (given.length == memoryBytes) {
            return given;
        }
        byte[] made = new byte[memoryBytes];
        ByteBuffer buffer = ByteBuffer.wrap(made).order(ByteOrder.LITTLE_ENDIAN);
        switch (name) {
            case "json" ->
                buffer.put(("[" + JSON.repeat(JSON_BYTES)).getBytes(StandardCharsets.US_ASCII), 0, JSON_BYTES);
            case "distance" ->
                buffer.put("kitten sitting on a seat".getBytes(StandardCharsets.US_ASCII))
                        .put("sitting kitten in a seat".getBytes(StandardCharsets.US_ASCII));
            default -> {
                SplittableRandom random = new SplittableRandom(memoryBytes);
                while (buffer.remaining() >= Integer.BYTES) {
                    buffer.putInt(random.nextInt() >>> random.nextInt(Byte.SIZE));
                }
                if (name.equals("crc32")) {
                    buffer.putInt(memoryBytes - Integer.BYTES, CRC32_POLYNOMIAL);
                }
            }
        }
        return made;
    }
}
