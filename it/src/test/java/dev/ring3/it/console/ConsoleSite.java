package dev.ring3.it.console;

import dev.ring3.fs.AttrChange;
import dev.ring3.fs.FileType;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.Stat;
import dev.ring3.fs.StatMask;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.Caller;
import dev.ring3.fs.vfs.Credentials;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.OpenOption;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.fs.vfs.Vfs;
import dev.ring3.server.Server;
import dev.ring3.server.ServerOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A server with a browser before it. What the console does is looked at past it: through a mount where this machine has
 * FUSE, else through the namespace.
 */
final class ConsoleSite implements AutoCloseable {
    private static final Caller ROOT = Caller.local(Credentials.ROOT);

    private final Server server;
    private final @Nullable Path mount;
    private final Chromium browser;
    private final Tab tab;
    private final String address;

    private ConsoleSite(Server server, @Nullable Path mount, Chromium browser) {
        this.server = server;
        this.mount = mount;
        this.browser = browser;
        this.tab = browser.tab();
        String login = server.loginUrl().orElseThrow();
        this.address = login.substring(0, login.indexOf("/login") + 1);
    }

    /** Whether a server gets a mount here, in the folder {@code mnt}. */
    static boolean canMount() {
        return Files.isWritable(Path.of("/dev/fuse")) && "root".equals(System.getProperty("user.name"));
    }

    /** Starts both in an empty directory; nobody is signed in. */
    static ConsoleSite start(Path folder) throws IOException, InterruptedException {
        return start(folder, UnaryOperator.identity());
    }

    /** The same with a server that is set up otherwise. */
    static ConsoleSite start(Path folder, UnaryOperator<ServerOptions> others)
            throws IOException, InterruptedException {
        ServerOptions options = ServerOptions.of(folder.resolve("data"))
                .withHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of());
        Path mount = canMount() ? Files.createDirectory(folder.resolve("mnt")) : null;
        Server server = Server.start(others.apply(mount == null ? options : options.withMount(mount)));
        try {
            return new ConsoleSite(server, mount, Chromium.start(Files.createDirectory(folder.resolve("profile"))));
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    Tab tab() {
        return tab;
    }

    /** The console's address, with a slash at the end. */
    String address() {
        return address;
    }

    /** Where NFS is. */
    int nfsPort() {
        return server.exports().stream()
                .filter(export -> export.text("kind").equals("nfs"))
                .map(export -> export.text("address"))
                .map(text -> Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)))
                .findFirst()
                .orElseThrow();
    }

    void signIn() {
        tab.open(server.loginUrl().orElseThrow());
        tab.awaitText("Overview");
    }

    /** Shows a page, and waits until its title is there and nothing is loading. */
    void show(String page) {
        tab.evaluate("location.hash = %s".formatted(Chromium.quoted("#/" + page)));
        tab.await("location.hash === %s && !!document.querySelector('h1') && !document.querySelector('[aria-busy]')"
                .formatted(Chromium.quoted("#/" + page)));
    }

    /** Writes a file past the console. */
    void write(String path, String content) throws IOException {
        if (mount != null) {
            Files.writeString(mount.resolve(path.substring(1)), content);
            return;
        }
        int slash = path.lastIndexOf('/');
        write(
                find(path.substring(0, slash + 1)).node(),
                path.substring(slash + 1).getBytes(StandardCharsets.UTF_8),
                content);
    }

    /** Writes a file whose name may be any bytes. */
    void write(NodeId directory, byte[] name, String content) {
        Vfs vfs = server.vfs();
        OpenHow how = OpenHow.of(Use.BOTH, OpenOption.TRUNCATE);
        NewNode shape = NewNode.of(FileType.REGULAR, 0644, 0, 0, 0);
        OpenFile file = vfs.files()
                .open(ROOT, directory, Name.of(name), how, shape, false)
                .file();
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0) {
            vfs.files().write(ROOT, file, 0, MemorySegment.ofArray(bytes));
        }
        vfs.files().close(file);
    }

    /** Lets everybody write in the root directory. */
    void openToAll() {
        Vfs vfs = server.vfs();
        vfs.attributes().set(ROOT, vfs.root(), AttrChange.NONE.withPermissions(0777), null);
    }

    void makeDirectory(String name) {
        server.vfs()
                .names()
                .create(ROOT, server.vfs().root(), Name.of(name), NewNode.of(FileType.DIRECTORY, 0755, 0, 0, 0));
    }

    /** Reads a file past the console. */
    String read(String path) throws IOException {
        if (mount != null) {
            return Files.readString(mount.resolve(path.substring(1)));
        }
        Vfs vfs = server.vfs();
        Stat stat = find(path);
        OpenFile file = vfs.files().open(ROOT, stat.node(), OpenHow.of(Use.READ));
        byte[] bytes = new byte[Math.toIntExact(stat.sizeBytes())];
        vfs.files().read(ROOT, file, 0, MemorySegment.ofArray(bytes));
        vfs.files().close(file);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Removes a file past the console. */
    void remove(String path) throws IOException {
        if (mount != null) {
            Files.delete(mount.resolve(path.substring(1)));
        } else {
            int slash = path.lastIndexOf('/');
            NodeId directory = find(path.substring(0, slash + 1)).node();
            server.vfs().names().unlink(ROOT, directory, Name.of(path.substring(slash + 1)));
        }
    }

    boolean exists(String path) {
        if (mount != null) {
            return Files.exists(mount.resolve(path.substring(1)));
        }
        return walk(path).node() != null;
    }

    /** An inode by its path. */
    Stat find(String path) {
        return Objects.requireNonNull(walk(path).node(), path);
    }

    private PathWalk.End walk(String path) {
        Vfs vfs = server.vfs();
        return new PathWalk(vfs, ROOT, vfs.root())
                .walk(vfs.root(), path.getBytes(StandardCharsets.UTF_8), true, StatMask.QUIET);
    }

    /** Stops the server; the browser goes on. */
    void stopServer() {
        server.close();
    }

    @Override
    public void close() {
        tab.close();
        browser.close();
        server.close();
    }
}
