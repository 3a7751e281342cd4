package dev.ring3.it.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.it.posix.Calls.Status;
import dev.ring3.linux.Errno;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the files of the suite share: an empty directory for each test, three users, and what is asserted often. */
@ParameterizedClass(name = "{0}")
@EnumSource(Target.class)
@ExtendWith(PosixSuite.StagesResolver.class)
abstract class PosixSuite {
    static final String NAME_MAX = "n".repeat(255);
    static final String NAME_TOO_LONG = "n".repeat(256);
    static final String PATH_TOO_LONG = "./".repeat(2048) + "x";

    /** Everything that is no directory. */
    static final List<Integer> OTHER_TYPES =
            List.of(Calls.REGULAR, Calls.FIFO, Calls.CHARACTER, Calls.BLOCK, Calls.SOCKET, Calls.LINK);

    /** Longer than the clocks of filesystems take for a step. */
    private static final long TICK_MILLIS = 12;

    @Parameter
    Target target;

    Calls root;
    Calls alice;
    Calls bob;
    Calls carol;

    @BeforeEach
    void enter(Stages stages) {
        root = stages.fresh(target);
        alice = root.as(User.ALICE);
        bob = root.as(User.BOB);
        carol = root.as(User.CAROL);
    }

    /** Hands the stages, of which there is one for all classes, to tests. */
    static final class StagesResolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Stages.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(Stages.class))
                    .computeIfAbsent(Stages.class, _ -> new Stages(), Stages.class);
        }
    }

    /** That a call is refused, with this error. */
    static void refused(Errno errno, Runnable call) {
        Errno found = null;
        try {
            call.run();
        } catch (PosixException e) {
            found = e.errno();
        }
        assertThat(found).as("the error").isEqualTo(errno);
    }

    /** An empty file of root's. */
    void file(String path, int mode) {
        root.close(root.open(path, Calls.CREAT | Calls.WRONLY, mode));
    }

    /** An empty file of Alice's. */
    void aliceFile(String path, int mode) {
        file(path, mode);
        root.chown(path, User.ALICE.uid(), User.ALICE.gid());
        root.chmod(path, mode);
    }

    /** A directory of Alice's. */
    void aliceDirectory(String path, int mode) {
        root.mkdir(path, mode);
        root.chown(path, User.ALICE.uid(), User.ALICE.gid());
        root.chmod(path, mode);
    }

    void content(String path, String text) {
        int descriptor = root.open(path, Calls.CREAT | Calls.WRONLY, 0644);
        root.write(descriptor, 0, text.getBytes(UTF_8));
        root.close(descriptor);
    }

    String content(String path) {
        int descriptor = root.open(path, Calls.RDONLY, 0);
        byte[] bytes = root.read(descriptor, 0, 65_536);
        root.close(descriptor);
        return new String(bytes, UTF_8);
    }

    /** One of a type. */
    void make(String path, int type) {
        switch (type) {
            case Calls.DIR -> root.mkdir(path, 0755);
            case Calls.LINK -> root.symlink("nowhere", path);
            default -> root.mknod(path, type | 0644, 1, 3);
        }
    }

    /** What both ends of the way to a file must be: the errors of any walk. Names that are missing are left out. */
    void refusesBadPaths(Consumer<String> call) {
        file("plain", 0644);
        refused(Errno.ENOTDIR, () -> call.accept("plain/x"));
        refused(Errno.ENOENT, () -> call.accept("missing/x"));
        refused(Errno.ENAMETOOLONG, () -> call.accept(NAME_TOO_LONG));
        refused(Errno.ENAMETOOLONG, () -> call.accept("missing".repeat(40) + "/x"));
        refused(Errno.ENAMETOOLONG, () -> call.accept(PATH_TOO_LONG));
        refused(Errno.ENOENT, () -> call.accept(""));
        root.symlink("loop2", "loop1");
        root.symlink("loop1", "loop2");
        refused(Errno.ELOOP, () -> call.accept("loop1/x"));
    }

    /** That who may not search a directory gets nowhere below. */
    void refusesWithoutSearch(BiConsumer<Calls, String> call, String name) {
        root.mkdir("closed", 0755);
        root.chown("closed", User.ALICE.uid(), User.ALICE.gid());
        root.chmod("closed", 0600);
        refused(Errno.EACCES, () -> call.accept(alice, "closed/" + name));
        refused(Errno.EACCES, () -> call.accept(bob, "closed/" + name));
        root.chmod("closed", 0755);
    }

    /** Which times of a file an operation moves: A, M, C of them. */
    String moved(String path, Runnable operation) {
        Status before = root.lstat(path);
        tick();
        operation.run();
        Status after = root.lstat(path);
        return (after.accessTime().isAfter(before.accessTime()) ? "A" : "")
                + (after.modifyTime().isAfter(before.modifyTime()) ? "M" : "")
                + (after.changeTime().isAfter(before.changeTime()) ? "C" : "");
    }

    private static void tick() {
        try {
            Thread.sleep(TICK_MILLIS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
