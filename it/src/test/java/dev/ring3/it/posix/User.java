package dev.ring3.it.posix;

import java.util.List;

/** Somebody who makes system calls. */
record User(int uid, int gid, List<Integer> groups) {
    static final User ROOT = new User(0, 0, List.of());
    static final User ALICE = new User(65_501, 65_501, List.of());
    static final User BOB = new User(65_502, 65_502, List.of());

    /** Of Alice's group too, as a further one. */
    static final User CAROL = new User(65_503, 65_503, List.of(65_501));
}
