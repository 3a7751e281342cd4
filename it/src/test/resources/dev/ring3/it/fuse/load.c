/*
 * Loads a mounted directory as users would, and says how much of each kind it did in a second:
 *
 *     load DIR SERVER_PID FILES FILE_MEBIBYTES OPERATIONS
 *
 * One line for each kind: its name, operations a second, and microseconds of processor time that the server took for
 * each (the first figure of the schedstat of its threads). Before reads the kernel forgets the file's pages, and it is not
 * to answer stat itself, so that every operation is the server's. Exits with 1 and a message when anything fails.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SMALL_BYTES 4096
#define LARGE_BYTES (1 << 20)

static char path[4096];
static const char *directory;
static const char *server;
static char *buffer;

static void fail(const char *what) {
    fprintf(stderr, "load: %s of %s: %s\n", what, path, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

/* Nanoseconds of processor time that the server's threads have taken. */
static double taken(void) {
    char name[512];
    snprintf(name, sizeof name, "/proc/%s/task", server);
    DIR *threads = opendir(name);
    double sum = 0;
    for (struct dirent *thread; threads && (thread = readdir(threads));) {
        snprintf(name, sizeof name, "/proc/%s/task/%.20s/schedstat", server, thread->d_name);
        FILE *file = fopen(name, "r");
        unsigned long long running;
        if (file && fscanf(file, "%llu", &running) == 1) sum += running;
        if (file) fclose(file);
    }
    if (threads) closedir(threads);
    return sum;
}

static double began, began_taken;

static void begin(void) {
    began_taken = taken();
    began = now();
}

static void end(const char *kind, long operations) {
    double seconds = now() - began;
    printf("%-12s %10.1f %8.2f\n", kind, operations / seconds, (taken() - began_taken) / 1e3 / operations);
}

static void name(long number) {
    snprintf(path, sizeof path, "%s/f%ld", directory, number);
}

static void names(long files) {
    begin();
    for (long i = 0; i < files; i++) {
        name(i);
        int file = open(path, O_CREAT | O_EXCL | O_WRONLY, 0644);
        if (file < 0 || close(file)) fail("create");
    }
    end("create", files);
    begin();
    struct statx stat;
    for (long i = 0; i < files; i++) {
        name(i);
        if (statx(AT_FDCWD, path, AT_STATX_FORCE_SYNC, STATX_BASIC_STATS, &stat)) fail("stat");
    }
    end("stat", files);
    for (long i = 0; i < files; i++) {
        name(i);
        if (unlink(path)) fail("unlink");
    }
}

static long place(long blocks) {
    static unsigned long state = 88172645463325252UL;
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (long)(state % blocks);
}

static void content(long mebibytes, long operations) {
    snprintf(path, sizeof path, "%s/content", directory);
    int file = open(path, O_CREAT | O_RDWR, 0644);
    if (file < 0) fail("open");
    begin();
    for (long i = 0; i < mebibytes; i++)
        if (pwrite(file, buffer, LARGE_BYTES, i << 20) != LARGE_BYTES) fail("write");
    end("write-1m", mebibytes);
    if (fsync(file)) fail("sync");
    begin();
    for (long i = 0; i < operations; i++)
        if (pwrite(file, buffer, SMALL_BYTES, place(mebibytes << 8) * SMALL_BYTES) != SMALL_BYTES) fail("write");
    end("write-4k", operations);
    if (fsync(file) || posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)) fail("sync");
    begin();
    for (long i = 0; i < mebibytes; i++)
        if (pread(file, buffer, LARGE_BYTES, i << 20) != LARGE_BYTES) fail("read");
    end("read-1m", mebibytes);
    if (posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) || posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM)) fail("advise");
    begin();
    for (long i = 0; i < operations; i++)
        if (pread(file, buffer, SMALL_BYTES, place(mebibytes << 8) * SMALL_BYTES) != SMALL_BYTES) fail("read");
    end("read-4k", operations);
    if (close(file) || unlink(path)) fail("unlink");
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: load DIR SERVER_PID FILES FILE_MEBIBYTES OPERATIONS\n");
        return 2;
    }
    directory = arguments[1];
    server = arguments[2];
    if (posix_memalign((void **)&buffer, SMALL_BYTES, LARGE_BYTES)) return 1;
    for (long i = 0; i < LARGE_BYTES; i++) buffer[i] = (char)(i * 31 + (i >> 12));
    names(atol(arguments[3]));
    content(atol(arguments[4]), atol(arguments[5]));
    return 0;
}
