package dev.ring3.bench.fs;

import java.nio.file.Path;
import java.util.List;

/**
 * What is measured, and where.
 *
 * @param subjects filesystems; the first is what others are compared with
 * @param place a directory on the filesystem of the host that is to be measured, and that everything is made in
 * @param files the most in one folder; 0 leaves that curve out
 * @param snapshots the most; 0 leaves that curve out
 * @param command what is written beside the figures
 */
public record FsOptions(
        List<FsSubject> subjects, Path place, int forks, int rounds, int files, int snapshots, String command) {
    public FsOptions {
        subjects = List.copyOf(subjects);
        if (subjects.isEmpty() || forks < 1 || rounds < 1 || files < 0 || snapshots < 0) {
            throw new IllegalArgumentException("%d filesystems, %d forks of %d rounds, %d files, %d snapshots"
                    .formatted(subjects.size(), forks, rounds, files, snapshots));
        }
    }
}
