package dev.ring3.server.http;

/** Where resources put their endpoints. A path is like {@code /api/v1/things/{id}}; a literal wins over a parameter. */
public interface Routes {
    /** Adds an endpoint. */
    Route add(Method method, String path, Access access, Handler handler);

    /** Adds an endpoint that takes its body as it comes. */
    Route upload(Method method, String path, Access access, UploadHandler handler);

    /**
     * Gets every GET, by anybody, whose path no endpoint has and that is not below {@code /api}: the files of the
     * console, in which there are no data.
     */
    void files(Handler handler);

    default Route get(String path, Access access, Handler handler) {
        return add(Method.GET, path, access, handler);
    }

    default Route post(String path, Access access, Handler handler) {
        return add(Method.POST, path, access, handler);
    }

    default Route put(String path, Access access, Handler handler) {
        return add(Method.PUT, path, access, handler);
    }

    default Route patch(String path, Access access, Handler handler) {
        return add(Method.PATCH, path, access, handler);
    }

    default Route delete(String path, Access access, Handler handler) {
        return add(Method.DELETE, path, access, handler);
    }
}
