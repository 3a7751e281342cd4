package dev.ring3.mm;

/** Somebody who holds frames and says how many, for reports. */
public interface FrameUser {
    /** What reports call it. */
    String name();

    /** What it holds now. Called while memory is short: takes no lock that can wait and allocates no frames. */
    FrameUsage usage();
}
