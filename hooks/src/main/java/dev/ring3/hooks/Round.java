package dev.ring3.hooks;

import dev.ring3.fs.FsException;
import dev.ring3.fs.vfs.Operation;
import dev.ring3.linux.Errno;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One operation on its way along a chain. By one thread. */
final class Round {
    /** How often a chain can change while one operation goes along it, before something is wrong. */
    private static final int CHAINS_MAX = 1_000;

    private final Asking asking;
    private final BiConsumer<AttachedObject, String> whenFailed;

    private int verdict; // the errno of the first refusal, 0 while there is none
    private @Nullable ChainLink refusing;
    private ChainLink[] chain = {};
    private int place; // in the chain, of who is asked next

    // Only where the chain changed on the way: who has answered, by object and program.
    private @Nullable Set<String> answered;

    Round(Asking asking, BiConsumer<AttachedObject, String> whenFailed) {
        this.asking = asking;
        this.whenFailed = whenFailed;
    }

    /** Asks all of a chain; false if one was closed before it could answer, so that the chain is an old one. */
    boolean ask(ChainLink[] links) {
        chain = links;
        for (place = 0; place < links.length; place++) {
            ChainLink link = links[place];
            if ((verdict != 0 && !link.observes()) || hasAnswered(link)) {
                continue;
            }
            if (!ask(link)) {
                return false;
            }
        }
        return true;
    }

    /** Goes on with the chain that is there now, without those who have answered. */
    void askOthers(Supplier<ChainLink[]> present) {
        for (int i = 0; i < CHAINS_MAX; i++) {
            noteAnswered();
            if (ask(present.get())) {
                return;
            }
        }
        throw new IllegalStateException("a chain with a closed program in it");
    }

    private void noteAnswered() {
        Set<String> known = answered == null ? new HashSet<>() : answered;
        Arrays.stream(chain).limit(place).map(Round::name).forEach(known::add);
        answered = known;
    }

    private boolean hasAnswered(ChainLink link) {
        return answered != null && answered.contains(name(link));
    }

    /** One object replaces another under its name, program by program. */
    private static String name(ChainLink link) {
        HookProgram program = link.program();
        return program == null ? link.object().name() : program.toString();
    }

    private boolean ask(ChainLink link) {
        HookProgram program = link.program();
        if (program == null) {
            refuse(link, Errno.EPERM.number());
            return true;
        }
        switch (program.ask(asking, verdict)) {
            case Answer.Allowed _ -> {}
            case Answer.Refused(int errno) -> refuse(link, errno);
            case Answer.Failed(String reason) -> {
                whenFailed.accept(link.object(), "program %s: %s".formatted(program.name(), reason));
                if (link.object().stored().failMode() == FailMode.CLOSED && !link.observes()) {
                    refuse(link, Errno.EPERM.number());
                }
            }
            case Answer.Closed _ -> {
                return false;
            }
        }
        return true;
    }

    private void refuse(ChainLink link, int errno) {
        if (verdict == 0) {
            verdict = errno;
            refusing = link;
        }
    }

    void requireAllowed(Operation operation) {
        if (verdict != 0) {
            ChainLink by = refusing;
            throw new FsException(
                    Errno.of(verdict),
                    operation.name().toLowerCase(Locale.ROOT),
                    by == null ? "refused" : "refused by " + name(by));
        }
    }
}
