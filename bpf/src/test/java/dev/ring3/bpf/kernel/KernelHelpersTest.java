package dev.ring3.bpf.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.FunctionContract.Effect;
import dev.ring3.bpf.type.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KernelHelpersTest {
    private static final Path UAPI = Path.of("/usr/include/linux/bpf.h");

    /** One line of the header's list: {@code FN(name)} up to Linux 6.1, {@code FN(name, number, ...)} since. */
    private static final Pattern LISTED = Pattern.compile("\\bFN\\((\\w+)(?:, (\\d+))?[,)]");

    static IntStream numbers() {
        return IntStream.rangeClosed(1, KernelHelpers.LAST);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void contract_everyNumber_isFoundByItsName(int number) {
        FunctionContract contract = KernelHelpers.contract(number);

        assertThat(KernelHelpers.number(contract.name())).hasValue(number);
    }

    @Test
    void contract_everyNumber_hasTheNameOfTheKernelsHeader() throws IOException {
        assumeTrue(Files.isReadable(UAPI), UAPI + " is not there (Debian package linux-libc-dev)");

        Map<Integer, String> listed = listed(Files.readString(UAPI));
        assertThat(listed).hasSizeGreaterThan(200);
        listed.forEach((number, name) ->
                assertThat(KernelHelpers.contract(number).name()).isEqualTo("bpf_" + name));
    }

    @Test
    void list_bothFormsOfTheHeader_areUnderstood() {
        assertThat(listed("#define M(FN)\n FN(unspec), \\\n FN(map_lookup_elem), \\\n FN(map_update_elem), \\\n"))
                .isEqualTo(Map.of(1, "map_lookup_elem", 2, "map_update_elem"));
        assertThat(listed("FN(unspec, 0, ##ctx)\nFN(map_update_elem, 2, ##ctx)\n"))
                .isEqualTo(Map.of(2, "map_update_elem"));
    }

    private static Map<Integer, String> listed(String header) {
        Map<Integer, String> names = new HashMap<>();
        int next = 0;
        Matcher matcher = LISTED.matcher(header);
        while (matcher.find()) {
            int number = matcher.group(2) == null ? next : Integer.parseInt(matcher.group(2));
            next = number + 1;
            names.put(number, matcher.group(1));
        }
        names.remove(0);
        return names;
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void contract_memoryArgument_isFollowedByItsSize(int number) {
        List<Argument.Kind> kinds = kinds(number);
        Set<Argument.Kind> memory = Set.of(Argument.Kind.MEMORY, Argument.Kind.OUTPUT, Argument.Kind.MEMORY_IN_OUT);
        Set<Argument.Kind> sizes = Set.of(Argument.Kind.SIZE, Argument.Kind.SIZE_OR_ZERO);
        for (int index = 0; index < kinds.size(); index++) {
            boolean isSize = sizes.contains(kinds.get(index));
            boolean follows = index > 0 && memory.contains(kinds.get(index - 1));
            assertThat(isSize).as("argument %d of helper %d", index + 1, number).isEqualTo(follows);
        }
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void contract_keyOrValue_hasAMapToBelongTo(int number) {
        List<Argument.Kind> kinds = kinds(number);
        FunctionContract contract = KernelHelpers.contract(number);
        Set<Argument.Kind> ofMap =
                Set.of(Argument.Kind.MAP_KEY, Argument.Kind.MAP_VALUE, Argument.Kind.MAP_VALUE_OUTPUT);
        boolean needsMap = kinds.stream().anyMatch(ofMap::contains)
                || contract.result().kind() == Result.Kind.MAP_VALUE
                || !contract.mapTypes().isEmpty();
        if (needsMap) {
            assertThat(kinds).contains(Argument.Kind.MAP);
        }
    }

    private static List<Argument.Kind> kinds(int number) {
        return KernelHelpers.contract(number).arguments().stream()
                .map(Argument::kind)
                .toList();
    }

    @Test
    void contract_ofNoHelper_isRefused() {
        assertThatThrownBy(() -> KernelHelpers.contract(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("helper 0: there are 1 to 211");
        assertThatThrownBy(() -> KernelHelpers.contract(KernelHelpers.LAST + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(KernelHelpers.number("bpf_no_such_helper")).isEmpty();
    }

    @Test
    void contractForAnyLicence_gplHelper_hasAllButTheLicence() {
        FunctionContract strict = KernelHelpers.contract(45);
        FunctionContract open = KernelHelpers.contractForAnyLicence(45);

        assertThat(strict.effects()).containsExactlyInAnyOrder(Effect.GPL_ONLY, Effect.RETURNS_AT_MOST_SIZE);
        assertThat(open.effects()).containsExactly(Effect.RETURNS_AT_MOST_SIZE);
        assertThat(open.arguments()).isEqualTo(strict.arguments());
    }

    @Test
    void contracts_thatBindResources_sayWhoGivesThemBack() {
        assertThat(numbers()
                        .filter(number ->
                                KernelHelpers.contract(number).result().acquires()))
                .containsExactly(84, 85, 99, 131);
        assertThat(numbers()
                        .filter(number -> KernelHelpers.contract(number).arguments().stream()
                                .anyMatch(Argument::releases)))
                .containsExactly(86, 132, 133);
    }

    @Test
    void contracts_thatMovePackets_areTheKernels() {
        assertThat(numbers().filter(number -> KernelHelpers.contract(number).has(Effect.MOVES_PACKET)))
                .containsExactly(
                        9, 10, 11, 13, 18, 19, 31, 38, 39, 43, 44, 50, 54, 63, 65, 73, 74, 75, 76, 90, 91, 143);
    }

    @Test
    void contracts_thatReadPackets_areTheKernels() {
        assertThat(numbers().filter(number -> KernelHelpers.contract(number).has(Effect.PACKET_MEMORY)))
                .containsExactly(1, 2, 3, 28, 84, 85, 87, 99, 100, 110, 195, 204, 205, 206, 207);
    }
}
