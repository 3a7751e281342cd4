package dev.ring3.linux;

import java.util.Locale;
import java.util.Optional;

/** The processors whose system call numbers {@link SystemCall} has. */
enum Architecture {
    X86_64,
    AARCH64;

    /** The architecture that a value of the property {@code os.arch} names. */
    static Optional<Architecture> of(String property) {
        return switch (property.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64", "arm64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }

    /** That of this process; asked only where {@link HostSystemCalls#get} handed out a way to the kernel. */
    static Architecture host() {
        return of(System.getProperty("os.arch", "")).orElseThrow(() -> new IllegalStateException("no such table"));
    }
}
