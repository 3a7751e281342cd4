package dev.ring3.bpf.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ring3.bpf.btf.BtfBuilder;
import dev.ring3.bpf.btf.BtfType;
import dev.ring3.bpf.btf.BtfType.Encoding;
import dev.ring3.bpf.btf.BtfType.Enumerator;
import dev.ring3.bpf.btf.BtfType.Linkage;
import dev.ring3.bpf.elf.ElfRelocation;
import dev.ring3.bpf.elf.ElfWriter;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.Register;
import dev.ring3.bpf.insn.WideSource;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Symbols that the host supplies. */
class ExternsTest extends ObjectFixture {
    private static final Insn POISON = new Insn.CallHelper(0xbad2310);

    private final BtfBuilder types = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final List<BtfType.Placed> config = new ArrayList<>();

    private int extern(String name) {
        return elf.symbol(name, ElfWriter.GLOBAL, ElfWriter.NOTYPE, 0, 0, 0);
    }

    private int weak(String name) {
        return elf.symbol(name, ElfWriter.WEAK, ElfWriter.NOTYPE, 0, 0, 0);
    }

    /** A program that calls a symbol, or loads its address. */
    private void program(Insn insn, int symbol) {
        int section = elf.code("xdp", code(insn, EXIT));
        function("main", section, 0, insn.slots() + 1);
        elf.relocation(
                section, 0, symbol, insn instanceof Insn.LoadWide ? ElfRelocation.WIDE_LOAD : ElfRelocation.CALL);
    }

    private int configVariable(String name, int typeId) {
        config.add(new BtfType.Placed(types.add(new BtfType.Variable(name, typeId, Linkage.EXTERN)), 0, 0));
        return extern(name);
    }

    private void writeConfigTypes() {
        types.add(new BtfType.DataSection(".kconfig", 0, config));
        elf.info(".BTF", types.toBytes());
    }

    @Test
    void functions_getNumbersInTheOrderOfTheirUse() {
        int section = elf.code("xdp", code(CALL, CALL, CALL, EXIT));
        function("main", section, 0, 4);
        int one = extern("one");
        int two = extern("two");
        elf.relocation(section, 0, two, ElfRelocation.CALL);
        elf.relocation(section, 8, one, ElfRelocation.CALL);
        elf.relocation(section, 16, two, ElfRelocation.CALL);

        LinkedObject object = link();

        assertThat(object.hostFunctions()).containsExactly("two", "one");
        LinkedProgram program = object.program("main").orElseThrow();
        assertCode(program, new Insn.CallHost(1), new Insn.CallHost(2), new Insn.CallHost(1), EXIT);
        assertThat(program.hostFunctions()).containsExactlyInAnyOrder(0, 1);
        assertThat(parse().externs())
                .containsExactly(
                        new ExternSymbol("one", ExternSymbol.Kind.FUNCTION, false, 0),
                        new ExternSymbol("two", ExternSymbol.Kind.FUNCTION, false, 0));
    }

    @Test
    void functionThatTheHostLacks_isRefusedByName() {
        program(CALL, extern("missing"));

        assertRefused(
                LinkOptions.none().withFunctions(Set.of("other")),
                "section xdp, insn 0: the host has no function missing");
        assertThat(link(LinkOptions.none().withFunctions(Set.of("missing"))).hostFunctions())
                .containsExactly("missing");
    }

    @Test
    void weakFunctionThatTheHostLacks_isPoisonedAndHasAddressZero() {
        int section = elf.code("xdp", code(LOAD, CALL, EXIT));
        function("main", section, 0, 4);
        int symbol = weak("maybe");
        elf.relocation(section, 0, symbol, ElfRelocation.WIDE_LOAD);
        elf.relocation(section, 16, symbol, ElfRelocation.CALL);

        LinkedProgram without = program("main");
        LinkedProgram with = link(LinkOptions.none().withFunctions(Set.of("maybe")))
                .program("main")
                .orElseThrow();

        assertCode(without, Insn.LoadWide.of(Register.R1, 0), POISON, EXIT);
        assertThat(without.poisoned()).containsOnlyKeys(2);
        assertThat(without.poisoned().get(2)).isEqualTo("the host has no function maybe");
        assertCode(with, Insn.LoadWide.of(Register.R1, 1), new Insn.CallHost(1), EXIT);
        assertThat(with.poisoned()).isEmpty();
    }

    @Test
    void variable_isItsAddress() {
        program(LOAD, extern("jiffies"));

        LinkedObject object = link(LinkOptions.none().withVariable("jiffies", 0x1234_5678_9abcL));

        assertCode(object.program("main").orElseThrow(), Insn.LoadWide.of(Register.R1, 0x1234_5678_9abcL), EXIT);
        assertLinkRefused("section xdp, insn 0: the host has no variable jiffies");
        assertThat(parse().externs())
                .containsExactly(new ExternSymbol("jiffies", ExternSymbol.Kind.VARIABLE, false, 0));
    }

    @Test
    void weakVariableThatTheHostLacks_isZero() {
        program(LOAD, weak("maybe"));

        assertCode(program("main"), Insn.LoadWide.of(Register.R1, 0), EXIT);
    }

    @Test
    void config_ofEveryType_liesInAMap() {
        int bool = types.add(new BtfType.Int("_Bool", 1, Encoding.BOOL));
        int i16 = types.add(new BtfType.Int("short", 2, Encoding.SIGNED));
        int u64 = types.add(new BtfType.Int("u64", 8, Encoding.UNSIGNED));
        int tristate = types.add(new BtfType.Enum32("libbpf_tristate", 4, false, List.of(new Enumerator("TRI_NO", 0))));
        int character = types.add(new BtfType.Int("char", 1, Encoding.SIGNED));
        int text = types.add(new BtfType.Array(character, i16, 5));
        configVariable("CONFIG_A", bool);
        int b = configVariable("CONFIG_B", i16);
        int c = configVariable("CONFIG_C", u64);
        configVariable("CONFIG_D", tristate);
        configVariable("CONFIG_E", text);
        int section = elf.code("xdp", code(LOAD, LOAD, EXIT));
        function("main", section, 0, 5);
        elf.relocation(section, 0, c, ElfRelocation.WIDE_LOAD);
        elf.relocation(section, 16, b, ElfRelocation.WIDE_LOAD);
        elf.data(".data", new byte[1]);
        writeConfigTypes();

        LinkedObject object = link(LinkOptions.none()
                .withConfig("CONFIG_A", new ConfigValue.IntegerValue(1))
                .withConfig("CONFIG_B", new ConfigValue.IntegerValue(-2))
                .withConfig("CONFIG_C", new ConfigValue.IntegerValue(-1))
                .withConfig("CONFIG_D", new ConfigValue.IntegerValue(2))
                .withConfig("CONFIG_E", new ConfigValue.TextValue("abcd")));

        assertCode(
                object.program("main").orElseThrow(),
                new Insn.LoadWide(Register.R1, WideSource.MAP_VALUE_BY_INDEX, 1, 8),
                new Insn.LoadWide(Register.R1, WideSource.MAP_VALUE_BY_INDEX, 1, 2),
                EXIT);
        MapSpec map = object.map(".kconfig").orElseThrow();
        assertThat(map.origin()).isEqualTo(MapSpec.Origin.KCONFIG);
        assertThat(map.flags()).isEqualTo(MapSpec.FLAG_READ_ONLY_FOR_PROGRAMS);
        assertThat(map.data().orElseThrow().toBytes())
                .containsExactly(
                        1, 0, -2, -1, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, 2, 0, 0, 0, 'a', 'b', 'c', 'd', 0);
    }

    @Test
    void configThatTheHostLacks_isRefusedByName() {
        configVariable("CONFIG_A", types.add(new BtfType.Int("int", 4, Encoding.SIGNED)));
        writeConfigTypes();

        assertLinkRefused("extern CONFIG_A in .kconfig: the host supplies no value");
    }

    @Test
    void weakConfigThatTheHostLacks_isZero() {
        int variable = types.add(new BtfType.Variable(
                "CONFIG_A", types.add(new BtfType.Int("int", 4, Encoding.SIGNED)), Linkage.EXTERN));
        config.add(new BtfType.Placed(variable, 0, 0));
        weak("CONFIG_A");
        writeConfigTypes();

        assertThat(link().map(".kconfig").flatMap(MapSpec::data).orElseThrow().toBytes())
                .containsExactly(0, 0, 0, 0);
    }

    @Test
    void configThatDoesNotFit_isRefused() {
        int i8 = types.add(new BtfType.Int("char", 1, Encoding.SIGNED));
        configVariable("CONFIG_A", i8);
        configVariable("CONFIG_B", types.add(new BtfType.Array(i8, i8, 3)));
        writeConfigTypes();
        LinkOptions text = LinkOptions.none().withConfig("CONFIG_B", new ConfigValue.TextValue("ab"));
        LinkOptions number = LinkOptions.none().withConfig("CONFIG_A", new ConfigValue.IntegerValue(-128));

        assertThat(link(text.withConfig("CONFIG_A", new ConfigValue.IntegerValue(127)))
                        .maps())
                .hasSize(1);
        assertRefused(
                text.withConfig("CONFIG_A", new ConfigValue.IntegerValue(128)), "the number 128 does not fit 1 bytes");
        assertRefused(text.withConfig("CONFIG_A", new ConfigValue.TextValue("x")), "a text for a variable of kind INT");
        assertRefused(
                number.withConfig("CONFIG_B", new ConfigValue.TextValue("abc")), "a text of 3 bytes and a zero byte");
        assertRefused(
                number.withConfig("CONFIG_B", new ConfigValue.IntegerValue(0)),
                "a number for a variable of kind ARRAY");
    }

    @Test
    void configOfNoBytes_orTooMany_isRefused() {
        int i8 = types.add(new BtfType.Int("char", 1, Encoding.SIGNED));
        configVariable("CONFIG_A", types.add(new BtfType.Array(i8, i8, 0)));
        writeConfigTypes();
        assertLinkRefused("extern CONFIG_A in .kconfig: it has 0 bytes");

        ElfWriter large = new ElfWriter(ByteOrder.LITTLE_ENDIAN);
        large.symbol("CONFIG_B", ElfWriter.GLOBAL, ElfWriter.NOTYPE, 0, 0, 0);
        BtfBuilder other = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int character = other.add(new BtfType.Int("char", 1, Encoding.SIGNED));
        int array = other.add(new BtfType.Array(character, character, 65_537));
        int variable = other.add(new BtfType.Variable("CONFIG_B", array, Linkage.EXTERN));
        other.add(new BtfType.DataSection(".kconfig", 0, List.of(new BtfType.Placed(variable, 0, 0))));
        large.info(".BTF", other.toBytes());
        BpfObjectFile file = BpfObjectFile.parse(large.build());
        assertThatExceptionOfType(ObjectException.class)
                .isThrownBy(() -> file.link(LinkOptions.none()))
                .withMessageContaining("it has 65537 bytes, 1 to 65536");
    }

    @Test
    void configWithoutSize_orThatIsNoVariable_isRefused() {
        configVariable("CONFIG_A", 0);
        writeConfigTypes();
        assertLinkRefused("extern CONFIG_A in .kconfig: BTF offset");

        ElfWriter other = new ElfWriter(ByteOrder.LITTLE_ENDIAN);
        BtfBuilder functions = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int prototype = functions.add(new BtfType.Prototype(0, List.of()));
        int function = functions.add(new BtfType.Function("f", prototype, Linkage.EXTERN));
        functions.add(new BtfType.DataSection(".kconfig", 0, List.of(new BtfType.Placed(function, 0, 0))));
        other.symbol("f", ElfWriter.GLOBAL, ElfWriter.NOTYPE, 0, 0, 0);
        other.info(".BTF", functions.toBytes());
        BpfObjectFile file = BpfObjectFile.parse(other.build());
        assertThatExceptionOfType(ObjectException.class)
                .isThrownBy(() -> file.link(LinkOptions.none()))
                .withMessageContaining("it is a FUNC and no variable");
    }

    @Test
    void callOfAVariable_isRefused() {
        int variable = types.add(new BtfType.Variable(
                "CONFIG_A", types.add(new BtfType.Int("int", 4, Encoding.SIGNED)), Linkage.EXTERN));
        config.add(new BtfType.Placed(variable, 0, 0));
        program(CALL, extern("CONFIG_A"));
        writeConfigTypes();

        assertRefused(
                LinkOptions.none().withConfig("CONFIG_A", new ConfigValue.IntegerValue(1)),
                "call of CONFIG_A, which is no function");
    }
}
