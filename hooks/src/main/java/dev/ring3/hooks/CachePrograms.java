package dev.ring3.hooks;

import dev.ring3.bpf.BpfFault;
import dev.ring3.bpf.BpfMemoryException;
import dev.ring3.bpf.hook.CacheContext;
import dev.ring3.bpf.hook.CacheOperation;
import dev.ring3.linux.Errno;
import dev.ring3.mm.FrameAllocator;
import dev.ring3.mm.cache.CachePolicy;
import dev.ring3.mm.cache.EvictionRequest;
import dev.ring3.mm.cache.FolioContext;
import dev.ring3.mm.cache.Prefetch;
import dev.ring3.mm.cache.ReadaheadRequest;
import dev.ring3.mm.cache.RemovalReason;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The programs of one object as the policy of a page cache. A program that fails is the end of the policy: it throws, for
 * which the cache goes back to its own, and tells whoever attached it from another thread, since the cache's locks are
 * held here.
 */
final class CachePrograms implements CachePolicy {
    /** There is one pool, that of the volume. */
    private static final int POOL = 1;

    private static final int NO_FOLIO = -1;

    private final AttachedObject object;
    private final ThreadLocal<Asking> asking;
    private final Consumer<String> whenFailed;
    private final Map<CacheOperation, HookProgram> programs = new EnumMap<>(CacheOperation.class); // fixed when made

    // Under the cache's lock for its policy.
    private FolioTable folios = new FolioTable(0);
    private Visits visits = _ -> 0;
    private CacheCall usual = new CacheCall(folios, visits, null, null);

    private volatile boolean beginning = true; // cleared once, when it is in charge
    private volatile long residentBytes; // written under that lock
    private volatile long budgetBytes; // written once
    private volatile boolean failed; // set once

    /** @param whenFailed is told of the first failure, without any lock */
    CachePrograms(AttachedObject object, ThreadLocal<Asking> asking, Consumer<String> whenFailed) {
        this.object = object;
        this.asking = asking;
        this.whenFailed = whenFailed;
        object.programs()
                .forEach(program -> program.point().ofCache().ifPresent(operation -> programs.put(operation, program)));
    }

    @Override
    public void init(int frameCount, Visits look) {
        folios = new FolioTable(frameCount);
        visits = look;
        usual = new CacheCall(folios, visits, null, null);
        budgetBytes = (long) frameCount * FrameAllocator.FRAME_BYTES;
        int result = run(CacheOperation.INIT, usual, _ -> {}, 0);
        if (result != 0) {
            Errno errno = result < 0 ? Errno.of(-result) : Errno.UNKNOWN;
            throw new PolicyRefusedException("cache/init returned %d%s"
                    .formatted(result, errno == Errno.UNKNOWN ? "" : " (" + errno.name() + ")"));
        }
    }

    /** Folios that come from now on are somebody's who reads or writes. */
    void hasBegun() {
        beginning = false;
    }

    @Override
    public void exit() {
        if (!failed) {
            int _ = run(CacheOperation.EXIT, usual, _ -> {}, 0);
        }
    }

    @Override
    public void added(FolioContext folio) {
        folios.add(folio);
        residentBytes = folios.residentPages() * FrameAllocator.FRAME_BYTES;
        long actor = beginning ? 0 : Thread.currentThread().threadId();
        int _ = run(CacheOperation.ADDED, usual, context -> put(context, folio, actor), 0);
    }

    @Override
    public void accessed(FolioContext folio, long thread) {
        int _ = run(CacheOperation.ACCESSED, usual, context -> put(context, folio, thread), 0);
    }

    @Override
    public void removed(FolioContext folio, RemovalReason reason) {
        try {
            int _ = run(
                    CacheOperation.REMOVED,
                    usual,
                    context -> {
                        put(context, folio, 0);
                        putInt(context, CacheContext.REMOVAL, number(reason));
                    },
                    0);
        } finally {
            folios.remove(folio);
            residentBytes = folios.residentPages() * FrameAllocator.FRAME_BYTES;
        }
    }

    private static int number(RemovalReason reason) {
        return switch (reason) {
            case RECLAIM -> CacheContext.REMOVAL_RECLAIM;
            case DROP_BEHIND -> CacheContext.REMOVAL_DROP_BEHIND;
            case TRUNCATE -> CacheContext.REMOVAL_TRUNCATE;
            case DIRECT_WRITE -> CacheContext.REMOVAL_DIRECT_WRITE;
            case INVALIDATE -> CacheContext.REMOVAL_INVALIDATE;
        };
    }

    @Override
    public boolean proposes() {
        return programs.containsKey(CacheOperation.EVICT);
    }

    @Override
    public int evict(EvictionRequest request, int[] proposals) {
        CacheCall.Eviction eviction = new CacheCall.Eviction(folios, request.framesWanted());
        int[] count = {0};
        int _ = run(
                CacheOperation.EVICT,
                new CacheCall(folios, visits, eviction, null),
                context -> {
                    putInt(context, CacheContext.REQUESTED, saturated(request.framesWanted()));
                    putInt(context, CacheContext.REASON, reason(request));
                    putInt(
                            context,
                            CacheContext.SCOPE,
                            (request.mayEnterFilesystem() ? 0 : CacheContext.SCOPE_NOFS)
                                    | (request.mayDoIo() ? 0 : CacheContext.SCOPE_NOIO));
                    eviction.runsWith(context);
                },
                0,
                () -> {
                    count[0] = Math.min(eviction.proposed(), proposals.length);
                    for (int i = 0; i < count[0]; i++) {
                        proposals[i] = eviction.proposal(i);
                    }
                });
        return count[0];
    }

    private static int reason(EvictionRequest request) {
        return switch (request.trigger()) {
            case BACKGROUND -> CacheContext.REASON_BACKGROUND;
            case DIRECT -> CacheContext.REASON_DIRECT;
            case REQUESTED -> CacheContext.REASON_SHRINK;
        };
    }

    @Override
    public boolean admit(FolioContext folio) {
        long actor = Thread.currentThread().threadId();
        return run(
                        CacheOperation.ADMIT,
                        new CacheCall(null, visits, null, null),
                        context -> put(context, folio, actor),
                        0)
                == 0;
    }

    @Override
    public long readahead(ReadaheadRequest request, Prefetch more) {
        int bytes = run(
                CacheOperation.READAHEAD,
                new CacheCall(null, visits, null, more),
                context -> putReadahead(context, request),
                NO_FOLIO);
        return bytes < 0 ? request.usualBytes() : bytes;
    }

    private static void putReadahead(MemorySegment context, ReadaheadRequest request) {
        putLong(context, CacheContext.SUBVOLUME, request.tag().space());
        putLong(context, CacheContext.INO, request.tag().number());
        putLong(context, CacheContext.OFFSET, request.offset());
        putLong(context, CacheContext.LENGTH, request.length());
        putLong(context, CacheContext.FILE_SIZE, request.fileSize());
        putLong(context, CacheContext.PREVIOUS_OFFSET, request.previousEnd());
        putInt(context, CacheContext.FOLIO, NO_FOLIO);
        putInt(context, CacheContext.ACTOR, (int) Thread.currentThread().threadId());
        putInt(context, CacheContext.WINDOW, saturated(request.previousBytes()));
        putInt(context, CacheContext.HIT, request.hit() ? 1 : 0);
        putInt(context, CacheContext.PATTERN, pattern(request.pattern()));
        putInt(context, CacheContext.USUAL_WINDOW, saturated(request.usualBytes()));
        putInt(context, CacheContext.WINDOW_MAX, saturated(request.maxBytes()));
    }

    private static int pattern(ReadaheadRequest.Pattern pattern) {
        return switch (pattern) {
            case RANDOM -> CacheContext.PATTERN_RANDOM;
            case FORWARD -> CacheContext.PATTERN_FORWARD;
            case BACKWARD -> CacheContext.PATTERN_BACKWARD;
            case STRIDED -> CacheContext.PATTERN_STRIDED;
        };
    }

    private static void put(MemorySegment context, FolioContext folio, long thread) {
        putLong(context, CacheContext.SUBVOLUME, folio.tag().space());
        putLong(context, CacheContext.INO, folio.tag().number());
        putLong(context, CacheContext.OFFSET, folio.page() * FrameAllocator.FRAME_BYTES);
        putLong(context, CacheContext.LENGTH, folio.order().bytes());
        putInt(context, CacheContext.FOLIO, folio.frame());
        putInt(context, CacheContext.FLAGS, CacheProgramFunctions.flags(folio));
        putInt(context, CacheContext.ACTOR, (int) thread);
    }

    private static int saturated(long number) {
        return (int) Math.min(number, Integer.MAX_VALUE);
    }

    private static void putInt(MemorySegment context, long at, int value) {
        context.set(ValueLayout.JAVA_INT, at, value);
    }

    private static void putLong(MemorySegment context, long at, long value) {
        context.set(ValueLayout.JAVA_LONG, at, value);
    }

    private int run(CacheOperation operation, CacheCall call, Consumer<MemorySegment> fill, int without) {
        return run(operation, call, fill, without, () -> {});
    }

    /**
     * Runs the program of an operation.
     *
     * @param without the result if there is none, or the object was closed
     * @param then looks at the context afterwards, before the program can run again
     */
    private int run(
            CacheOperation operation, CacheCall call, Consumer<MemorySegment> fill, int without, Runnable then) {
        HookProgram program = programs.get(operation);
        if (program == null) {
            return without;
        }
        if (failed) {
            throw new PolicyRefusedException("it has failed");
        }
        Asking now = asking.get();
        @Nullable CacheCall callBefore = now.cacheCall();
        @Nullable HookProgram programBefore = now.program();
        RunSlot slot = null;
        try {
            slot = program.takeSlot();
            MemorySegment context = slot.context();
            context.fill((byte) 0);
            putInt(context, CacheContext.OP, operation.number());
            putInt(context, CacheContext.POOL, POOL);
            putLong(context, CacheContext.RESIDENT, residentBytes);
            putLong(context, CacheContext.BUDGET, budgetBytes);
            if (program.touches("now")) {
                putLong(context, CacheContext.NOW, System.nanoTime());
            }
            fill.accept(context);
            now.runFor(call, program);
            int result = (int) slot.run();
            then.run();
            return result;
        } catch (BpfFault fault) {
            throw failure(program, HookProgram.reason(fault));
        } catch (BpfMemoryException e) {
            throw failure(program, String.valueOf(e.getMessage()));
        } catch (IllegalStateException e) {
            if (object.isClosed()) {
                return without; // another one is attached by now, or none
            }
            throw e;
        } finally {
            now.runFor(callBefore, programBefore);
            if (slot != null) {
                program.giveBack(slot);
            }
        }
    }

    private PolicyRefusedException failure(HookProgram program, String why) {
        String reason = "program %s: %s".formatted(program.name(), why);
        failed = true;
        Thread.ofPlatform().daemon().name("hook-failed").start(() -> whenFailed.accept(reason));
        return new PolicyRefusedException(reason);
    }

    @Override
    public String toString() {
        return object.name();
    }
}
