package dev.ring3.nio;

import java.nio.file.LinkOption;
import java.util.Objects;

/** Whether symbolic links are followed. */
final class Links {
    private Links() {}

    static boolean follow(LinkOption... options) {
        boolean follow = true;
        for (LinkOption option : options) {
            follow &= switch (Objects.requireNonNull(option)) {
                case NOFOLLOW_LINKS -> false;
            };
        }
        return follow;
    }
}
