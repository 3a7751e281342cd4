package dev.ring3.hooks;

import dev.ring3.bpf.BpfMemoryException;
import dev.ring3.bpf.BpfObject;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.btf.BtfException;
import dev.ring3.bpf.hook.CacheOperation;
import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.ObjectException;
import dev.ring3.bpf.verifier.RejectedException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

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
    private final ProgramType cacheType;

    /**
     * @param type of programs at the filesystem
     * @param cacheType of policies of the page cache
     */
    HookLoader(BpfRuntime runtime, ProgramType type, ProgramType cacheType) {
        this.runtime = runtime;
        this.type = type;
        this.cacheType = cacheType;
    }

    Result load(byte[] bytes) {
        try {
            BpfObjectFile file = BpfObjectFile.parse(bytes);
            ObjectOptions options = ObjectOptions.of(file);
            LinkOptions host = LinkOptions.none().withTarget(HookTypes.btf());
            BpfObject object = runtime.load(file, type(file), host);
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

    /** What the programs of an object are, which has one of a policy of the cache or none. */
    ProgramType type(BpfObjectFile file) {
        return file.codeSections().stream().anyMatch(section -> isOfCache(section.name())) ? cacheType : type;
    }

    private static boolean isOfCache(String section) {
        return AttachPoint.ofSection(section).flatMap(AttachPoint::ofCache).isPresent();
    }

    /** What keeps an object from being attached; empty for nothing. */
    private static String problem(BpfObject object) {
        if (object.programs().isEmpty()) {
            return "the object has no program";
        }
        Map<CacheOperation, String> ofCache = new EnumMap<>(CacheOperation.class);
        for (BpfProgram program : object.programs()) {
            String section = object.section(program.name());
            if (AttachPoint.ofSection(section).isEmpty()) {
                return "program %s is for section %s, where nothing is attached to a volume; these are %s"
                        .formatted(program.name(), section, AttachPoint.sections());
            }
            Optional<CacheOperation> operation = AttachPoint.ofSection(section).flatMap(AttachPoint::ofCache);
            String other = operation.isEmpty() ? null : ofCache.put(operation.get(), program.name());
            if (other != null) {
                return "programs %s and %s are both for section %s, of which a policy has one"
                        .formatted(other, program.name(), operation.get().section());
            }
        }
        if (!ofCache.isEmpty() && ofCache.size() < object.programs().size()) {
            return "an object is a policy of the page cache or is asked about the filesystem, not both: make it two";
        }
        return "";
    }
}
