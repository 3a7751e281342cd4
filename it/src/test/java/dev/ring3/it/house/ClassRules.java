package dev.ring3.it.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What main classes may touch, read from their bytecode. */
final class ClassRules {
    private static final String BPF = "dev.ring3.bpf";

    private static final Set<Class<?>> NATIVE_ACCESS = Set.of(Linker.class, SymbolLookup.class);

    private static final Set<String> REFLECTIVE_METHODS = Set.of(
            "forName",
            "getDeclaredConstructor",
            "getDeclaredField",
            "getDeclaredMethod",
            "getDeclaredMethods",
            "getField",
            "getMethod",
            "getMethods");

    static final ArchRule ONLY_COMMANDS_PRINT = noClasses()
            .that()
            .resideOutsideOfPackages("dev.ring3.cli..", "dev.ring3.bench..")
            .should(ACCESS_STANDARD_STREAMS);

    static final ArchRule NO_UNSAFE = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("sun.misc.Unsafe")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("jdk.internal..");

    static final ArchRule NO_REFLECTION = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.lang.reflect..")
            .orShould()
            .callMethodWhere(describe(
                    "a method of Class that looks up by name",
                    call -> call.getTargetOwner().isEquivalentTo(Class.class)
                            && REFLECTIVE_METHODS.contains(call.getName())));

    private ClassRules() {}

    /**
     * Classes that reach native code or memory by address, and must not: {@code linux} and {@code bench} may, and of
     * {@code bpf} one class.
     */
    static List<String> nativeAccess(JavaClasses classes) {
        Set<String> ofBpf = new TreeSet<>();
        Set<String> ofOthers = new TreeSet<>();
        for (JavaClass candidate : classes) {
            if (!reachesNative(candidate)) {
                continue;
            }
            String topLevel = candidate.getName().replaceFirst("\\$.*", "");
            if (isIn(candidate, BPF)) {
                ofBpf.add(topLevel);
            } else if (!isIn(candidate, "dev.ring3.linux") && !isIn(candidate, "dev.ring3.bench")) {
                ofOthers.add(topLevel);
            }
        }
        if (ofBpf.size() > 1) {
            ofOthers.addAll(ofBpf);
        }
        return ofOthers.stream()
                .map(name -> name + " uses Linker, SymbolLookup or reinterpret")
                .toList();
    }

    private static boolean reachesNative(JavaClass candidate) {
        boolean named = candidate.getDirectDependenciesFromSelf().stream()
                .anyMatch(dependency -> NATIVE_ACCESS.stream()
                        .anyMatch(type -> dependency.getTargetClass().isEquivalentTo(type)));
        return named || candidate.getMethodCallsFromSelf().stream().anyMatch(ClassRules::isReinterpret);
    }

    private static boolean isReinterpret(JavaMethodCall call) {
        return call.getName().equals("reinterpret") && call.getTargetOwner().isEquivalentTo(MemorySegment.class);
    }

    private static boolean isIn(JavaClass candidate, String packageName) {
        String name = candidate.getPackageName();
        return name.equals(packageName) || name.startsWith(packageName + ".");
    }
}
