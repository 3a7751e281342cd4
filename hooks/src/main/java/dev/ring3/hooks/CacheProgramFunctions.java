package dev.ring3.hooks;

import dev.ring3.bpf.HostCall;
import dev.ring3.bpf.HostFunction;
import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.hook.CacheContext;
import dev.ring3.bpf.hook.CacheFunctions;
import dev.ring3.bpf.hook.FolioFacts;
import dev.ring3.bpf.hook.FsFunctions;
import dev.ring3.bpf.hook.HookTypes;
import dev.ring3.bpf.hook.IterateOptions;
import dev.ring3.linux.Errno;
import dev.ring3.mm.FrameAllocator;
import dev.ring3.mm.cache.CachePolicy.Visits;
import dev.ring3.mm.cache.FolioContext;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The functions of {@link CacheFunctions}, on what the call that runs is about. */
final class CacheProgramFunctions {
    private static final int SAMPLE_MAX = 64;
    private static final long OK = 0;
    private static final long EPERM = -Errno.EPERM.number();
    private static final long ENOENT = -Errno.ENOENT.number();
    private static final long EEXIST = -Errno.EEXIST.number();
    private static final long EINVAL = -Errno.EINVAL.number();
    private static final long ENOSPC = -Errno.ENOSPC.number();

    private final ThreadLocal<Asking> asking;

    CacheProgramFunctions(ThreadLocal<Asking> asking) {
        this.asking = asking;
    }

    /** The type of policies, with these functions and that which writes to the audit log. */
    ProgramType type(HostFunction emit) {
        return HookTypes.CACHE
                .with(FsFunctions.EMIT, emit)
                .with(CacheFunctions.LIST_NEW, this::listNew)
                .with(CacheFunctions.LIST_ADD, this::listAdd)
                .with(CacheFunctions.LIST_MOVE, this::listMove)
                .with(CacheFunctions.LIST_DEL, this::listDel)
                .with(CacheFunctions.LIST_LENGTH, (_, list, _, _, _, _) -> ofList(list, false))
                .with(CacheFunctions.LIST_PAGES, (_, list, _, _, _, _) -> ofList(list, true))
                .with(CacheFunctions.LIST_ITERATE, this::iterate)
                .with(CacheFunctions.LIST_SAMPLE, this::sample)
                .with(CacheFunctions.FOLIO_GET, this::folioGet)
                .with(CacheFunctions.FOLIO_LIST, this::folioList)
                .with(CacheFunctions.FOLIO_VISITS, this::folioVisits)
                .with(CacheFunctions.FOLIO_NOTE, this::folioNote)
                .with(CacheFunctions.FOLIO_SET_NOTE, this::folioSetNote)
                .with(CacheFunctions.PREFETCH, this::prefetch);
    }

    private @Nullable FolioTable folios() {
        CacheCall call = asking.get().cacheCall();
        return call == null ? null : call.folios();
    }

    /** A number of 32 bits without a sign, as programs pass one. */
    private static long unsigned(long number) {
        return Integer.toUnsignedLong((int) number);
    }

    private static boolean isEnd(long where) {
        return where == IterateOptions.HEAD || where == IterateOptions.TAIL;
    }

    private long listNew(HostCall call, long unused1, long unused2, long unused3, long unused4, long unused5) {
        FolioTable folios = folios();
        return folios == null ? 0 : folios.newList();
    }

    private long listAdd(HostCall call, long list, long folio, long where, long unused4, long unused5) {
        FolioTable folios = folios();
        if (folios == null) {
            return EPERM;
        }
        if (!folios.isList(list) || !isEnd(unsigned(where))) {
            return EINVAL;
        }
        FolioContext known = folios.folio(unsigned(folio));
        if (known == null) {
            return ENOENT;
        }
        if (folios.listOf(known.frame()) != 0) {
            return EEXIST;
        }
        folios.putOn((int) list, known.frame(), (int) where);
        return OK;
    }

    private long listMove(HostCall call, long list, long folio, long where, long unused4, long unused5) {
        FolioTable folios = folios();
        if (folios == null) {
            return EPERM;
        }
        if (!folios.isList(list) || !isEnd(unsigned(where))) {
            return EINVAL;
        }
        FolioContext known = folios.folio(unsigned(folio));
        if (known == null || folios.listOf(known.frame()) == 0) {
            return ENOENT;
        }
        folios.move((int) list, known.frame(), (int) where);
        return OK;
    }

    private long listDel(HostCall call, long folio, long unused2, long unused3, long unused4, long unused5) {
        FolioTable folios = folios();
        if (folios == null) {
            return EPERM;
        }
        FolioContext known = folios.folio(unsigned(folio));
        if (known == null || folios.listOf(known.frame()) == 0) {
            return ENOENT;
        }
        folios.takeOff(known.frame());
        return OK;
    }

    private long ofList(long list, boolean inPages) {
        FolioTable folios = folios();
        if (folios == null) {
            return EPERM;
        }
        if (!folios.isList(list)) {
            return EINVAL;
        }
        return inPages ? folios.pages((int) list) : folios.length((int) list);
    }

    private long iterate(HostCall call, long context, long list, long callback, long callbackContext, long how) {
        CacheCall now = asking.get().cacheCall();
        FolioTable folios = folios();
        if (now == null || now.eviction() == null || folios == null || !folios.isList(list)) {
            return EINVAL;
        }
        MemorySegment options = call.readable(how, IterateOptions.BYTES);
        Place continued = Place.of(options, IterateOptions.CONTINUE_LIST, IterateOptions.CONTINUE_TO, list);
        Place evicted = Place.of(options, IterateOptions.EVICT_LIST, IterateOptions.EVICT_TO, list);
        if (!continued.isIn(folios) || !evicted.isIn(folios)) {
            return EINVAL;
        }
        long max = unsigned(options.get(ValueLayout.JAVA_INT_UNALIGNED, IterateOptions.FOLIOS_MAX));
        FolioWalk walk = new FolioWalk(folios, (int) list, max == 0 ? Long.MAX_VALUE : max);
        long kept = 0;
        while (now.eviction().wantsMore() && walk.hasNext()) {
            int folio = walk.next();
            long result = call.callFunction(callback, folio, callbackContext, 0, 0, 0);
            if (result == IterateOptions.CONTINUE) {
                kept++;
                continued.put(folios, folio, (int) list);
            } else if (result == IterateOptions.EVICT) {
                now.eviction().propose(folio);
                evicted.put(folios, folio, (int) list);
            } else if (result != IterateOptions.SKIP) {
                break;
            }
        }
        return kept;
    }

    /** Where a folio goes that was looked at. */
    private record Place(long list, long end) {
        static Place of(MemorySegment options, long listAt, long endAt, long same) {
            long list = options.get(ValueLayout.JAVA_LONG_UNALIGNED, listAt);
            return new Place(list == 0 ? same : list, unsigned(options.get(ValueLayout.JAVA_INT_UNALIGNED, endAt)));
        }

        boolean isIn(FolioTable folios) {
            return folios.isList(list) && (isEnd(end) || end == IterateOptions.STAY);
        }

        /** Moves it, unless the callback has taken it elsewhere. */
        void put(FolioTable folios, int folio, int from) {
            if (end != IterateOptions.STAY && folios.listOf(folio) == from) {
                folios.move((int) list, folio, (int) end);
            }
        }
    }

    private long sample(HostCall call, long context, long list, long score, long callbackContext, long sampleSize) {
        CacheCall now = asking.get().cacheCall();
        FolioTable folios = folios();
        long size = unsigned(sampleSize);
        if (now == null || now.eviction() == null || folios == null || !folios.isList(list)) {
            return EINVAL;
        }
        if (size == 0 || size > SAMPLE_MAX) {
            return EINVAL;
        }
        FolioWalk walk = new FolioWalk(folios, (int) list, Long.MAX_VALUE);
        int before = now.eviction().proposed();
        while (now.eviction().wantsMore() && walk.hasNext()) {
            int best = FolioTable.NONE;
            long lowest = Long.MAX_VALUE;
            for (int i = 0; i < size && walk.hasNext(); i++) {
                int folio = walk.next();
                long scored = call.callFunction(score, folio, callbackContext, 0, 0, 0);
                if (best == FolioTable.NONE || scored < lowest) {
                    best = folio;
                    lowest = scored;
                }
                if (folios.listOf(folio) == (int) list) {
                    folios.move((int) list, folio, IterateOptions.TAIL);
                }
            }
            now.eviction().propose(best);
        }
        return (long) now.eviction().proposed() - before;
    }

    private long folioGet(HostCall call, long folio, long into, long size, long unused4, long unused5) {
        MemorySegment to = call.writable(into, unsigned(size)).fill((byte) 0);
        CacheCall now = asking.get().cacheCall();
        FolioTable folios = folios();
        if (now == null || folios == null) {
            return EPERM;
        }
        FolioContext known = folios.folio(unsigned(folio));
        if (known == null) {
            return ENOENT;
        }
        MemorySegment facts = MemorySegment.ofArray(new long[FolioFacts.BYTES / Long.BYTES]);
        facts.set(ValueLayout.JAVA_LONG, FolioFacts.SUBVOLUME, known.tag().space());
        facts.set(ValueLayout.JAVA_LONG, FolioFacts.INO, known.tag().number());
        facts.set(ValueLayout.JAVA_LONG, FolioFacts.OFFSET, known.page() * FrameAllocator.FRAME_BYTES);
        facts.set(ValueLayout.JAVA_LONG, FolioFacts.LENGTH, known.order().bytes());
        facts.set(ValueLayout.JAVA_INT, FolioFacts.FLAGS, flags(known, now.visits()));
        facts.set(ValueLayout.JAVA_INT, FolioFacts.FOLIO, known.frame());
        facts.set(ValueLayout.JAVA_LONG, FolioFacts.LIST, folios.listOf(known.frame()));
        long bytes = Math.min(FolioFacts.BYTES, to.byteSize());
        MemorySegment.copy(facts, 0, to, 0, bytes);
        return bytes;
    }

    private static int flags(FolioContext folio, Visits visits) {
        return flags(folio)
                | (visits.isDirty(folio.frame()) ? CacheContext.FLAG_DIRTY : 0)
                | (visits.isUnderWriteback(folio.frame()) ? CacheContext.FLAG_WRITEBACK : 0);
    }

    /** What is known of a folio as it came. */
    static int flags(FolioContext folio) {
        return (folio.readahead() ? CacheContext.FLAG_READAHEAD : 0)
                | (folio.uncached() ? CacheContext.FLAG_UNCACHED : 0);
    }

    private long folioList(HostCall call, long folio, long unused2, long unused3, long unused4, long unused5) {
        FolioTable folios = folios();
        if (folios == null) {
            return EPERM;
        }
        FolioContext known = folios.folio(unsigned(folio));
        return known == null ? ENOENT : folios.listOf(known.frame());
    }

    private long folioVisits(HostCall call, long folio, long unused2, long unused3, long unused4, long unused5) {
        CacheCall now = asking.get().cacheCall();
        FolioTable folios = folios();
        if (now == null || folios == null) {
            return EPERM;
        }
        FolioContext known = folios.folio(unsigned(folio));
        return known == null ? ENOENT : now.visits().take(known.frame());
    }

    private long folioNote(HostCall call, long folio, long unused2, long unused3, long unused4, long unused5) {
        FolioTable folios = folios();
        FolioContext known = folios == null ? null : folios.folio(unsigned(folio));
        return folios == null || known == null ? 0 : folios.note(known.frame());
    }

    private long folioSetNote(HostCall call, long folio, long note, long unused3, long unused4, long unused5) {
        FolioTable folios = folios();
        if (folios == null) {
            return EPERM;
        }
        FolioContext known = folios.folio(unsigned(folio));
        if (known == null) {
            return ENOENT;
        }
        folios.setNote(known.frame(), note);
        return OK;
    }

    private long prefetch(HostCall call, long offset, long length, long unused3, long unused4, long unused5) {
        CacheCall now = asking.get().cacheCall();
        if (now == null || now.prefetch() == null) {
            return EPERM;
        }
        return now.prefetch().add(offset, length) ? OK : ENOSPC;
    }
}
