import dev.ring3.nio.Ring3FileSystemProvider;
import java.nio.file.spi.FileSystemProvider;
import org.jspecify.annotations.NullMarked;

/** Volumes behind {@code java.nio.file}. */
@NullMarked
module dev.ring3.nio {
    requires static org.jspecify;
    requires transitive dev.ring3.fs;
    requires dev.ring3.linux;

    exports dev.ring3.nio;

    provides FileSystemProvider with
            Ring3FileSystemProvider;
}
