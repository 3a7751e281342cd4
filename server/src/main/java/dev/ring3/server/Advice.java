package dev.ring3.server;

import dev.ring3.linux.LinuxException;

/** What helps against what a machine lacks. */
final class Advice {
    private Advice() {}

    static String forMount(RuntimeException failure) {
        if (!(failure instanceof LinuxException refused)) {
            return "";
        }
        return switch (refused.errno()) {
            case EACCES -> "; mounting wants access to /dev/fuse";
            case ENOENT, ENODEV, ENXIO -> "; FUSE comes with the kernel's module 'fuse' (modprobe fuse)";
            default -> "";
        };
    }
}
