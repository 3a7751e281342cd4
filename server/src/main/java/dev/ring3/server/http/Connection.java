package dev.ring3.server.http;

import java.io.IOException;
import java.lang.System.Logger;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One connection: request after request, on a virtual thread of its own. */
final class Connection implements Runnable {
    private static final Logger LOG = System.getLogger(Connection.class.getName());

    /** What is read behind a refused request, so that the answer is not lost in a reset. */
    private static final int LINGER_BYTES_MAX = 1 << 20;

    private static final Duration LINGER_TIME = Duration.ofSeconds(1);

    private final SocketChannel channel;
    private final Peer peer;
    private final Dispatcher dispatcher;
    private final HttpLimits limits;
    private final Predicate<Connection> crowd;
    private final Deadline deadline = new Deadline();
    private final HttpInput input;
    private final ResponseWriter writer;
    private volatile boolean idle; // written by its thread; between two requests
    private volatile boolean waiting = true; // written by its thread; for all of the head of a request
    private volatile @Nullable String caller; // written by its thread; who has shown a credential
    private boolean crowded; // of its thread; whether there are too many of that caller
    private volatile boolean stopping; // written by who stops the server

    /** @param crowd whether others need its place more than its caller, who has many */
    Connection(SocketChannel channel, Peer peer, Dispatcher dispatcher, Predicate<Connection> crowd) {
        this.channel = channel;
        this.peer = peer;
        this.dispatcher = dispatcher;
        this.limits = dispatcher.limits();
        this.crowd = crowd;
        this.input = new HttpInput(channel);
        this.writer = new ResponseWriter(channel, deadline, dispatcher);
    }

    /** Whether it has taken too long for what it does. */
    boolean isLate() {
        return deadline.hasPassed();
    }

    /** Whether it is that of somebody who has shown no credential, who gets nothing here that takes long. */
    boolean isUnknown() {
        return caller == null;
    }

    /** Whether it waits for a request. */
    boolean isWaiting() {
        return waiting;
    }

    /** Whether both came with the same credential. */
    boolean isOfSameCaller(Connection other) {
        String name = caller;
        return name != null && name.equals(other.caller);
    }

    /** The request that runs is the last; an idle connection ends. */
    void stop() {
        stopping = true;
        if (idle) {
            cut();
        }
    }

    /** Ends it, whatever it does. */
    void cut() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "a connection that does not close", e);
        }
    }

    @Override
    public void run() {
        try (channel) {
            while (serveOne()) {
                // until either end has enough
            }
        } catch (IOException e) {
            LOG.log(Logger.Level.DEBUG, "a connection ended early: {0}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.DEBUG, "a connection that failed", e);
        }
    }

    /** Serves a request; false if there is none to come. */
    private boolean serveOne() throws IOException, InterruptedException {
        deadline.in(limits.idleTime());
        waiting = true;
        idle = true;
        if (stopping || !input.await()) {
            return false;
        }
        idle = false;
        deadline.in(limits.headTime());
        RequestHead head;
        BodyReader body;
        try {
            head = new HeadReader(input, limits).read();
            body = BodyReader.of(head, input);
        } catch (HttpException e) {
            return leave(e.response(), false);
        }
        deadline.never();
        waiting = false;
        boolean bodiless = head.method().equals(Method.HEAD.name());
        Response response = respond(head, body);
        if (!body.isEnded()) {
            return leave(response, bodiless);
        }
        // What fails from here on ends the connection: half an answer is followed by nothing.
        return writer.write(response, bodiless, head.keepAlive() && !stopping && !crowded);
    }

    private Response respond(RequestHead head, BodyReader body) throws IOException, InterruptedException {
        Dispatcher.Admitted admitted;
        try {
            admitted = dispatcher.admit(head, peer);
        } catch (HttpException e) {
            return e.response();
        }
        int status = Status.REQUEST_TIMEOUT; // unless there is an answer
        try {
            Response response = respond(admitted, head, body);
            status = response.status();
            return response;
        } finally {
            dispatcher.done(admitted, status);
        }
    }

    private Response respond(Dispatcher.Admitted admitted, RequestHead head, BodyReader body)
            throws IOException, InterruptedException {
        try {
            if (admitted.isKnown()) {
                caller = admitted.request().caller().name();
            }
            crowded = crowd.test(this);
            if (crowded) {
                throw new HttpException(Status.UNAVAILABLE, "EAGAIN", "too many connections of one caller; close some");
            }
            boolean isHeld = admitted.route().target() instanceof Route.Target.Answering;
            if (isHeld && body.announced() > admitted.bodyBytesMax()) {
                throw BodyReader.tooLarge(admitted.bodyBytesMax()); // before the client is told to send it
            }
            expect(head, body);
            return switch (admitted.route().target()) {
                case Route.Target.Answering _ -> answer(admitted, body);
                case Route.Target.Uploading _ -> upload(admitted, body);
            };
        } catch (HttpException e) {
            return e.response();
        }
    }

    private void expect(RequestHead head, BodyReader body) throws IOException {
        String expected = head.header("expect").orElse("");
        if (expected.isEmpty()) {
            return;
        }
        if (!expected.equalsIgnoreCase("100-continue")) {
            throw new HttpException(Status.EXPECTATION_FAILED, "EOPNOTSUPP", "cannot expect " + expected);
        }
        if (!body.isEnded()) {
            writer.goOn();
        }
    }

    private Response answer(Dispatcher.Admitted admitted, BodyReader body) throws IOException, InterruptedException {
        if (body.isEnded()) {
            return dispatcher.answer(admitted, new byte[0]);
        }
        deadline.in(limits.bodyTime(), Math.min(body.announced(), admitted.bodyBytesMax()));
        int claimed = dispatcher.claimBody(body.isChunked() ? admitted.bodyBytesMax() : (int) body.announced());
        try {
            byte[] bytes = body.all(admitted.bodyBytesMax());
            deadline.never();
            return dispatcher.answer(admitted, bytes);
        } finally {
            dispatcher.releaseBody(claimed);
        }
    }

    private Response upload(Dispatcher.Admitted admitted, BodyReader body) throws IOException, InterruptedException {
        Upload upload = dispatcher.begin(admitted);
        boolean ended = false;
        try {
            while (true) {
                deadline.in(limits.uploadTime());
                byte[] piece = body.next();
                deadline.never();
                if (piece.length == 0) {
                    break;
                }
                dispatcher.onWorker(() -> {
                    upload.accept(piece);
                    return true;
                });
            }
            Response response = dispatcher.onWorker(upload::end);
            ended = true;
            return response;
        } finally {
            if (!ended) {
                dispatcher.onWorker(() -> {
                    upload.abort();
                    return true;
                });
            }
        }
    }

    /** Answers, and ends the connection gently: what the client still sends is read for a moment and forgotten. */
    private boolean leave(Response response, boolean bodiless) throws IOException, InterruptedException {
        writer.write(response, bodiless, false);
        channel.shutdownOutput();
        deadline.in(LINGER_TIME);
        ByteBuffer forgotten = ByteBuffer.allocate(8 << 10);
        int total = 0;
        while (total < LINGER_BYTES_MAX) {
            int count = channel.read(forgotten.clear());
            if (count < 0) {
                break;
            }
            total += count;
        }
        return false;
    }
}
