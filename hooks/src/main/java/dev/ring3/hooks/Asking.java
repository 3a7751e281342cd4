package dev.ring3.hooks;

import dev.ring3.fs.vfs.Request;
import org.jspecify.annotations.Nullable;

/**
 * What a thread is asking programs about at the moment; functions of the host find it here. One for each thread, so that no
 * field needs a lock.
 */
final class Asking {
    private @Nullable Request request;
    private @Nullable ProcessExit exit;
    private @Nullable HookProgram program;

    // A policy may be called while an operation asks programs: that needs memory, too.
    private @Nullable CacheCall cacheCall;

    // Kept over programs of one request, which may all want to know it.
    private @Nullable ProcessFacts caller;

    /** The operation; null where there is none. */
    @Nullable
    Request request() {
        return request;
    }

    /** The process that has ended, if it is about that. */
    @Nullable
    ProcessExit exit() {
        return exit;
    }

    /** The program that runs. */
    @Nullable
    HookProgram program() {
        return program;
    }

    /** What a policy is called for, if one is. */
    @Nullable
    CacheCall cacheCall() {
        return cacheCall;
    }

    void begin(Request about) {
        request = about;
    }

    void begin(ProcessExit about) {
        exit = about;
    }

    void run(HookProgram running) {
        program = running;
    }

    /** A policy's program runs; or has ended, and what was before goes on. */
    void runFor(@Nullable CacheCall call, @Nullable HookProgram running) {
        cacheCall = call;
        program = running;
    }

    /** Who asks for the operation, as far as can be found out. */
    ProcessFacts caller() {
        ProcessFacts known = caller;
        if (known == null) {
            known = request == null ? ProcessFacts.UNKNOWN : ProcessFacts.of(request.caller());
            caller = known;
        }
        return known;
    }

    void end() {
        request = null;
        exit = null;
        program = null;
        caller = null;
    }
}
