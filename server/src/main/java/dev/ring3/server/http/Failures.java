package dev.ring3.server.http;

import dev.ring3.fs.FsException;
import dev.ring3.linux.LinuxException;
import dev.ring3.linux.UnsupportedHostException;
import dev.ring3.server.json.JsonException;
import java.lang.System.Logger;
import org.jspecify.annotations.Nullable;

/** What becomes of exceptions: an answer each. */
final class Failures {
    private static final Logger LOG = System.getLogger(Failures.class.getName());

    private Failures() {}

    static HttpException of(Throwable failure) {
        return switch (failure) {
            case HttpException answer -> answer;
            case FsException refused ->
                new HttpException(status(refused.errno()), refused.errno().name(), text(refused));
            case LinuxException refused ->
                new HttpException(status(refused.errno()), refused.errno().name(), text(refused));
            case UnsupportedHostException lack -> new HttpException(Status.NOT_IMPLEMENTED, "ENOSYS", text(lack));
            case JsonException wrong -> HttpException.badRequest(text(wrong));
            default -> {
                LOG.log(Logger.Level.ERROR, "a request failed", failure);
                yield new HttpException(Status.INTERNAL_ERROR, "EIO", "a defect of Ring3: " + failure);
            }
        };
    }

    private static String text(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }

    private static int status(dev.ring3.linux.@Nullable Errno errno) {
        return errno == null
                ? Status.INTERNAL_ERROR
                : switch (errno) {
                    case ENOENT, ENOTDIR, ENXIO, ENODATA -> Status.NOT_FOUND;
                    case EEXIST, EBUSY, ENOTEMPTY, EISDIR, EXDEV, EAGAIN, ENOTCONN, EMFILE, EMLINK -> Status.CONFLICT;
                    case EACCES, EPERM, EROFS -> Status.FORBIDDEN;
                    case EINVAL, ENAMETOOLONG, ELOOP, ERANGE, E2BIG, EBADMSG -> Status.BAD_REQUEST;
                    case ENOSPC, EDQUOT -> Status.INSUFFICIENT_STORAGE;
                    case EFBIG -> Status.CONTENT_TOO_LARGE;
                    case ESTALE -> Status.GONE;
                    case EOPNOTSUPP, ENOSYS -> Status.NOT_IMPLEMENTED;
                    default -> Status.INTERNAL_ERROR;
                };
    }
}
