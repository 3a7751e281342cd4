package dev.ring3.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.hook.CacheFunctions;
import dev.ring3.bpf.hook.FsFunctions;
import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.bpf.kernel.KernelHelpers;
import dev.ring3.bpf.type.FunctionContract;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What programs of this host's own types may call is there, but for what the embedder brings by name. */
class PromisedHelpersTest {
    private static final Set<String> OF_EMBEDDER = Set.of(
            FsFunctions.DATA_READ.name(),
            FsFunctions.NAME.name(),
            FsFunctions.PATH.name(),
            FsFunctions.XATTR.name(),
            FsFunctions.SUBVOLUME.name(),
            FsFunctions.EMIT.name());

    private static final Set<String> OF_CACHE = Stream.of(
                    CacheFunctions.LIST_NEW,
                    CacheFunctions.LIST_ADD,
                    CacheFunctions.LIST_MOVE,
                    CacheFunctions.LIST_DEL,
                    CacheFunctions.LIST_LENGTH,
                    CacheFunctions.LIST_PAGES,
                    CacheFunctions.LIST_ITERATE,
                    CacheFunctions.LIST_SAMPLE,
                    CacheFunctions.FOLIO_GET,
                    CacheFunctions.FOLIO_LIST,
                    CacheFunctions.FOLIO_VISITS,
                    CacheFunctions.FOLIO_NOTE,
                    CacheFunctions.FOLIO_SET_NOTE,
                    CacheFunctions.PREFETCH)
            .map(FunctionContract::name)
            .collect(Collectors.toUnmodifiableSet());

    static Stream<ProgramType> ownTypes() {
        return Stream.concat(Stream.of(ProgramTypes.MEMORY), HookTypes.all().stream());
    }

    private static Set<String> missing(ProgramType type) {
        HostFunctions functions = type.functions();
        Set<String> missing = new TreeSet<>();
        for (int number : functions.numbers()) {
            String name = String.valueOf(functions.name(number));
            if (functions.byNumber(number) == null && !OF_EMBEDDER.contains(name) && !OF_CACHE.contains(name)) {
                missing.add(name);
            }
        }
        return missing;
    }

    @ParameterizedTest
    @MethodSource("ownTypes")
    void functions_ofOwnTypes_areImplemented(ProgramType type) {
        assertThat(type.functions().numbers()).hasSizeGreaterThan(30);
        assertThat(missing(type)).isEmpty();
    }

    @Test
    void functions_declaredOnly_areFound() {
        ProgramType type = ProgramTypes.MEMORY.withFunctions(
                HostFunctions.NONE.declare(FsFunctions.DATA_READ).declare(77, KernelHelpers.contract(77)));
        assertThat(missing(type)).isEqualTo(Set.of("bpf_rc_repeat"));
        assertThat(List.copyOf(OF_EMBEDDER)).hasSize(6);
    }
}
