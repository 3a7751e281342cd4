package dev.ring3.linux;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a process was when it was looked at. Text that is no UTF-8 has lost bytes.
 *
 * @param pid its number then
 * @param id its name for ever
 * @param ids its numbers, the parent's among them
 * @param credentials on whose behalf it acts
 * @param state the kernel's letter: {@code R} runs, {@code S} waits, {@code D} waits and cannot be woken, {@code Z} has
 *     ended, {@code T} is stopped, {@code I} is the kernel's own and idle
 * @param name of its program, at most 15 bytes; it can be anything, also line ends
 * @param command the arguments; empty for the kernel's own and for what has ended
 * @param cgroup its control group of version 2, as a path below the root of those
 * @param cpuTime how long it ran, in the kernel and outside
 * @param residentBytes how much of its memory is there
 */
public record RunningProcess(
        long pid,
        PidfdId id,
        ProcessIds ids,
        Credentials credentials,
        char state,
        String name,
        List<String> command,
        Optional<String> cgroup,
        Duration cpuTime,
        long residentBytes) {
    /** Makes a copy of the command. */
    public RunningProcess {
        command = List.copyOf(command);
    }
}
