package dev.ring3.linux;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the kernel says of a process, in one consistent answer ({@code PIDFD_GET_INFO}, Linux 6.13), or read from
 * {@code /proc} where it cannot. Of a process that is reaped, only what is kept for its handles.
 *
 * @param ids its numbers; empty once it is reaped, for they may be another's
 * @param credentials on whose behalf it acts; empty once it is reaped
 * @param cgroupId its control group of version 2
 * @param exit how it ended; there when it is reaped (Linux 6.15)
 * @param coreDump there if its memory was or could have been dumped
 */
public record ProcessInfo(
        Optional<ProcessIds> ids,
        Optional<Credentials> credentials,
        OptionalLong cgroupId,
        Optional<ExitStatus> exit,
        Optional<CoreDump> coreDump) {}
