package dev.ring3.server.api;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which processes of this machine have what of some directories open, as /proc has it (proc(5)): so descriptors count that
 * were inherited or passed on, of which whoever opened the file knows nothing. The links are read, never followed: nobody
 * is asked about the file itself. Processes of others are left out where the kernel does not let us look.
 */
record HeldFiles(Path proc, Collection<Path> directories) {
    private static final String DELETED = " (deleted)";

    /** What of a process can hold a file, besides its descriptors. */
    private static final List<String> PLACES = List.of("cwd", "root", "exe");

    /**
     * One that holds.
     *
     * @param how {@code open}, {@code cwd}, {@code root} or {@code exe}
     * @param path as the server's machine has it
     * @param deleted whether the file has lost that name; also true of one whose name ends with the kernel's mark for it
     */
    record Held(int pid, String how, String path, boolean deleted) {}

    /** Those that there are now, so many at most; each file once for each process and way. */
    List<Held> list(int max) {
        if (directories.isEmpty()) {
            return List.of();
        }
        List<Held> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                look(process, found);
                if (found.size() >= max) {
                    break;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(); // a machine without /proc
        }
        return found.stream().distinct().limit(max).toList();
    }

    private void look(Path process, List<Held> found) {
        int pid = Integer.parseInt(process.getFileName().toString());
        for (String place : PLACES) {
            held(pid, place, process.resolve(place)).ifPresent(found::add);
        }
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                held(pid, "open", descriptor).ifPresent(found::add);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // It has ended, or is none of ours.
        }
    }

    private Optional<Held> held(int pid, String how, Path link) {
        String target;
        try {
            target = Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return Optional.empty(); // closed meanwhile
        }
        boolean deleted = target.endsWith(DELETED);
        String path = deleted ? target.substring(0, target.length() - DELETED.length()) : target;
        return directories.stream().anyMatch(Path.of(path)::startsWith)
                ? Optional.of(new Held(pid, how, path, deleted))
                : Optional.empty();
    }
}
