package dev.ring3.hooks;

import dev.ring3.bpf.BpfMemoryException;
import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.btf.BtfException;
import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.ObjectException;
import dev.ring3.bpf.verifier.RejectedException;

/** Makes programs of object files: linked against this server's own types, and verified. */
final class HookLoader {
    /** What came of it. */
    sealed interface Result {}

    /** All programs are safe. */
    record Loaded(BpfObject object, ObjectOptions options) implements Result {}

    /**
     * Nothing was loaded.
     *
     * @param log what the verifier knew; empty if it was not asked
     */
    record Unloadable(String reason, String log) implements Result {}

    private final BpfRuntime runtime;
    private final ProgramType type;

    HookLoader(BpfRuntime runtime, ProgramType type) {
        this.runtime = runtime;
        this.type = type;
    }

    ProgramType type() {
        return type;
    }

    Result load(byte[] bytes) {
        try {
            BpfObjectFile file = BpfObjectFile.parse(bytes);
            ObjectOptions options = ObjectOptions.of(file);
            LinkOptions host = LinkOptions.none().withTarget(HookTypes.btf());
            BpfObject object = runtime.load(file, type, host);
            String problem = problem(object);
            if (!problem.isEmpty()) {
                object.close();
                return new Unloadable(problem, "");
            }
            return new Loaded(object, options);
        } catch (RejectedException e) {
            return new Unloadable(String.valueOf(e.getMessage()), VerifierLog.text(e.verdict()));
        } catch (ObjectException | InsnException | BtfException | BpfMemoryException e) {
            return new Unloadable(String.valueOf(e.getMessage()), "");
        }
    }

    /** What keeps an object from being attached; empty for nothing. */
    private static String problem(BpfObject object) {
        if (object.programs().isEmpty()) {
            return "the object has no program";
        }
        for (BpfProgram program : object.programs()) {
            String section = object.section(program.name());
            if (AttachPoint.ofSection(section).isEmpty()) {
                return "program %s is for section %s, where nothing is attached to a volume; these are %s"
                        .formatted(program.name(), section, AttachPoint.sections());
            }
        }
        return "";
    }
}
