package dev.ring3.server.api;

import dev.ring3.fs.FileType;
import dev.ring3.fs.FsException;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.RenameMode;
import dev.ring3.fs.Stat;
import dev.ring3.fs.lock.Use;
import dev.ring3.fs.vfs.OpenFile;
import dev.ring3.fs.vfs.OpenHow;
import dev.ring3.fs.vfs.PathWalk;
import dev.ring3.linux.Errno;
import dev.ring3.server.http.Response;
import dev.ring3.server.http.Upload;
import dev.ring3.server.json.JsonObject;
import java.lang.foreign.MemorySegment;
import java.util.UUID;

/** A file that comes: under a name of its own until it is whole and durable, then in place of what was there. */
final class FileUpload implements Upload {
    private static final int PERMISSIONS = 0644;

    private final VolumePaths paths;
    private final NodeId directory;
    private final Name name;
    private final Name temporary;
    private final OpenFile file;
    private final boolean replaces;
    private long bytes;

    private FileUpload(VolumePaths paths, NodeId directory, Name name, NewNode shape, boolean replaces) {
        this.paths = paths;
        this.directory = directory;
        this.name = name;
        this.replaces = replaces;
        this.temporary = Name.of(".ring3-upload-" + UUID.randomUUID());
        this.file = paths.vfs()
                .files()
                .open(VolumePaths.CALLER, directory, temporary, OpenHow.of(Use.WRITE), shape, true)
                .file();
    }

    static FileUpload begin(VolumePaths paths, byte[] path) {
        PathWalk.End end = paths.end(path, true);
        Name name = end.name();
        Stat present = end.node();
        if (name == null || (present != null && present.type() != FileType.REGULAR)) {
            throw new FsException(
                    present != null && present.isDirectory() ? Errno.EISDIR : Errno.EINVAL,
                    "put",
                    new String(path, java.nio.charset.StandardCharsets.UTF_8));
        }
        NewNode shape = present == null
                ? NewNode.of(FileType.REGULAR, PERMISSIONS, 0, VolumePaths.OWNER.uid(), VolumePaths.OWNER.gid())
                : NewNode.of(FileType.REGULAR, present.permissions(), 0, present.uid(), present.gid());
        return new FileUpload(paths, end.directory(), name, shape, present != null);
    }

    @Override
    public void accept(byte[] piece) {
        MemorySegment rest = MemorySegment.ofArray(piece);
        while (rest.byteSize() > 0) { // what was not written says why the next time
            long written = paths.vfs()
                    .files()
                    .write(VolumePaths.CALLER, file, bytes, rest)
                    .lengthBytes();
            rest = rest.asSlice(written);
            bytes += written;
        }
    }

    @Override
    public Response end() {
        paths.vfs().files().sync(file, false);
        paths.vfs().names().rename(VolumePaths.CALLER, directory, temporary, directory, name, RenameMode.REPLACE);
        paths.vfs().files().close(file);
        JsonObject answer = new JsonObject().put("sizeBytes", bytes).put("replaced", replaces);
        return replaces ? Response.json(answer) : Response.created(answer);
    }

    @Override
    public void abort() {
        paths.vfs().files().close(file);
        paths.vfs().names().unlink(VolumePaths.CALLER, directory, temporary);
    }
}
