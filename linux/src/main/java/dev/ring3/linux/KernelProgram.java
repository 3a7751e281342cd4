package dev.ring3.linux;

import dev.ring3.linux.BpfAttrLayout.Buffers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A program in the kernel, verified and compiled. Thread-safe; closing it lets the kernel drop it. */
public final class KernelProgram implements AutoCloseable {
    private static final String TEST_RUN = "bpf(PROG_TEST_RUN)";

    private final SystemCalls calls;
    private final OwnedDescriptor descriptor;
    private final KernelProgramType type;

    KernelProgram(SystemCalls calls, OwnedDescriptor descriptor, KernelProgramType type) {
        this.calls = calls;
        this.descriptor = descriptor;
        this.type = type;
    }

    /**
     * The file descriptor, which stays this object's: valid until it is closed.
     *
     * @throws IllegalStateException if it is closed
     */
    public int descriptor() {
        return descriptor.use(fd -> fd);
    }

    /**
     * Runs the program once or more on the calling thread ({@code BPF_PROG_TEST_RUN}).
     *
     * @throws LinuxException if the kernel refuses: {@link Errno#EINVAL} for data shorter than an Ethernet header
     *     (14 bytes) or longer than a page has room for where the type wants a packet, {@link Errno#ENOSPC} if the
     *     program made the packet grow past the room given, {@link Errno#ENOTSUPP} if the type has no test run
     * @throws IllegalStateException if the program is closed
     */
    public TestRun testRun(TestInput input) {
        try (BpfCall call = new BpfCall(calls)) {
            MemorySegment dataIn = call.copyOf(input.data());
            MemorySegment dataOut =
                    dataIn.byteSize() == 0 ? MemorySegment.NULL : call.room(dataIn.byteSize() + input.growthBytesMax());
            MemorySegment contextIn = call.copyOf(input.context());
            // These types write the context back to where it came from, and refuse a call that names another place.
            boolean inPlace = type.takesContextOnly();
            MemorySegment contextOut = inPlace ? MemorySegment.NULL : call.room(contextIn.byteSize());
            Buffers data = new Buffers(dataIn, dataOut);
            Buffers context = new Buffers(contextIn, contextOut);
            // 0 also means once; types without repetition know no other number.
            int repeat = input.repeat() == 1 ? 0 : input.repeat();
            long result = descriptor.use(fd -> {
                BpfAttrLayout.encodeTestRun(call.attr(), fd, repeat, data, context);
                return call.invoke(BpfAttrLayout.PROG_TEST_RUN);
            });
            LinuxException.require(result, TEST_RUN, descriptor.object());
            MemorySegment attr = call.attr();
            return new TestRun(
                    BpfAttrLayout.testRetval(attr),
                    BpfAttrLayout.testDurationNanos(attr),
                    bytes(dataOut, BpfAttrLayout.testDataOutBytes(attr)),
                    inPlace
                            ? bytes(contextIn, contextIn.byteSize())
                            : bytes(contextOut, BpfAttrLayout.testContextOutBytes(attr)));
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private static byte[] bytes(MemorySegment segment, long length) {
        return segment.asSlice(0, Math.min(length, segment.byteSize())).toArray(ValueLayout.JAVA_BYTE);
    }
}
