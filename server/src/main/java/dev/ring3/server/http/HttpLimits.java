package dev.ring3.server.http;

import java.time.Duration;

/**
 * What one client can take of a server.
 *
 * @param headBytesMax the first line and the headers of a request
 * @param headersMax how many headers
 * @param bodyBytesMax a body, where the endpoint says nothing else
 * @param connectionsMax of one listener at a time; more are told to come later
 * @param headTime for a head, from its first byte to its last
 * @param idleTime between two requests
 * @param bodyTime for a body, or for an answer to be taken; a large one gets more, at {@link #BYTES_PER_SECOND_MIN}
 */
public record HttpLimits(
        int headBytesMax,
        int headersMax,
        int bodyBytesMax,
        int connectionsMax,
        Duration headTime,
        Duration idleTime,
        Duration bodyTime) {
    /** Who is slower than this for longer than {@link #bodyTime} is cut off. */
    public static final int BYTES_PER_SECOND_MIN = 4096;

    private static final int UPLOAD_BODY_TIMES = 3;

    /**
     * For each piece of a body that is taken as it comes, from who may change everything. Who sends one may have to look for
     * what comes next, but when it has gone without a word, others wait for what it holds.
     */
    Duration uploadTime() {
        return bodyTime.multipliedBy(UPLOAD_BODY_TIMES);
    }

    /** What a server has. */
    public static final HttpLimits DEFAULT = new HttpLimits(
            16 << 10, 64, 1 << 20, 256, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(20));

    /** The same with other times: for tests, which do not like to wait. */
    public HttpLimits withTimes(Duration head, Duration idle, Duration body) {
        return new HttpLimits(headBytesMax, headersMax, bodyBytesMax, connectionsMax, head, idle, body);
    }

    /** The same for fewer connections. */
    public HttpLimits withConnections(int most) {
        return new HttpLimits(headBytesMax, headersMax, bodyBytesMax, most, headTime, idleTime, bodyTime);
    }
}
