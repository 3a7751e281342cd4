package dev.ring3.bench.bpf;

import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import dev.ring3.bench.measure.Subject;

/** A program as WebAssembly in Chicory, compiled to bytecode of the JVM: what one would embed instead. */
final class ChicorySubject implements Subject {
    private final ExportFunction bench;
    private final long address;
    private final long bytes;

    ChicorySubject(byte[] module, byte[] input) {
        Instance instance = Instance.builder(Parser.parse(module))
                .withMachineFactory(MachineFactoryCompiler::compile)
                .build();
        address = instance.export("input").apply()[0];
        bytes = input.length;
        instance.memory().write((int) address, input);
        bench = instance.export("bench");
    }

    @Override
    public long run(long times) {
        long result = 0;
        for (long i = 0; i < times; i++) {
            result = call(bench, address, bytes);
        }
        return result;
    }

    /** Not inlined, as a call of Ring3's is not, see {@link WorkerMain#JVM_OPTIONS}. */
    private static long call(ExportFunction function, long address, long bytes) {
        return function.apply(address, bytes)[0];
    }
}
