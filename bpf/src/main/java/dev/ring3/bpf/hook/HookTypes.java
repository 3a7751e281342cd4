package dev.ring3.bpf.hook;

import dev.ring3.bpf.HostFunction;
import dev.ring3.bpf.HostFunctions;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.ProgramTypes;
import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.kernel.KernelHelpers;
import dev.ring3.bpf.type.Entry;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.TypeBtf;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The types of programs that Ring3 attaches to itself. Helpers keep the kernel's numbers and contracts; those that this
 * host does not have yet are described only. Pointers do not leak: who may load programs here need not be trusted.
 */
public final class HookTypes {
    /** The smallest result of a program at the filesystem: errno values are at most 4095. */
    public static final int RESULT_MIN = -4095;

    /** The kernel's helpers that make sense outside the kernel. */
    private static final int[] HELPERS = {
        1, 2, 3, 5, 6, 7, 8, 12, 14, 15, 16, 28, 80, 87, 88, 89, 93, 94, 105, 106, 113, 115, 118, 125, 130, 131, 132,
        133, 134, 156, 157, 158, 160, 164, 165, 169, 170, 171, 172, 177, 181, 182, 195, 208
    };

    private static final List<String> OWN = List.of(
            "bpf_inode_storage_get",
            "bpf_inode_storage_delete",
            "ring3_current_inode",
            "bpf_iter_num_new",
            "bpf_iter_num_next",
            "bpf_iter_num_destroy");

    private static final HostFunctions FUNCTIONS = functions();

    /** Programs at operations of the filesystem: they return 0, or the negative errno that refuses the operation. */
    public static final ProgramType FS = ProgramType.of(
                    "fs", new Entry.Context(FsContext.TYPE, 0), FsFunctions.declaredIn(FUNCTIONS))
            .withResult(RESULT_MIN, 0);

    /** Policies of the page cache: what the result means depends on the operation. */
    public static final ProgramType CACHE = ProgramType.of(
            "cache",
            new Entry.Context(CacheContext.TYPE, 0),
            CacheFunctions.declaredIn(FUNCTIONS).declare(FsFunctions.EMIT));

    private HookTypes() {}

    /** What programs of all types may call. */
    static HostFunctions common() {
        return FUNCTIONS;
    }

    private static HostFunctions functions() {
        HostFunctions functions = HostFunctions.NONE;
        for (int number : HELPERS) {
            FunctionContract contract = KernelHelpers.contractForAnyLicence(number);
            @Nullable HostFunction own = ProgramTypes.MEMORY.functions().byNumber(number);
            functions = own == null ? functions.declare(number, contract) : functions.with(number, contract, own);
        }
        return withOwn(functions);
    }

    /** What takes something else than in the kernel, and what is found by name. */
    private static HostFunctions withOwn(HostFunctions functions) {
        HostFunctions all = functions;
        HostFunctions own = ProgramTypes.MEMORY.functions();
        for (String name : OWN) {
            int number = own.number(name).orElseThrow();
            FunctionContract contract = Objects.requireNonNull(own.contract(number));
            all = all.with(number, contract, Objects.requireNonNull(own.byNumber(number)));
        }
        return all;
    }

    /** Both types. */
    public static List<ProgramType> all() {
        return List.of(FS, CACHE);
    }

    /** The type of a name: {@code fs} or {@code cache}. */
    public static Optional<ProgramType> byName(String name) {
        return all().stream().filter(type -> type.name().equals(name)).findFirst();
    }

    /**
     * The type that a section's name stands for, such as {@code fs/open}; what follows another slash says which of
     * several programs it is.
     */
    public static Optional<ProgramType> forSection(String sectionName) {
        if (isOneOf(FsOperation.sections(), sectionName)) {
            return Optional.of(FS);
        }
        return isOneOf(CacheOperation.sections(), sectionName) ? Optional.of(CACHE) : Optional.empty();
    }

    private static boolean isOneOf(List<String> sections, String name) {
        return sections.stream().anyMatch(section -> name.equals(section) || name.startsWith(section + "/"));
    }

    /** The types of both contexts and of what functions tell, so that programs built with another header can be adapted to this host. */
    public static Btf btf() {
        return TypeBtf.of(FsContext.TYPE, CacheContext.TYPE, SubvolumeFacts.TYPE, FolioFacts.TYPE, IterateOptions.TYPE);
    }

    /** The C header {@code ring3.h}. */
    public static String header() {
        return HookHeader.text();
    }
}
