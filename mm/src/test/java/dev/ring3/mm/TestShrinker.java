package dev.ring3.mm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** A cache of clean single frames, which gives them back when asked, and remembers how it was asked. Thread-safe. */
final class TestShrinker implements Shrinker, FrameUser {
    final List<ShrinkControl> scans = Collections.synchronizedList(new ArrayList<>());
    final List<HeldScope> scopesDuringScans = Collections.synchronizedList(new ArrayList<>());

    volatile boolean needsFilesystem;
    volatile boolean doesIo;

    /** What it says it could free beyond what it holds. */
    volatile long countClaimed;

    private final FrameAllocator frames;
    private final Deque<Long> held = new ArrayDeque<>(); // this

    TestShrinker(FrameAllocator frames) {
        this.frames = frames;
    }

    synchronized void hold(long frame) {
        held.add(frame);
    }

    /** Takes frames until {@code left} are free. */
    void fillUpTo(long left) {
        while (frames.freeFrames() > left) {
            hold(ReclaimScope.memAlloc("fill").call(() -> frames.allocate(FolioOrder.PAGE)));
        }
    }

    /** Takes a frame out without freeing it. */
    synchronized long release() {
        return held.remove();
    }

    synchronized long heldCount() {
        return held.size();
    }

    @Override
    public String name() {
        return "test cache";
    }

    @Override
    public boolean needsFilesystem() {
        return needsFilesystem;
    }

    @Override
    public boolean doesIo() {
        return doesIo;
    }

    @Override
    public long countFrames(ShrinkControl control) {
        return heldCount() + countClaimed;
    }

    @Override
    public long scan(ShrinkControl control) {
        scans.add(control);
        scopesDuringScans.add(ReclaimScope.current());
        long freed = 0;
        while (freed < control.framesWanted()) {
            Long frame;
            synchronized (this) {
                frame = held.poll();
            }
            if (frame == null) {
                break;
            }
            frames.free(frame, FolioOrder.PAGE);
            freed++;
        }
        return freed;
    }

    @Override
    public FrameUsage usage() {
        return FrameUsage.clean(heldCount());
    }
}
