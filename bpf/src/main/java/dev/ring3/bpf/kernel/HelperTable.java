package dev.ring3.bpf.kernel;

import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.Result;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Helpers by number, each set once. Only changes while it is filled. */
final class HelperTable {
    private final Map<Integer, FunctionContract> contracts = new HashMap<>();

    /** Adds a helper and returns it, so that more can be said of it. */
    Row add(int number, String name, Result result, Argument... arguments) {
        FunctionContract contract = FunctionContract.of(name, result, arguments);
        FunctionContract other = contracts.put(number, contract);
        if (other != null) {
            throw new IllegalStateException("helper %d is both %s and %s".formatted(number, other.name(), name));
        }
        return new Row(number);
    }

    @Nullable
    FunctionContract get(int number) {
        return contracts.get(number);
    }

    /** A helper in the table. */
    final class Row {
        private final int number;

        private Row(int number) {
            this.number = number;
        }

        Row with(Effect first, Effect... others) {
            contracts.computeIfPresent(number, (_, contract) -> contract.with(first, others));
            return this;
        }

        Row onMaps(Integer... types) {
            contracts.computeIfPresent(number, (_, contract) -> contract.onMaps(types));
            return this;
        }
    }
}
