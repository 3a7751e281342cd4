package dev.ring3.it.house;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What keeps reclaim scopes whole: they follow the code that runs inside, hence asynchronous work goes through {@code
 * WorkQueue}, which carries them, and no allocation is told apart by a flag.
 */
final class AsyncRules {
    /** Where scopes have to hold. */
    private static final List<String> SCOPED = List.of("dev.ring3.mm", "dev.ring3.fs");

    /** Who starts the threads that all others share. */
    private static final Set<String> STARTERS = Set.of("dev.ring3.mm.WorkQueue", "dev.ring3.mm.BackgroundReclaimer");

    /** Types that run code elsewhere; of those below only some methods do. */
    private static final Set<String> EXECUTORS = Set.of(
            "java.util.concurrent.Executors",
            "java.util.concurrent.ForkJoinPool",
            "java.util.concurrent.ThreadPoolExecutor",
            "java.util.concurrent.ScheduledThreadPoolExecutor",
            "java.util.concurrent.StructuredTaskScope",
            "java.util.Timer");

    private static final Set<String> THREAD_STARTS =
            Set.of("<init>", "start", "ofPlatform", "ofVirtual", "startVirtualThread");

    private static final Set<String> PARALLEL = Set.of("parallelStream", "parallel");

    /** What an allocation may be told: how much, not how. */
    private static final Set<String> ALLOCATION_PARAMETERS = Set.of("dev.ring3.mm.FolioOrder");

    private AsyncRules() {}

    /** Classes under scopes that run code on threads which do not carry them. */
    static List<String> plainAsync(JavaClasses classes) {
        List<String> findings = new ArrayList<>();
        for (JavaClass candidate : classes) {
            String topLevel = candidate.getName().replaceFirst("\\$.*", "");
            if (SCOPED.stream().noneMatch(scoped -> isIn(candidate, scoped)) || STARTERS.contains(topLevel)) {
                continue;
            }
            for (JavaAccess<?> access : candidate.getAccessesFromSelf()) {
                String owner = access.getTargetOwner().getName();
                if (runsElsewhere(owner, access.getName())) {
                    findings.add("%s uses %s.%s, which carries no scope: use a WorkQueue"
                            .formatted(candidate.getName(), owner, access.getName()));
                }
            }
        }
        return findings.stream().distinct().toList();
    }

    /** Public allocation methods that take more than a size. */
    static List<String> allocationFlags(JavaClasses classes) {
        return allocationMethods(classes).stream()
                .flatMap(method -> method.getRawParameterTypes().stream()
                        .filter(type -> !ALLOCATION_PARAMETERS.contains(type.getName()))
                        .map(type -> "%s.%s takes a %s: what reclaim may do is said by a ReclaimScope"
                                .formatted(method.getOwner().getName(), method.getName(), type.getName())))
                .toList();
    }

    static List<JavaMethod> allocationMethods(JavaClasses classes) {
        return classes.stream()
                .filter(candidate -> isIn(candidate, "dev.ring3.mm"))
                .flatMap(candidate -> candidate.getMethods().stream())
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(method -> method.getName().matches("(allocate|tryAllocate).*"))
                .toList();
    }

    private static boolean runsElsewhere(String owner, String method) {
        return EXECUTORS.contains(owner)
                || (owner.equals("java.lang.Thread") && THREAD_STARTS.contains(method))
                || (owner.equals("java.util.concurrent.CompletableFuture") && method.endsWith("Async"))
                || PARALLEL.contains(method);
    }

    private static boolean isIn(JavaClass candidate, String packageName) {
        String name = candidate.getPackageName();
        return name.equals(packageName) || name.startsWith(packageName + ".");
    }
}
