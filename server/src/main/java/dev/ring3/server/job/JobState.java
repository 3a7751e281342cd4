package dev.ring3.server.job;

/** How far a job is. */
public enum JobState {
    RUNNING,
    DONE,
    FAILED,
    CANCELLED
}
