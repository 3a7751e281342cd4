package dev.ring3.it.nfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Writes to a file of its own and syncs, again and again, through one of the doors. */
final class LoadWorker {
    private static final int WRITES = 4;

    /** A file, however it is reached. */
    interface Door extends AutoCloseable {
        void write(int block, byte[] content) throws Exception;

        void sync() throws Exception;

        @Override
        void close() throws IOException;
    }

    final LoadModel model;
    final String name;
    final boolean throughNfs;
    private final boolean skipsSync;

    /** @param skipsSync takes for synced what is not: the fault that has to be found */
    LoadWorker(int number, boolean throughNfs, boolean skipsSync) {
        this.model = new LoadModel(number);
        this.name = "worker" + number;
        this.throughNfs = throughNfs;
        this.skipsSync = skipsSync;
    }

    /** Works until it is told to stop; counts rounds. */
    void work(Path mount, int nfsPort, BooleanSupplier goesOn, AtomicLong rounds) throws Exception {
        Random random = new Random(name.hashCode());
        try (Door door = throughNfs ? new NfsDoor(nfsPort, name, goesOn) : new FuseDoor(mount.resolve(name))) {
            while (goesOn.getAsBoolean()) {
                for (int i = 0; i < WRITES; i++) {
                    int block = random.nextInt(LoadModel.BLOCKS);
                    door.write(block, model.write(block));
                }
                if (!skipsSync) {
                    door.sync();
                }
                model.synced();
                rounds.incrementAndGet();
            }
        }
    }

    private record FuseDoor(FileChannel file) implements Door {
        FuseDoor(Path path) throws IOException {
            this(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        }

        @Override
        public void write(int block, byte[] content) throws IOException {
            file.write(ByteBuffer.wrap(content), (long) block * LoadModel.BLOCK_BYTES);
        }

        @Override
        public void sync() throws IOException {
            file.force(false);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Writes are unstable, and committed together. */
    private static final class NfsDoor implements Door {
        private final Client41 client;
        private final Session session;
        private final Opaque file;
        private final StateId state;

        NfsDoor(int port, String name, BooleanSupplier goesOn) throws Exception {
            client = Client41.open(port, 1);
            session = client.newSession();
            Op open = Open.by(session.owner(name))
                    .access(Open.BOTH | Open.WANT_NO_DELEGATION)
                    .unchecked(AttrValues.ofMode(0666))
                    .name(name)
                    .op();
            Reply opened = session.call(Ops.putRootFh(), open, Ops.getFh());
            while (opened.status() == NfsStatus.GRACE && goesOn.getAsBoolean()) {
                Thread.sleep(200); // clients from before the restart have the first word
                opened = session.call(Ops.putRootFh(), open, Ops.getFh());
            }
            file = opened.handle();
            state = opened.get(Result.Opened.class).stateId();
        }

        private void call(Op op) throws InterruptedException {
            Reply reply = session.call(Ops.putFh(file), op);
            while (reply.status() == NfsStatus.DELAY) {
                Thread.sleep(10);
                reply = session.call(Ops.putFh(file), op);
            }
            reply.ok();
        }

        @Override
        public void write(int block, byte[] content) throws InterruptedException {
            call(Ops.write(state, (long) block * LoadModel.BLOCK_BYTES, Ops.Stable.UNSTABLE, content));
        }

        @Override
        public void sync() throws InterruptedException {
            call(Ops.commit(0, 0));
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }
}
