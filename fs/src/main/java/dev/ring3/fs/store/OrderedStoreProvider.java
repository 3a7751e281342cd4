package dev.ring3.fs.store;

import dev.ring3.fs.FsException;
import dev.ring3.linux.Errno;
import java.nio.file.Path;
import java.util.ServiceLoader;

/** An engine. Found by {@code ServiceLoader}; stateless. */
public interface OrderedStoreProvider {
    /** The name by which a volume's superblock and configuration name this engine: {@code rocksdb}. */
    String name();

    /**
     * Opens the store in a directory, which is made if it is not there, and claims it: the owner epoch that comes with it
     * is durable before this returns.
     *
     * @param owner who claims it, for the message that a second one gets: {@code ring3 serve, process 4711 on host h}
     * @throws dev.ring3.fs.FsException EBUSY, with the holder's name, if it is claimed by a live owner
     */
    OrderedStore open(Path directory, String owner);

    /**
     * The engine of this name.
     *
     * @throws FsException ENODEV if no module on the module path provides it
     */
    static OrderedStoreProvider named(String name) {
        return ServiceLoader.load(OrderedStoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new FsException(Errno.ENODEV, "open", "the storage engine \"" + name + "\""));
    }
}
