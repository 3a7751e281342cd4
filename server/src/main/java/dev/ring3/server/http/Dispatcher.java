package dev.ring3.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Takes requests to their endpoints: who asks, what for, and on which thread it is answered. */
public final class Dispatcher implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final int WORKERS = 8;
    private static final int WAITING_MAX = 256;
    private static final int BODIES_BYTES_MAX = 64 << 20;
    private static final int PIECE_BYTES = 256 << 10;
    private static final int PATIENCE_SECONDS = 10;

    /**
     * A request that may be answered, without its body.
     *
     * @param bodyBytesMax what it may have of one
     */
    record Admitted(Request request, Route route, RequestHead head, int bodyBytesMax) {
        /** Whether it came with a credential. */
        boolean isKnown() {
            return request.caller().isKnown();
        }
    }

    private final Router router;
    private final Gate gate;
    private final Audit audit;
    private final HttpLimits limits;
    private final AtomicLong threads = new AtomicLong();

    /** What is left for bodies that are held whole. */
    private final Semaphore bodies = new Semaphore(BODIES_BYTES_MAX);

    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            WORKERS, WORKERS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_MAX), this::newThread);

    public Dispatcher(Router router, Gate gate, Audit audit, HttpLimits limits) {
        this.router = router;
        this.gate = gate;
        this.audit = audit;
        this.limits = limits;
        workers.allowCoreThreadTimeOut(true);
    }

    private Thread newThread(Runnable work) {
        return Thread.ofPlatform()
                .daemon()
                .name("http-" + threads.getAndIncrement())
                .unstarted(work);
    }

    HttpLimits limits() {
        return limits;
    }

    /** Judges the head of a request; 4xx as an {@link HttpException}. */
    Admitted admit(RequestHead head, Peer peer) {
        Identity caller = gate.admit(head, peer);
        Method method = Method.named(head.method())
                .orElseThrow(() -> new HttpException(
                        Status.NOT_IMPLEMENTED, "EOPNOTSUPP", "the method %s is not known".formatted(head.method())));
        Router.Match match = find(method, head, caller);
        Route route = match.route();
        if (!caller.may(route)) {
            if (route.access() == Access.ADMIN && !method.isSafe()) {
                audit.record(caller, head.method(), head.path(), refusal(caller).status());
            }
            throw refusal(caller);
        }
        Request request = new Request(method, head, caller, match.parameters(), new byte[0]);
        // Nothing that is only looked at takes a body, so nobody who is not known has one read.
        return new Admitted(request, route, head, method.isSafe() ? 0 : route.bodyBytesMax(limits.bodyBytesMax()));
    }

    /** Whoever is not known does not hear what there is. */
    private Router.Match find(Method method, RequestHead head, Identity caller) {
        try {
            return router.find(method, head.path());
        } catch (HttpException e) {
            throw !caller.isKnown() && e.status() != Status.BAD_REQUEST ? refusal(caller) : e;
        }
    }

    private static HttpException refusal(Identity caller) {
        return !caller.isKnown()
                ? new HttpException(
                        Status.UNAUTHORIZED,
                        "EACCES",
                        "a credential is wanted: the cookie of the URL that 'ring3 serve' prints, or a token")
                : new HttpException(
                        Status.FORBIDDEN,
                        "EPERM",
                        caller.name()
                                + caller.receiving()
                                        .map(receiving -> " may only bring copies to " + receiving.into())
                                        .orElse(" may only look"));
    }

    /** Answers on a thread that may block; a failure becomes an answer. */
    Response answer(Admitted admitted, byte[] body) throws InterruptedException {
        Request request =
                body.length == 0 ? admitted.request() : admitted.request().withBody(body);
        try {
            return onWorker(() -> ((Route.Target.Answering) admitted.route().target())
                    .handler()
                    .handle(request));
        } catch (HttpException e) {
            return e.response();
        }
    }

    /** Takes room for a body that is to be held whole; 503 if others have it all. */
    int claimBody(int bytes) {
        if (!bodies.tryAcquire(bytes)) {
            throw new HttpException(Status.UNAVAILABLE, "EAGAIN", "too many bodies at a time; come again");
        }
        return bytes;
    }

    void releaseBody(int bytes) {
        bodies.release(bytes);
    }

    /** Begins an upload. */
    Upload begin(Admitted admitted) throws InterruptedException {
        return onWorker(() ->
                ((Route.Target.Uploading) admitted.route().target()).handler().begin(admitted.request()));
    }

    /** To be told when something was done, or failed: once for each that was admitted. */
    void done(Admitted admitted, int status) {
        if (admitted.route().access() == Access.ADMIN
                && !admitted.request().method().isSafe()) {
            RequestHead head = admitted.head();
            String target = head.query().isEmpty() ? head.path() : head.path() + "?" + head.query();
            audit.record(admitted.request().caller(), head.method(), target, status);
        }
    }

    /** Does something on a thread that may block, and waits for it; failures become {@link HttpException}. */
    <T> T onWorker(Callable<T> work) throws InterruptedException {
        try {
            return workers.submit(work).get();
        } catch (RejectedExecutionException e) {
            throw new HttpException(Status.UNAVAILABLE, "EAGAIN", "too many requests at a time; come again");
        } catch (ExecutionException e) {
            throw Failures.of(e.getCause() == null ? e : e.getCause());
        }
    }

    /**
     * Answers a request of this process, on this thread, as one of a caller who may do everything.
     *
     * @param target path and query, percent-encoded
     */
    public Response call(Method method, String target, byte[] body) {
        try {
            Request request = inProcess(method, target);
            Router.Match match = router.find(method, request.rawPath());
            return switch (match.route().target()) {
                case Route.Target.Answering(Handler handler) ->
                    handler.handle(request.with(match.parameters()).withBody(body));
                case Route.Target.Uploading _ -> throw new IllegalStateException(target + " takes an upload");
            };
        } catch (RuntimeException e) {
            return Failures.of(e).response();
        }
    }

    /** As {@link #call}, with PUT and a body that is read as it is wanted. */
    public Response upload(String target, InputStream body) throws IOException {
        try {
            Request request = inProcess(Method.PUT, target);
            Router.Match match = router.find(Method.PUT, request.rawPath());
            return switch (match.route().target()) {
                case Route.Target.Answering _ -> throw new IllegalStateException(target + " takes no upload");
                case Route.Target.Uploading(UploadHandler handler) ->
                    upload(handler.begin(request.with(match.parameters())), body);
            };
        } catch (RuntimeException e) {
            return Failures.of(e).response();
        }
    }

    private static Response upload(Upload upload, InputStream body) throws IOException {
        boolean ended = false;
        try {
            for (byte[] piece = body.readNBytes(PIECE_BYTES); piece.length > 0; piece = body.readNBytes(PIECE_BYTES)) {
                upload.accept(piece);
            }
            Response response = upload.end();
            ended = true;
            return response;
        } finally {
            if (!ended) {
                upload.abort();
            }
        }
    }

    private static Request inProcess(Method method, String target) {
        int mark = target.indexOf('?');
        RequestHead head = new RequestHead(
                method.name(),
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? "" : target.substring(mark + 1),
                Map.of("content-type", List.of("application/json")),
                false);
        return new Request(method, head, Identity.IN_PROCESS, Map.of(), new byte[0]);
    }

    /** Waits for what still runs: it uses what is closed next. */
    @Override
    public void close() {
        workers.shutdown();
        try {
            if (!workers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Logger.Level.WARNING, "a request does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
