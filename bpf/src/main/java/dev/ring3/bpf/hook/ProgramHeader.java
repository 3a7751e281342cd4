package dev.ring3.bpf.hook;

import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.HeaderWriter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Writes the C header for authors of programs of any type, an embedder's own among them. */
public final class ProgramHeader {
    private ProgramHeader() {}

    /**
     * The header: the context, if there is one, and every function that has a contract. Functions that programs cannot
     * call, for want of an argument, are left out.
     *
     * @throws IllegalArgumentException if C cannot express the context
     */
    public static String of(ProgramType type) {
        String guard = type.name().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_H";
        HeaderWriter header = new HeaderWriter(guard, "Programs of type " + type.name() + ". Generated.");
        if (type.entry() instanceof Entry.Context context) {
            header.struct(context.type(), Map.of());
        }
        helpers(header, type.functions());
        return header.text();
    }

    /** Adds functions to a header, by number or by name. */
    static void helpers(HeaderWriter header, HostFunctions functions) {
        for (int number : new TreeSet<>(functions.numbers())) {
            FunctionContract contract = functions.contract(number);
            if (contract == null || !canBeCalled(contract)) {
                continue;
            }
            if (number < HostFunctions.FIRST_NAMED) {
                header.helper(number, contract);
            } else {
                header.external(contract, contract.name() + ", a function of the host.");
            }
        }
    }

    private static boolean canBeCalled(FunctionContract contract) {
        return contract.arguments().stream().noneMatch(argument -> argument.kind() == Argument.Kind.UNSUPPORTED);
    }
}
