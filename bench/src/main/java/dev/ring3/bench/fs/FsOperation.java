package dev.ring3.bench.fs;

import java.util.Random;

/** What is measured, one after the other, in a folder that is empty before and after. */
enum FsOperation {
    CREATE("create", true) {
        @Override
        void run(Tree tree, int times, Random random) {
            for (int i = 0; i < times; i++) {
                tree.create(i);
            }
        }
    },
    STAT("stat by name", true) {
        @Override
        void run(Tree tree, int times, Random random) {
            for (int i = 0; i < times; i++) {
                tree.stat(i);
            }
        }
    },
    LIST("list, an entry", true) {
        @Override
        void run(Tree tree, int times, Random random) {
            if (tree.list() != times) {
                throw new IllegalStateException("a folder of %d files has another number".formatted(times));
            }
        }
    },
    RENAME("rename", true) {
        @Override
        void run(Tree tree, int times, Random random) {
            for (int i = 0; i < times; i++) {
                tree.rename(i);
            }
        }
    },
    UNLINK("unlink", true) {
        @Override
        void run(Tree tree, int times, Random random) {
            for (int i = 0; i < times; i++) {
                tree.unlink(i);
            }
        }
    },
    CREATE_DURABLY("create, write 4 KiB, fsync", false) {
        @Override
        void run(Tree tree, int times, Random random) {
            for (int i = 0; i < times; i++) {
                tree.createDurably(i);
            }
        }

        @Override
        void after(Tree tree, int times) {
            for (int i = 0; i < times; i++) {
                tree.rename(i);
                tree.unlink(i);
            }
        }
    },
    OVERWRITE_DURABLY("overwrite 4 KiB, fsync", false) {
        @Override
        void run(Tree tree, int times, Random random) {
            for (int i = 0; i < times; i++) {
                tree.overwriteDurably(random.nextInt((int) (STREAM_BYTES / Tree.BLOCK_BYTES)));
            }
        }
    },
    WRITE_STREAM("write 64 MiB, fsync", false) {
        @Override
        void run(Tree tree, int times, Random random) {
            tree.writeStream(STREAM_BYTES);
        }
    },
    READ_STREAM("read 64 MiB in memory", false) {
        @Override
        void run(Tree tree, int times, Random random) {
            tree.readStream(STREAM_BYTES);
        }
    };

    static final long STREAM_BYTES = 64L << 20;
    private static final int FILES = 2000;
    private static final int DURABLE = 200;

    private final String title;
    private final boolean ofNames;

    FsOperation(String title, boolean ofNames) {
        this.title = title;
        this.ofNames = ofNames;
    }

    String title() {
        return title;
    }

    /** How often it is done in a round. */
    int times() {
        if (this == WRITE_STREAM || this == READ_STREAM) {
            return 1;
        }
        return ofNames ? FILES : DURABLE;
    }

    abstract void run(Tree tree, int times, Random random);

    /** What is left is taken away, unmeasured. */
    void after(Tree tree, int times) {
        // Nothing is, but where this is overridden.
    }
}
