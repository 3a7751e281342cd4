package dev.ring3.it.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Holds the arrows between the modules, after it has seen each rule find a seeded fault. */
class ArchitectureTest {
    /**
     * @param fault modules that break the rule once
     * @param finding what the rule then says
     */
    record Rule(Function<List<HouseModule>, List<String>> check, List<HouseModule> fault, String finding) {
        @Override
        public String toString() {
            return finding;
        }
    }

    static final List<Rule> RULES = List.of(
            new Rule(
                    ModuleRules::arrows,
                    List.of(requiring("bpf", "linux")),
                    "dev.ring3.bpf (floor 1) requires dev.ring3.linux (floor 1)"),
            new Rule(
                    ModuleRules::arrows,
                    List.of(requiring("mm", "fs")),
                    "dev.ring3.mm (floor 2) requires dev.ring3.fs (floor 3)"),
            new Rule(
                    ModuleRules::arrows,
                    List.of(requiring("nfs", "fuse")),
                    "dev.ring3.nfs (floor 4) requires dev.ring3.fuse (floor 4)"),
            new Rule(
                    ModuleRules::arrows,
                    List.of(requiring("store.rocksdb", "server")),
                    "dev.ring3.store.rocksdb (floor 4) requires dev.ring3.server (floor 5)"),
            new Rule(ModuleRules::arrows, List.of(requiring("util")), "dev.ring3.util has no floor in the house"),
            new Rule(ModuleRules::sightOfBpf, List.of(requiring("nio", "fs", "bpf")), "dev.ring3.nio sees bpf"),
            new Rule(
                    ModuleRules::sightOfBpf,
                    List.of(requiring("pidfs", "fs", "bpf")),
                    "dev.ring3.pidfs sees fs and bpf, which only hooks may"),
            new Rule(
                    ModuleRules::sightOfBpf,
                    List.of(
                            requiring("nfs", "hooks"),
                            module(
                                    "hooks",
                                    builder -> builder.requires(Set.of(Modifier.TRANSITIVE), "dev.ring3.bpf"),
                                    true)),
                    "dev.ring3.nfs sees bpf"),
            new Rule(
                    ModuleRules::notAlone,
                    List.of(module("bpf", builder -> builder.requires("java.logging"), true)),
                    "dev.ring3.bpf requires java.logging; at run time it has java.base alone"),
            new Rule(
                    ModuleRules::notAlone,
                    List.of(module("linux", builder -> builder.requires("org.jspecify"), true)),
                    "dev.ring3.linux requires org.jspecify; at run time it has java.base alone"),
            new Rule(
                    ModuleRules::notNullMarked,
                    List.of(module("fs", builder -> {}, false)),
                    "dev.ring3.fs is not @NullMarked"),
            new Rule(
                    ModuleRules::exportedInternals,
                    List.of(module("fs", builder -> builder.exports("dev.ring3.fs.internal.tree"), true)),
                    "dev.ring3.fs exports dev.ring3.fs.internal.tree"));

    @ParameterizedTest
    @FieldSource("RULES")
    void rule_seededFault_isFound(Rule rule) {
        assertThat(rule.check().apply(rule.fault())).containsExactly(rule.finding());
    }

    @ParameterizedTest
    @FieldSource("RULES")
    void rule_project_holds(Rule rule) {
        List<HouseModule> modules = Repository.mainModules().stream()
                .map(module -> HouseModule.read(module.resolve("target/classes")))
                .toList();
        assertThat(modules)
                .extracting(HouseModule::name)
                .contains("dev.ring3.bpf", "dev.ring3.linux", "dev.ring3.mm", "dev.ring3.cli");
        assertThat(rule.check().apply(modules)).isEmpty();
    }

    @Test
    void rules_theHouseAsDesigned_findNothing() {
        List<HouseModule> designed = List.of(
                module(
                        "bpf",
                        builder -> builder.requires(Set.of(Modifier.STATIC), "org.jspecify")
                                .requires(Set.of(Modifier.STATIC), "jdk.jfr"),
                        true),
                requiring("linux"),
                requiring("mm", "linux"),
                requiring("fs", "mm"),
                requiring("nfs", "fs"),
                requiring("fuse", "fs", "linux"),
                requiring("nio", "fs"),
                requiring("hooks", "fs", "bpf"),
                requiring("pidfs", "fs", "linux"),
                requiring("store.rocksdb", "fs"),
                requiring("litmus", "bpf"),
                requiring("server", "nfs", "fuse", "hooks", "pidfs", "fs", "bpf"),
                requiring("bench", "bpf", "linux", "litmus"),
                requiring("cli", "server", "bench", "bpf", "linux"));
        assertThat(RULES)
                .allSatisfy(rule -> assertThat(rule.check().apply(designed)).isEmpty());
    }

    @Test
    void everyModuleWithCode_hasADescriptor() {
        assertThat(Repository.mainModules())
                .allSatisfy(module -> assertThat(module.resolve("src/main/java/module-info.java"))
                        .isRegularFile());
    }

    private static HouseModule requiring(String name, String... others) {
        return module(
                name, builder -> Arrays.stream(others).forEach(other -> builder.requires("dev.ring3." + other)), true);
    }

    private static HouseModule module(String name, Consumer<ModuleDescriptor.Builder> content, boolean nullMarked) {
        ModuleDescriptor.Builder builder = ModuleDescriptor.newModule("dev.ring3." + name);
        content.accept(builder);
        return new HouseModule(builder.build(), nullMarked);
    }
}
