package dev.ring3.cli;

import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.ObjectException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the program of an object file that a command line means, and loads it. */
final class ObjectPrograms {
    private ObjectPrograms() {}

    /**
     * Loads one program, with what it needs.
     *
     * @param file what messages call the object
     * @param program its name, or null for the only one there is
     * @throws ObjectException if the object is malformed, or asks for what the runtime does not have
     * @throws CommandException if it has no such program, or is for other machines
     */
    static BpfProgram load(BpfRuntime runtime, String file, byte[] bytes, @Nullable String program, ProgramType type) {
        BpfObjectFile object = BpfObjectFile.parse(bytes);
        String name = choose(file, object.programs(), program);
        if (object.order() != ByteOrder.nativeOrder()) {
            throw CommandException.unsupported(
                    "%s is a %s object, and this machine runs %s ones only; 'bpf disasm' shows it"
                            .formatted(file, text(object.order()), text(ByteOrder.nativeOrder())));
        }
        // Programs that a tail call may reach are needed too; of others it does not matter whether they could be
        // linked.
        boolean mayTailCall =
                object.maps().stream().anyMatch(map -> !map.initialValues().isEmpty());
        LinkOptions host = mayTailCall ? LinkOptions.none() : LinkOptions.none().withPrograms(name::equals);
        if (TypeNames.isOfRing3(type)) {
            host = host.withTarget(HookTypes.btf());
        }
        return runtime.load(object, type, host).program(name);
    }

    /**
     * The name of the program that is meant.
     *
     * @throws CommandException if there is none
     */
    static String choose(String file, List<String> programs, @Nullable String wanted) {
        if (programs.isEmpty()) {
            throw CommandException.usage("%s has no program, that is no public function".formatted(file));
        }
        String all = String.join(", ", programs);
        if (wanted == null && programs.size() > 1) {
            throw CommandException.usage(
                    "%s has %d programs; --program names one of %s".formatted(file, programs.size(), all));
        }
        if (wanted != null && !programs.contains(wanted)) {
            throw CommandException.usage("%s has no program '%s'; it has %s".formatted(file, wanted, all));
        }
        return wanted == null ? programs.getFirst() : wanted;
    }

    private static String text(ByteOrder order) {
        return order.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
