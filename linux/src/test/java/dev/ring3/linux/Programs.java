package dev.ring3.linux;

import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Programs that tests start, and what they say. */
final class Programs {
    private static final int PATIENCE_SECONDS = 30;

    private Programs() {}

    /** One that runs until it is killed. */
    static Spawn sleeper() {
        return Spawn.named("sleep", "1000").stdin(Redirect.DISCARD);
    }

    static Spawn shell(String script, String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "-c";
        all[1] = script;
        all[2] = "sh";
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return Spawn.named("sh", all).stdin(Redirect.DISCARD);
    }

    /** All that a program writes until it closes its output. */
    static String text(ReadableByteChannel channel) throws Exception {
        StringBuilder text = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(1_000);
        while (channel.read(buffer) >= 0) {
            text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
            buffer.clear();
        }
        return text.toString();
    }

    /** One line. */
    static String line(ReadableByteChannel channel) throws Exception {
        StringBuilder text = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (channel.read(one.clear()) > 0 && one.get(0) != '\n') {
            text.append((char) one.get(0));
        }
        return text.toString();
    }

    static void say(WritableByteChannel channel, String text) throws Exception {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    static <T> T within(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + PATIENCE_SECONDS + " s", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Waits for something that comes without being announced. */
    static void eventually(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + PATIENCE_SECONDS + " s");
            }
            Thread.sleep(2);
        }
    }

    interface Condition {
        boolean holds() throws Exception;
    }
}
